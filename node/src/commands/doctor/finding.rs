//! What the doctor found about one thing, and what to do about it.

/// How soon somebody should act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Well,
    /// Nothing breaks today.
    Soon,
    Now,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Soon => "soon",
            Self::Now => "now",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub level: Level,
    /// One word or two.
    pub about: &'static str,
    pub found: String,
    /// What to do; nothing where all is well.
    pub advice: Option<String>,
}

impl Finding {
    pub(super) fn well(about: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Well, about, found: found.into(), advice: None }
    }

    pub(super) fn soon(about: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Soon, about, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn now(about: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Now, ..Self::soon(about, found, advice) }
    }

    /// At a level that was worked out; where all is well the advice goes unsaid.
    pub(super) fn at(
        level: Level,
        about: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        match level {
            Level::Well => Self::well(about, found),
            Level::Soon => Self::soon(about, found, advice),
            Level::Now => Self::now(about, found, advice),
        }
    }
}
