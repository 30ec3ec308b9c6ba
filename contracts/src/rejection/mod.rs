//! Rejections: every reason for which the ledger refuses a transaction, the same on every node.
//!
//! Numbers and reasons are part of the protocol: never reused, never renumbered (109 is retired). A rejection
//! is encoded as its number followed by its fields.
#[macro_use]
mod define;
mod list;
mod plain;

pub use list::Rejection;

/// A line of the list of rejections: what `contracts/README.md` documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectionKind {
    pub number: u16,
    /// Stable, UPPER_SNAKE.
    pub reason: &'static str,
    /// One line: when it happens and who can do what next.
    pub explanation: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facility::Ineligibility;
    use crate::member::Role;
    use crate::receivable::ReceivableStatus;
    use crate::types::{
        Amount, BusinessDate, Currency, FacilityId, Height, MemberId, PublicKey, ReceivableId, Text,
        TrancheId,
    };

    #[test]
    fn fields_stand_as_a_person_writes_them() {
        let cny = Currency::new("CNY").unwrap();
        let text = |text: &str| Text::new(text).unwrap();
        let member = MemberId::new("acme").unwrap();
        let amount = Amount::new(100_050, cny).unwrap();
        let receivable = ReceivableId::new(7);
        let since = BusinessDate::from_ymd(2026, 6, 18).unwrap();
        for (rejection, fields) in [
            (
                Rejection::IdentifierTaken {
                    scheme: text("LEI"),
                    value: text("5493001KJTIIGC8Y1R12"),
                    member,
                },
                "scheme=LEI value=5493001KJTIIGC8Y1R12 member=acme",
            ),
            (
                Rejection::NearDuplicateUnacknowledged {
                    receivables: vec![receivable, ReceivableId::new(9)],
                },
                "receivables=R7, R9",
            ),
            (
                Rejection::WrongStatus { receivable, status: ReceivableStatus::Overdue { since } },
                "receivable=R7 status=Overdue since 2026-06-18",
            ),
            (Rejection::ConfirmExceedsFace { face: amount, amount }, "face=100050 CNY amount=100050 CNY"),
            (Rejection::RoleMissing { member, role: Role::Bank }, "member=acme role=Bank"),
            (
                Rejection::FacilityIneligible {
                    facility: FacilityId::new(1),
                    why: Ineligibility::TenorOutside { days: 4 },
                },
                "facility=F1 why=a tenor of 4 days is outside its range",
            ),
            (
                Rejection::KeyNotValid { key: PublicKey([171; 32]), height: Height::new(3) },
                &format!("key={} height=H3", "ab".repeat(32)),
            ),
        ] {
            let shown: Vec<String> =
                rejection.fields().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(shown.join(" "), fields);
        }
    }

    #[test]
    fn a_rejection_is_its_number_and_its_fields() {
        let rejection = Rejection::TrancheUnknown { tranche: TrancheId::new(1) };
        let bytes = borsh::to_vec(&rejection).unwrap();
        assert_eq!(bytes, [500_u16.to_le_bytes().as_slice(), &1_u64.to_le_bytes()].concat());
        assert_eq!(borsh::from_slice::<Rejection>(&bytes).unwrap(), rejection);
        assert!(borsh::from_slice::<Rejection>(&109_u16.to_le_bytes()).is_err(), "109 is retired");
    }
}
