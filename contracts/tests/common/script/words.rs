//! Words: a line of a script, read from left to right.
use super::super::cast::{self, member, text};
use std::str::FromStr;
use tally_contracts::types::{Amount, BusinessDate, Currency, MemberId, Rate, Text};

pub struct Words<'s> {
    words: Vec<&'s str>,
    position: usize,
}

impl<'s> Words<'s> {
    pub fn new(line: &'s str) -> Self {
        Self { words: line.split_whitespace().collect(), position: 0 }
    }

    pub fn is_done(&self) -> bool {
        self.position >= self.words.len()
    }

    pub fn peek(&self) -> &'s str {
        self.words.get(self.position).copied().unwrap_or_default()
    }

    /// The word that `next` gave last.
    pub fn current(&self) -> &'s str {
        self.words[self.position - 1]
    }

    pub fn next(&mut self) -> &'s str {
        let word = self.optional();
        word.unwrap_or_else(|| panic!("{}: a word is missing", self.words.join(" ")))
    }

    pub fn optional(&mut self) -> Option<&'s str> {
        let word = self.words.get(self.position).copied();
        self.position += usize::from(word.is_some());
        word
    }

    pub fn skip(&mut self) -> &mut Self {
        self.position += 1;
        self
    }

    /// Whether `word` comes next; it is read then.
    pub fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        self.position += usize::from(found);
        found
    }

    /// What follows `word`, if it comes next.
    pub fn after(&mut self, word: &str) -> Option<&'s str> {
        self.take(word).then(|| self.next())
    }

    /// The rest of the line as a text, if `word` comes next.
    pub fn rest_after(&mut self, word: &str) -> Option<Text> {
        self.take(word).then(|| {
            let rest = self.words[self.position..].join(" ");
            self.position = self.words.len();
            text(&rest)
        })
    }

    pub fn member(&mut self) -> MemberId {
        member(self.next())
    }

    pub fn text(&mut self) -> Text {
        text(self.next())
    }

    pub fn date(&mut self) -> BusinessDate {
        cast::date(self.next())
    }

    pub fn id<T: FromStr<Err: std::fmt::Debug>>(&mut self) -> T {
        let word = self.next();
        word.parse().expect(word)
    }

    pub fn amount(&mut self) -> Amount {
        let word = self.next();
        amount(word).unwrap_or_else(|| panic!("{word} is no amount"))
    }

    pub fn optional_amount(&mut self) -> Option<Amount> {
        amount(self.peek()).inspect(|_| self.position += 1)
    }
}

/// `1_000.00` in CNY, `1_000.00EUR` in EUR.
pub fn amount(word: &str) -> Option<Amount> {
    let end = word.find(|c: char| c.is_ascii_uppercase()).unwrap_or(word.len());
    let (number, currency) = word.split_at(end);
    let (main, minor) = number.split_once('.')?;
    let main: u64 = main.replace('_', "").parse().ok()?;
    let minor: u64 = (minor.len() == 2).then(|| minor.parse().ok())??;
    let currency = Currency::new(if currency.is_empty() { "CNY" } else { currency }).ok()?;
    Some(Amount::new(main * 100 + minor, currency).expect("an amount within the limit"))
}

/// `3.60` percent.
pub fn percent(word: &str) -> Rate {
    let (main, part) = word.split_once('.').unwrap_or((word, ""));
    let part: u32 = format!("{part:0<4}").parse().expect(word);
    Rate::from_ppm(main.parse::<u32>().expect(word) * 10_000 + part)
}
