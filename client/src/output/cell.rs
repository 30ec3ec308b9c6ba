//! What stands in a column: text from strangers made harmless, numbers aligned, amounts with their decimals.

use iso_currency::Currency;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, from whomever.
    Text(String),
    /// A count, height or the like.
    Integer(i128),
    /// Money in minor units with the decimals of its currency.
    Amount {
        /// Minor units.
        minor_units: i128,
        /// Decimals of the currency.
        digits: u16,
    },
    /// Nothing to show.
    Empty,
}

impl Cell {
    /// Money; `currency` is an ISO 4217 code. An unknown code shows minor units.
    #[must_use]
    pub fn amount(minor_units: impl Into<i128>, currency: &str) -> Self {
        let digits = Currency::from_code(currency).and_then(Currency::exponent).unwrap_or(0);
        Self::Amount { minor_units: minor_units.into(), digits }
    }

    /// For people: grouped digits, no control characters.
    #[must_use]
    pub fn for_people(&self) -> String {
        match self {
            Self::Text(text) => harmless(text),
            Self::Integer(number) => number.to_string(),
            Self::Amount { minor_units, digits } => decimal(*minor_units, *digits, ","),
            Self::Empty => String::new(),
        }
    }

    /// For spreadsheets: plain digits, and no text that a spreadsheet would run as a formula.
    #[must_use]
    pub fn for_csv(&self) -> String {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                format!("'{}", harmless(text))
            }
            Self::Text(text) => harmless(text),
            Self::Integer(number) => number.to_string(),
            Self::Amount { minor_units, digits } => decimal(*minor_units, *digits, ""),
            Self::Empty => String::new(),
        }
    }

    /// Whether it is aligned to the right.
    #[must_use]
    pub fn is_number(&self) -> bool {
        match self {
            Self::Integer(_) | Self::Amount { .. } => true,
            Self::Text(_) | Self::Empty => false,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Integer(number.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Text that cannot move the cursor, colour the terminal or reverse the reading direction.
#[must_use]
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }).collect()
}

fn is_harmful(c: char) -> bool {
    let is_control = c.is_control() && c != '\n';
    let is_direction =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    is_control || is_direction
}

/// `-1234567` with 2 digits and "," → `-12,345.67`.
fn decimal(minor_units: i128, digits: u16, separator: &str) -> String {
    let digits = usize::from(digits);
    let plain = format!("{:0>width$}", minor_units.unsigned_abs(), width = digits + 1);
    let (main, fraction) = plain.split_at(plain.len() - digits);
    let sign = if minor_units < 0 { "-" } else { "" };
    let point = if digits == 0 { "" } else { "." };
    format!("{sign}{}{point}{fraction}", grouped(main, separator))
}

fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let table = [
            (100_000_000, "CNY", "1,000,000.00", "1000000.00"),
            (5, "CNY", "0.05", "0.05"),
            (-123_456, "EUR", "-1,234.56", "-1234.56"),
            (1_234, "JPY", "1,234", "1234"),
            (1_234, "BHD", "1.234", "1.234"),
            (0, "CNY", "0.00", "0.00"),
            (999, "???", "999", "999"),
        ];
        for (minor, currency, people, csv) in table {
            let cell = Cell::amount(minor, currency);
            assert_eq!((cell.for_people().as_str(), cell.for_csv().as_str()), (people, csv));
        }
        let most = Cell::Amount { minor_units: i128::MIN, digits: 2 };
        assert_eq!(most.for_csv(), "-1701411834604692317316873037158841057.28");
    }

    #[test]
    fn strangers_text_is_harmless_in_terminals_and_spreadsheets() {
        assert_eq!(Cell::from("a\u{1b}[2Jb\u{202e}c\u{7}").for_people(), "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}");
        for formula in ["=1+1", "+1", "-1", "@x"] {
            assert_eq!(Cell::from(formula).for_csv(), format!("'{formula}"));
        }
        assert_eq!(Cell::from("\t=1").for_csv(), "'\u{FFFD}=1");
        assert_eq!(Cell::from("华鑫重型机械").for_people(), "华鑫重型机械");
    }
}
