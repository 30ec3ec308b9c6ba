//! Exit codes: a frozen interface that scripts rely on.

/// How a command ended. Numbers never change and are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// It did what was asked.
    Ok = 0,
    /// The command line, a file or the configuration is wrong.
    Usage = 2,
    /// No such record, or none that this member may see.
    NotFound = 3,
    /// A rule of the ledger refused it.
    RefusedByRule = 4,
    /// The key or the member may not do this.
    NotAuthorised = 5,
    /// Nobody knows whether it happened; the same request id may be sent again safely.
    OutcomeUnknown = 6,
    /// The same id was used with other content, or the invoice is used already.
    Duplicate = 7,
    /// The node is unreachable, catching up or without quorum.
    NodeUnhealthy = 8,
    /// A proof or signature does not hold.
    VerificationFailed = 9,
}

impl ExitCode {
    /// All codes in the order of their numbers, for help texts.
    pub const ALL: [Self; 9] = [
        Self::Ok,
        Self::Usage,
        Self::NotFound,
        Self::RefusedByRule,
        Self::NotAuthorised,
        Self::OutcomeUnknown,
        Self::Duplicate,
        Self::NodeUnhealthy,
        Self::VerificationFailed,
    ];

    /// The number that the process returns.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Its meaning in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Usage => "usage",
            Self::NotFound => "not found",
            Self::RefusedByRule => "refused by a rule",
            Self::NotAuthorised => "not authorised",
            Self::OutcomeUnknown => "outcome unknown, safe to retry with the same request id",
            Self::Duplicate => "duplicate",
            Self::NodeUnhealthy => "node unhealthy",
            Self::VerificationFailed => "verification failed",
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode;

    #[test]
    fn exit_codes_are_frozen() {
        let table: Vec<String> =
            ExitCode::ALL.iter().map(|code| format!("{} {}", code.number(), code.meaning())).collect();
        let expected = [
            "0 ok",
            "2 usage",
            "3 not found",
            "4 refused by a rule",
            "5 not authorised",
            "6 outcome unknown, safe to retry with the same request id",
            "7 duplicate",
            "8 node unhealthy",
            "9 verification failed",
        ];
        assert_eq!(table, expected);
    }
}
