//! Logs: through `tracing`, on stderr, as text or JSON lines. Secrets never reach a log, because no type that
//! holds one shows it.
use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging for the whole process; a filter such as `info,tally_node=debug`. False if it is on already.
pub fn start_logs(format: LogFormat, filter: &str) -> bool {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let is_terminal = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => logs.with_ansi(is_terminal).try_init().is_ok(),
        LogFormat::Json => logs.json().flatten_event(true).try_init().is_ok(),
    }
}
