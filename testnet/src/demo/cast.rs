//! Who plays: four banks, a regulator, two anchors and four suppliers, with the identifiers of `testnet/data`.

use tally_contracts::member::Role;
use tally_contracts::types::MemberId;

use crate::network::{MemberPlan, NetworkError, NodeKind};

/// Buys, and is where anchors pay.
pub const EAST: &str = "bank-east";
/// Buys in competition.
pub const WEST: &str = "bank-west";
/// Validates, and keeps tier 2's account.
pub const NORTH: &str = "bank-north";
/// Validates, keeps tier 3's account, and is killed.
pub const SOUTH: &str = "bank-south";
/// Observes.
pub const REGULATOR: &str = "regulator";
/// Owes the money.
pub const ANCHOR: &str = "huaxin";
/// Sold to the anchor.
pub const TIER_1: &str = "tiancheng";
/// Sold to tier 1.
pub const TIER_2: &str = "jinghe";
/// Sold to tier 2.
pub const TIER_3: &str = "haoyu";
/// Has nothing to do with the others.
pub const STRANGER: &str = "nordlicht";
/// The stranger's buyer.
pub const SECOND_ANCHOR: &str = "ostufer";

const BANKS: [(&str, &str, &str); 4] = [
    (EAST, "Bank of the East 东方示范银行", "91110000MA7TLYBE1K"),
    (WEST, "West River Bank 西江示范银行", "91500000MA7TLYBW2U"),
    (NORTH, "Northern Trade Bank 北方示范银行", "91210000MA7TLYBN3Q"),
    (SOUTH, "South Harbour Bank 南港示范银行", "91440000MA7TLYBT4R"),
];

const COMPANIES: [(&str, &str, &str, Role); 4] = [
    (ANCHOR, "Huaxin Heavy Machinery Co., Ltd. 华鑫重型机械股份有限公司", "91310000MA7TLY0A5T", Role::Anchor),
    (TIER_1, "Tiancheng Hydraulics Co., Ltd. 天成液压有限公司", "91340100MA7TLY1BXD", Role::Supplier),
    (TIER_2, "Jinghe Castings Co., Ltd. 精合铸造有限公司", "91320200MA7TLY2C4K", Role::Supplier),
    (TIER_3, "Haoyu Fasteners Workshop 浩宇紧固件厂", "91330200MA7TLY3D9X", Role::Supplier),
];

/// The members of the demo's genesis.
pub fn members() -> Result<Vec<MemberPlan>, NetworkError> {
    let mut members = Vec::new();
    for (id, name, uscc) in BANKS {
        let bank = MemberPlan::new(id, name, &[("USCC", uscc)], &[Role::Bank, Role::Funder])?;
        members.push(bank.running(NodeKind::Validator));
    }
    let regulator = MemberPlan::new(
        REGULATOR,
        "Financial Supervision Office 金融监督示范局",
        &[("USCC", "12100000MA7TLYRG5J")],
        &[Role::Regulator],
    )?;
    members.push(regulator.running(NodeKind::Observer));
    for (id, name, uscc, role) in COMPANIES {
        members.push(MemberPlan::new(id, name, &[("USCC", uscc)], &[role])?);
    }
    let (stranger, buyer) = (
        [("0088", "4260000001018"), ("0199", "529900TALLYNORDLIC39")],
        [("0088", "4260000002022"), ("0199", "529900TALLYOSTUFER16")],
    );
    members.push(MemberPlan::new(STRANGER, "Nordlicht Antriebe GmbH", &stranger, &[Role::Supplier])?);
    members.push(MemberPlan::new(SECOND_ANCHOR, "Ostufer Werft AG", &buyer, &[Role::Anchor])?);
    Ok(members)
}

/// The id of one of the names above.
pub fn id(name: &str) -> MemberId {
    MemberId::new(name).expect("the names above are legal slugs, as a test shows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_client::import::identifiers::CheckedScheme;

    #[test]
    fn every_member_has_a_legal_id_and_identifiers_with_right_check_digits() {
        for member in members().unwrap() {
            assert_eq!(id(member.id.as_str()), member.id);
            for identifier in &member.identifiers {
                let scheme = CheckedScheme::of(identifier.scheme.as_str()).unwrap();
                assert!(scheme.is_valid(identifier.value.as_str()), "{}", member.id);
            }
        }
    }
}
