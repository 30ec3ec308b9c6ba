//! Who plays when an anchor fails: the first story's members, who answers for them, and three that owe in a circle.

use tally_contracts::member::Role;

pub use crate::demo::cast::{
    ANCHOR, EAST, NORTH, REGULATOR, SECOND_ANCHOR, SOUTH, STRANGER, TIER_1, TIER_2, TIER_3, WEST,
};
use crate::network::{MemberPlan, NetworkError};

/// Answers for the anchor.
pub const GUARANTOR: &str = "xinbao";
/// Manages the compensation pool.
pub const FUND: &str = "fund";
/// Collects under a mandate.
pub const COLLECTOR: &str = "collector";
/// Each owes the next one, and the last the first.
pub const CIRCLE: [&str; 3] = ["lujiang", "mianyang", "nanshan"];

const OTHERS: [(&str, &str, &str, &[Role]); 6] = [
    (
        GUARANTOR,
        "Xinbao Guarantee Co., Ltd. 信保示范融资担保有限公司",
        "91370000MA7TLYGH19",
        &[Role::Guarantor],
    ),
    (FUND, "Regional Compensation Fund 区域风险补偿示范基金", "91370000MA7TLYPM28", &[Role::Guarantor]),
    (
        COLLECTOR,
        "Chengxin Recovery Ltd. 诚信示范催收有限公司",
        "91350000MA7TLYCQ3P",
        &[Role::CollectionAgent],
    ),
    (
        "lujiang",
        "Lujiang Steel Ltd. 庐江示范钢材有限公司",
        "91410100MA7TLYA143",
        &[Role::Anchor, Role::Supplier],
    ),
    (
        "mianyang",
        "Mianyang Tools Ltd. 绵阳示范工具有限公司",
        "91420100MA7TLYA25B",
        &[Role::Anchor, Role::Supplier],
    ),
    (
        "nanshan",
        "Nanshan Ore Ltd. 南山示范矿业有限公司",
        "91430100MA7TLYA36K",
        &[Role::Anchor, Role::Supplier],
    ),
];

/// The members of this story's genesis.
pub fn members() -> Result<Vec<MemberPlan>, NetworkError> {
    let mut members = crate::demo::cast::members()?;
    for (id, name, uscc, roles) in OTHERS {
        members.push(MemberPlan::new(id, name, &[("USCC", uscc)], roles)?);
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_client::import::identifiers::CheckedScheme;

    #[test]
    fn every_member_has_identifiers_with_right_check_digits() {
        for member in members().unwrap() {
            for identifier in &member.identifiers {
                let scheme = CheckedScheme::of(identifier.scheme.as_str()).unwrap();
                assert!(scheme.is_valid(identifier.value.as_str()), "{}", member.id);
            }
        }
    }
}
