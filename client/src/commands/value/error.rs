//! What is wrong with a value on the command line, and how to write it right.

use std::path::PathBuf;

use tally_contracts::types::{Amount, AmountError, BusinessDate, Currency, IdError, TextError};

/// A value that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// Not a measure of credit profiles, or no question about one.
    #[error(
        "\"{text}\" asks for nothing: write a measure such as on-time-share, or on-time-share>=4 for a band; `tally credit measures` lists them"
    )]
    Measure {
        /// What was written.
        text: String,
    },
    /// Not an amount.
    #[error(
        "\"{text}\" is no amount: write 1000.00, 1000.00 CNY or CNY1000.00, with a point and no other marks"
    )]
    Amount {
        /// What was written.
        text: String,
    },
    /// More decimals than the currency has.
    #[error("\"{text}\" has {found} decimals where {currency} has at most {limit}: nothing is rounded here")]
    Decimals {
        /// What was written.
        text: String,
        /// Decimals found.
        found: usize,
        /// Its currency.
        currency: Currency,
        /// Decimals of its minor unit (ISO 4217).
        limit: u16,
    },
    /// No currency anywhere.
    #[error(
        "\"{text}\" names no currency: write it behind the amount, such as {text} CNY, or pass --currency"
    )]
    CurrencyMissing {
        /// What was written.
        text: String,
    },
    /// ISO 4217 does not list it, or gives it no minor unit.
    #[error("{currency} is no ISO 4217 currency with a minor unit")]
    CurrencyUnknown {
        /// The code.
        currency: String,
    },
    /// Two currencies.
    #[error("\"{text}\" is not in {expected}, which is asked for here")]
    CurrencyDiffers {
        /// What was written.
        text: String,
        /// What is asked for.
        expected: Currency,
    },
    /// Beyond the ledger's limit.
    #[error("\"{text}\" is too large: {source}")]
    AmountTooLarge {
        /// What was written.
        text: String,
        /// The limit.
        source: AmountError,
    },
    /// Not a date.
    #[error("\"{text}\" is no date: write YYYY-MM-DD, or +90d for 90 days after the chain's today")]
    Date {
        /// What was written.
        text: String,
    },
    /// A relative date beyond all dates.
    #[error("{days} days after {today} is no date that the ledger knows")]
    DateTooFar {
        /// The chain's today.
        today: BusinessDate,
        /// Days asked for.
        days: i32,
    },
    /// Not a rate.
    #[error("\"{text}\" is no rate: write 4.35%, with at most 4 decimals and up to 100%")]
    Rate {
        /// What was written.
        text: String,
    },
    /// Not a curve.
    #[error("\"{text}\" is no price curve: write DAYS:RATE pairs such as 30:3.0%,90:3.6%")]
    Curve {
        /// What was written.
        text: String,
    },
    /// Not a part of a split.
    #[error("\"{text}\" is no part: write AMOUNT, rest, or AMOUNT@MEMBER[:recourse=full][:ref=HASH|FILE]")]
    Part {
        /// What was written.
        text: String,
    },
    /// More than one rest.
    #[error("only one part can be the rest")]
    RestRepeated,
    /// Nothing is left for the rest.
    #[error("nothing is left for the rest: the other parts sum to {parts} of {face}")]
    RestEmpty {
        /// Σ of the other parts.
        parts: Amount,
        /// What is split.
        face: Amount,
    },
    /// Σ of amounts cannot be formed.
    #[error(transparent)]
    Sum(#[from] AmountError),
    /// Not an invoice.
    #[error("\"{text}\" is no invoice: write NUMBER,YYYY-MM-DD,AMOUNT or NUMBER,YYYY-MM-DD,AMOUNT,FILE")]
    Invoice {
        /// What was written.
        text: String,
    },
    /// Not an identifier.
    #[error("\"{text}\" is no identifier: write SCHEME:VALUE, such as USCC:91350100M000100Y43")]
    Identifier {
        /// What was written.
        text: String,
    },
    /// Not a public key.
    #[error("\"{text}\" is neither a public key of 64 hexadecimal digits nor a key file")]
    PublicKey {
        /// What was written.
        text: String,
    },
    /// A key that may not stand on a ledger.
    #[error(transparent)]
    KeyRefused(#[from] tally_proto::key::KeyError),
    /// Not hexadecimal of the right length.
    #[error("\"{text}\" is not {digits} hexadecimal digits")]
    Hex {
        /// What was written.
        text: String,
        /// Digits needed.
        digits: usize,
    },
    /// Not a time span.
    #[error("\"{text}\" is no time span: write 30s, 500ms or 2m")]
    Seconds {
        /// What was written.
        text: String,
    },
    /// A file that should be hashed.
    #[error("{path}: cannot read it ({source}): check the path and its permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not an approval rule.
    #[error(
        "\"{text}\" is no approval rule: write CLASS=KEYS or CLASS:AMOUNT=KEYS, perhaps with +checker, such as \
         \"money:100000.00 CNY=2+checker\"; classes are authority, money, receivable, tranche, financing, settlement"
    )]
    ApprovalRule {
        /// What was written.
        text: String,
    },
    /// A policy file that cannot be read.
    #[error("{path}: {reason}: write the parameters as in a genesis document, such as tenor_hard_days = 180")]
    PolicyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A text that the ledger does not take.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A bad id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// Nobody has this name.
    #[error("no member is called \"{name}\": list them with tally member list")]
    MemberUnknown {
        /// What was written.
        name: String,
    },
    /// Several have this name.
    #[error("several members are called \"{name}\": {found}; write the id of one")]
    MemberAmbiguous {
        /// What was written.
        name: String,
        /// Their ids.
        found: String,
    },
}
