//! Which members the parties of an invoice are: by identifier, or by the user's word.

use tally_contracts::types::MemberId;
use tally_proto::v1::member::Member;

use crate::import::Party;
use crate::import::identifiers::CheckedScheme;

/// The members of a ledger, to find parties among.
pub struct Register(Vec<Member>);

/// A party that is no member, or several.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// No member has any of its identifiers.
    #[error(
        "{party} ({identifiers}) is no member of this ledger: pass {flag} MEMBER, or have a bank register it"
    )]
    Unknown {
        /// The party's name.
        party: String,
        /// Its identifiers.
        identifiers: String,
        /// The flag that names it.
        flag: &'static str,
    },
    /// Its identifiers are those of several members.
    #[error("{party} has identifiers of several members ({members}): pass {flag} MEMBER to say which it is")]
    Ambiguous {
        /// The party's name.
        party: String,
        /// Their ids.
        members: String,
        /// The flag that names it.
        flag: &'static str,
    },
}

impl PartyError {
    /// A stable name for tables and scripts.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "PARTY_UNKNOWN",
            Self::Ambiguous { .. } => "PARTY_AMBIGUOUS",
        }
    }
}

impl Register {
    /// Of these members.
    #[must_use]
    pub fn new(members: Vec<Member>) -> Self {
        Self(members)
    }

    /// The member that a party is.
    pub fn find(&self, party: &Party, flag: &'static str) -> Result<MemberId, PartyError> {
        let found: Vec<MemberId> = self
            .0
            .iter()
            .filter(|member| is_party(member, party))
            .filter_map(|member| MemberId::new(&member.id).ok())
            .collect();
        let name = party.name.clone();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(PartyError::Unknown { party: name, identifiers: party.labels().join(", "), flag }),
            several => {
                let members = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Err(PartyError::Ambiguous { party: name, members, flag })
            }
        }
    }
}

fn is_party(member: &Member, party: &Party) -> bool {
    member.identifiers.iter().any(|registered| {
        party.identifiers.iter().any(|stated| {
            let scheme = stated.scheme.as_deref().unwrap_or_default();
            same_scheme(&registered.scheme, scheme) && same_value(&registered.value, &stated.value)
        })
    })
}

/// Schemes have ISO 6523 codes and names: `0088` and `GLN` are one.
fn same_scheme(one: &str, other: &str) -> bool {
    match (CheckedScheme::of(one), CheckedScheme::of(other)) {
        (Some(one), Some(other)) => one == other,
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => !one.is_empty() && one.eq_ignore_ascii_case(other),
    }
}

fn same_value(one: &str, other: &str) -> bool {
    let plain = |value: &str| value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use tally_proto::v1::member::PartyIdentifier;

    use super::*;
    use crate::import::{IdentifierSource, PartyIdentifier as Stated};

    /// Scheme and value of each.
    type Identifiers<'a> = &'a [(&'a str, &'a str)];

    fn register() -> Register {
        let member = |id: &str, scheme: &str, value: &str| Member {
            id: id.to_owned(),
            identifiers: vec![PartyIdentifier { scheme: scheme.to_owned(), value: value.to_owned() }],
            ..Member::default()
        };
        Register::new(vec![
            member("huaxin", "USCC", "91310000MA7TLY0A5T"),
            member("werft", "GLN", "7300010000001"),
            member("nordic", "0192", "987654325"),
        ])
    }

    fn party(identifiers: Identifiers) -> Party {
        let stated = |(scheme, value): &(&str, &str)| Stated {
            scheme: (!scheme.is_empty()).then(|| (*scheme).to_owned()),
            value: (*value).to_owned(),
            source: IdentifierSource::LegalRegistration,
        };
        Party {
            name: "Party".to_owned(),
            country: None,
            identifiers: identifiers.iter().map(stated).collect(),
        }
    }

    #[test]
    fn a_party_is_the_member_with_its_identifier() {
        let table: [(Identifiers, Option<&str>); 7] = [
            (&[("USCC", "91310000MA7TLY0A5T")], Some("huaxin")),
            (&[("VAT", "x"), ("0088", "730 0010 000001")], Some("werft")),
            (&[("NO:ORGNR", "987654325")], Some("nordic")),
            (&[("GLN", "987654325")], None),
            (&[("", "7300010000001")], None),
            (&[], None),
            (&[("GLN", "7300010000001"), ("uscc", "91310000ma7tly0a5t")], None),
        ];
        for (identifiers, expected) in table {
            let found = register().find(&party(identifiers), "--anchor").ok();
            assert_eq!(found.as_ref().map(MemberId::as_str), expected, "{identifiers:?}");
        }
    }

    #[test]
    fn an_unknown_party_is_told_with_its_identifiers_and_the_flag() {
        let error = register().find(&party(&[("GLN", "1")]), "--anchor").unwrap_err().to_string();
        assert!(error.contains("REG GLN:1") && error.contains("--anchor"), "{error}");
    }
}
