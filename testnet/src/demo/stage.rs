//! What the demo says while it runs: which stage, how far, how long. On standard error; data goes to standard output.

use std::io::{IsTerminal, Write};
use std::time::Instant;

/// Stages of the story, numbered.
#[derive(Debug)]
pub struct Stages {
    total: u32,
    number: u32,
    begun: Instant,
    stage_begun: Instant,
    title: String,
    is_terminal: bool,
}

impl Stages {
    /// Counts `total` stages from now.
    pub fn new(total: u32) -> Self {
        let now = Instant::now();
        let is_terminal = std::io::stderr().is_terminal();
        Self { total, number: 0, begun: now, stage_begun: now, title: String::new(), is_terminal }
    }

    /// Ends the stage before, if any, and begins the next.
    pub fn begin(&mut self, title: &str) {
        self.number += 1;
        self.stage_begun = Instant::now();
        title.clone_into(&mut self.title);
        self.line(&format!("[{:>2}/{}] {title}", self.number, self.total));
    }

    /// The stage is done.
    pub fn end(&mut self, result: &str) {
        let took = self.stage_begun.elapsed().as_secs_f64();
        let total = self.begun.elapsed().as_secs_f64();
        self.line(&format!("        {result} ({took:.1} s, {total:.0} s since the start)"));
    }

    /// One fact of the story.
    pub fn note(&self, fact: &str) {
        self.line(&format!("        {fact}"));
    }

    /// How far the stage is; replaced by what comes next, and only where a person reads.
    pub fn progress(&self, how_far: &str) {
        if self.is_terminal {
            let mut out = std::io::stderr();
            // Progress that cannot be shown is no reason to stop.
            let _ = write!(out, "\r\x1b[K        {how_far}").and_then(|()| out.flush());
        }
    }

    /// The stage that is under way, for an error.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Seconds since the demo began.
    pub fn elapsed_s(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    fn line(&self, text: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        let _ = writeln!(std::io::stderr(), "{clear}{text}");
    }
}
