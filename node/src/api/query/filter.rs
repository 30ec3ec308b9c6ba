//! Filters: what a listing's request leaves out matches everything.
use tally_contracts::types::{BusinessDate, MemberId, Text};
use tally_proto::v1::common::Date;
use tally_proto::{FieldError, FieldErrorKind};

/// A member that only some records name; `None` for all.
pub(super) fn member(slug: &str, field: &str) -> Result<Option<MemberId>, FieldError> {
    if slug.is_empty() {
        return Ok(None);
    }
    required_member(slug, field).map(Some)
}

/// A member that a request must name.
pub(super) fn required_member(slug: &str, field: &str) -> Result<MemberId, FieldError> {
    MemberId::new(slug).map_err(|error| FieldError::new(field, error.into()))
}

/// A value of an enumeration; `None` for all.
pub(super) fn one_of<W>(value: i32, field: &str) -> Result<Option<W>, FieldError>
where
    W: TryFrom<i32>,
{
    if value == 0 {
        return Ok(None);
    }
    let unknown = || FieldError::new(field, FieldErrorKind::UnknownValue { value });
    W::try_from(value).map(Some).map_err(|_| unknown())
}

/// A date at one end of a range; `None` for an open end.
pub(super) fn date(date: Option<&Date>, field: &str) -> Result<Option<BusinessDate>, FieldError> {
    let read =
        |date| BusinessDate::try_from(date).map_err(|error: FieldError| FieldError::new(field, error.kind));
    date.map(read).transpose()
}

/// A text that only some records hold; `None` for all.
pub(super) fn text(text: &str, field: &str) -> Result<Option<Text>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    Text::new(text).map(Some).map_err(|error| FieldError::new(field, error.into()))
}

/// Whether a value is the one that was asked for.
pub(super) fn is<T: PartialEq>(wanted: Option<T>, value: T) -> bool {
    wanted.is_none_or(|wanted| wanted == value)
}
