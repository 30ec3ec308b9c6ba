//! What a reader sees of a split tree: the tranches that it held and how title came to it.
use super::super::error::CallError;
use super::super::query::Reading;
use std::collections::{BTreeMap, BTreeSet};
use tally_contracts::receivable::Receivable;
use tally_proto::v1::receivable::{TitleMove, TreeNode};

impl Reading<'_> {
    /// The part of a tree that the reader may see.
    pub(in super::super) fn tree_as_seen(
        &self,
        receivable: &Receivable,
        nodes: Vec<TreeNode>,
    ) -> Result<Vec<TreeNode>, CallError> {
        let reader = self.reader()?;
        if reader.reads_everything() {
            return Ok(nodes);
        }
        let member = reader.member.as_str();
        if receivable.anchor == reader.member && self.is_due(receivable)? {
            return Ok(nodes.into_iter().map(|node| without_prices(node, member)).collect());
        }
        Ok(own_part(nodes, member))
    }
}

/// The nodes that a member held with their ancestors, which are its title chain.
fn own_part(nodes: Vec<TreeNode>, member: &str) -> Vec<TreeNode> {
    let parents: BTreeMap<u64, Vec<u64>> =
        nodes.iter().map(|node| (node.tranche, node.parents.clone())).collect();
    let mut seen: BTreeSet<u64> =
        nodes.iter().filter(|node| was_held_by(node, member)).map(|node| node.tranche).collect();
    let mut open: Vec<u64> = seen.iter().copied().collect();
    while let Some(node) = open.pop() {
        for parent in parents.get(&node).into_iter().flatten() {
            if seen.insert(*parent) {
                open.push(*parent);
            }
        }
    }
    let kept = nodes.into_iter().filter(|node| seen.contains(&node.tranche));
    kept.map(|node| without_later_holders(without_prices(node, member), member)).collect()
}

fn was_held_by(node: &TreeNode, member: &str) -> bool {
    node.holder == member || node.moves.iter().any(|moved| is_party(moved, member))
}

fn is_party(moved: &TitleMove, member: &str) -> bool {
    moved.from == member || moved.to == member
}

/// A price is between the two that agreed on it.
fn without_prices(mut node: TreeNode, member: &str) -> TreeNode {
    for moved in &mut node.moves {
        if !is_party(moved, member) {
            moved.proceeds = None;
            moved.facility = None;
        }
    }
    node
}

/// Who gave title away does not see where it went from there.
fn without_later_holders(mut node: TreeNode, member: &str) -> TreeNode {
    if node.holder == member {
        return node;
    }
    if let Some(last) = node.moves.iter().rposition(|moved| is_party(moved, member)) {
        node.moves.truncate(last.saturating_add(1));
        if let Some(moved) = node.moves.last() {
            node.holder.clone_from(&moved.to);
        }
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(tranche: u64, parents: &[u64], holder: &str, moves: &[(&str, &str)]) -> TreeNode {
        let moved = |(from, to): &(&str, &str)| TitleMove {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            facility: Some(1),
            ..TitleMove::default()
        };
        TreeNode {
            tranche,
            parents: parents.to_vec(),
            holder: holder.to_owned(),
            moves: moves.iter().map(moved).collect(),
            ..TreeNode::default()
        }
    }

    /// beta split T1 into T2 and T3; T2 went to gamma and on to delta, T3 to a bank.
    fn tree() -> Vec<TreeNode> {
        vec![
            node(1, &[], "beta", &[]),
            node(2, &[1], "delta", &[("beta", "gamma"), ("gamma", "delta")]),
            node(3, &[1], "bank", &[("beta", "bank")]),
        ]
    }

    fn told(member: &str) -> Vec<(u64, String, usize)> {
        let seen = own_part(tree(), member);
        seen.into_iter().map(|node| (node.tranche, node.holder, node.moves.len())).collect()
    }

    #[test]
    fn a_holder_sees_its_title_chain_and_no_sibling() {
        let chain = |holder: &str, moves| vec![(1, "beta".to_owned(), 0), (2, holder.to_owned(), moves)];
        assert_eq!(told("delta"), chain("delta", 2));
        assert_eq!(told("gamma"), chain("delta", 2), "it knows whom it paid");
        assert_eq!(told("stranger"), []);
    }

    #[test]
    fn who_split_sees_whom_it_paid_and_not_where_title_went_from_there() {
        let expected = [(1, "beta", 0), (2, "gamma", 1), (3, "bank", 1)];
        assert_eq!(told("beta"), expected.map(|(id, holder, moves)| (id, holder.to_owned(), moves)));
    }

    #[test]
    fn a_price_is_seen_by_its_two_parties_only() {
        let seen = own_part(tree(), "delta");
        assert_eq!(seen[1].moves[0].facility, None);
        assert_eq!(seen[1].moves[1].facility, Some(1));
    }
}
