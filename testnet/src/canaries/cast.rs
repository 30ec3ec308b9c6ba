//! Who deals: four banks that validate and buy, anchors, suppliers, and a regulator who sees everything.

use tally_contracts::member::Role;
use tally_contracts::types::MemberId;

use crate::network::{MemberPlan, NetworkError, NodeKind, gln_of};

/// Validators, each with a bank.
pub const BANKS: u32 = 4;
/// Sees everything, and is a control.
pub const REGULATOR: &str = "overseer";
/// GS1's code for a global location number.
const GLN: &str = "0088";

/// The members by their parts.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Everybody, as genesis has them.
    pub plans: Vec<MemberPlan>,
    /// Validators and funders.
    pub banks: Vec<MemberId>,
    /// Who owes.
    pub anchors: Vec<MemberId>,
    /// Who is owed, pays on and sells.
    pub suppliers: Vec<MemberId>,
    /// Who sees everything.
    pub regulator: MemberId,
}

impl Cast {
    /// That many, the regulator not counted: of those that are no banks one in four is an anchor.
    pub fn new(members: u32) -> Result<Self, NetworkError> {
        let others = members.saturating_sub(BANKS);
        let anchors = (others / 4).max(1);
        let mut cast = Self {
            plans: Vec::new(),
            banks: Vec::new(),
            anchors: Vec::new(),
            suppliers: Vec::new(),
            regulator: MemberId::new(REGULATOR)?,
        };
        for number in 1..=BANKS {
            let plan = plan("bank", number, 1_000_000, &[Role::Bank, Role::Funder])?;
            cast.banks.push(plan.id);
            cast.plans.push(plan.running(NodeKind::Validator));
        }
        for number in 1..=anchors {
            let plan = plan("anchor", number, 2_000_000, &[Role::Anchor])?;
            cast.anchors.push(plan.id);
            cast.plans.push(plan);
        }
        for number in 1..=others.saturating_sub(anchors) {
            let plan = plan("supplier", number, 3_000_000, &[Role::Supplier])?;
            cast.suppliers.push(plan.id);
            cast.plans.push(plan);
        }
        let location = [(GLN, gln_of(4_000_000))];
        let identifiers = location.each_ref().map(|(scheme, value)| (*scheme, value.as_str()));
        cast.plans.push(MemberPlan::new(REGULATOR, "Office of Oversight", &identifiers, &[Role::Regulator])?);
        Ok(cast)
    }

    /// Everybody but the regulator.
    pub fn members(&self) -> impl Iterator<Item = MemberId> {
        self.banks.iter().chain(&self.anchors).chain(&self.suppliers).copied()
    }
}

fn plan(part: &str, number: u32, locations: u32, roles: &[Role]) -> Result<MemberPlan, NetworkError> {
    let gln = gln_of(locations + number);
    let (id, name) = (format!("{part}-{number:02}"), format!("Quiet {part} {number}"));
    MemberPlan::new(&id, &name, &[(GLN, &gln)], roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_part_and_eight_are_enough_for_a_stranger() {
        for (members, anchors, suppliers) in [(8, 1, 3), (20, 4, 12)] {
            let cast = Cast::new(members).unwrap();
            assert_eq!((cast.banks.len(), cast.anchors.len(), cast.suppliers.len()), (4, anchors, suppliers));
            assert_eq!(cast.members().count() + 1, cast.plans.len());
        }
    }
}
