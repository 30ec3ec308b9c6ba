//! Who plays under a load: a bank for each validator, anchors, and as many suppliers as are asked for.

use tally_client::bench::Part;
use tally_contracts::member::Role;

use crate::network::{MemberPlan, NetworkError, NodeKind, gln_of};

/// Half of them issue what suppliers accept always; the receivables of the others are accepted one by one.
const ANCHORS: u32 = 8;

/// GS1's code for a global location number.
const GLN: &str = "0088";

/// The members of a load's genesis.
pub fn members(validators: u32, suppliers: u32) -> Result<Vec<MemberPlan>, NetworkError> {
    let bank = |number: u32| {
        let roles = [Role::Bank, Role::Funder];
        Ok(member("bank", "Load Bank", 1_000_000 + number, number, &roles)?.running(NodeKind::Validator))
    };
    let anchor = |number: u32| member("anchor", "Load Works", 2_000_000 + number, number, &[Role::Anchor]);
    let supplier =
        |number: u32| member("supplier", "Load Parts", 3_000_000 + number, number, &[Role::Supplier]);
    let banks = (1..=validators).map(bank);
    banks.chain((1..=ANCHORS).map(anchor)).chain((1..=suppliers).map(supplier)).collect()
}

/// What a member of such a genesis does.
pub fn part(member: &MemberPlan) -> Part {
    if member.roles.contains(&Role::Bank) {
        return Part::Bank;
    }
    if member.roles.contains(&Role::Anchor) {
        return Part::Anchor;
    }
    Part::Supplier
}

fn member(
    part: &str,
    name: &str,
    location: u32,
    number: u32,
    roles: &[Role],
) -> Result<MemberPlan, NetworkError> {
    let gln = gln_of(location);
    MemberPlan::new(&format!("{part}-{number:02}"), &format!("{name} {number}"), &[(GLN, &gln)], roles)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use tally_client::import::identifiers::CheckedScheme;

    #[test]
    fn everybody_has_an_id_and_an_identifier_of_its_own_with_a_right_check_digit() {
        let members = members(4, 200).unwrap();
        let ids: BTreeSet<_> = members.iter().map(|member| member.id).collect();
        let identifiers: BTreeSet<_> =
            members.iter().map(|member| member.identifiers[0].value.to_string()).collect();
        assert_eq!((members.len(), ids.len(), identifiers.len()), (212, 212, 212));
        let scheme = CheckedScheme::of(GLN).unwrap();
        assert!(identifiers.iter().all(|value| scheme.is_valid(value)));
    }

    #[test]
    fn everybody_plays_its_part() {
        let members = members(3, 5).unwrap();
        let count = |wanted: Part| members.iter().filter(|member| part(member) == wanted).count();
        assert_eq!([Part::Bank, Part::Anchor, Part::Supplier].map(count), [3, 8, 5]);
        assert_eq!(members.iter().filter(|member| member.node.is_some()).count(), 3);
    }
}
