//! What banks kept of a movement for themselves.

use super::money;
use super::tree::Node;
use kernel::Money;

/// Their sum, without a sign. Before version 4 each charge stands by itself, since then each is a record of one element; a total is of
/// all, with taxes, and banks have been found to write it with each. What is charged apart from the amount is a movement of its own.
pub(super) fn kept(node: &Node) -> Option<Money> {
    let groups: Vec<Group> = node.all(&["Chrgs"]).into_iter().filter_map(Group::of).collect();
    let of_records = sum(groups.iter().map(|group| group.records))?;
    let totals: Option<Vec<Money>> = groups.iter().map(|group| group.total).collect();
    let repeated = totals.as_deref().and_then(|totals| totals.first()).copied().filter(|first| {
        groups.iter().all(|group| group.total == Some(*first)) && first.minor().abs() >= of_records.minor().abs()
    });
    let each = || sum(groups.iter().map(|group| group.total.unwrap_or(group.records)));
    let kept = repeated.or_else(each)?;
    if kept.is_negative() { kept.negated().ok() } else { Some(kept) }
}

/// An element of charges; above zero is what was kept, below what was given back.
struct Group {
    total: Option<Money>,
    records: Money,
}

impl Group {
    /// Nothing where it says no amount that is within the movement's.
    fn of(node: &Node) -> Option<Group> {
        let records = node.all(&["Rcrd"]);
        let is_apart = |record: &&Node| matches!(record.text_at(&[&["ChrgInclInd"]]), Some("false" | "0"));
        let has_apart = records.iter().any(is_apart);
        let total = node.at(&["TtlChrgsAndTaxAmt"]).filter(|_| !has_apart);
        let total = total.and_then(|total| money(total, None, &mut Vec::new()));
        let own = if records.is_empty() { vec![node] } else { records };
        let amounts = own.into_iter().filter(|record| !is_apart(record)).filter_map(signed);
        let records = sum(amounts).or(total)?;
        let is_back = records.is_negative();
        Some(Group { total: total.and_then(|total| if is_back { total.negated().ok() } else { Some(total) }), records })
    }
}

/// The amount of a record: a credit is given back.
fn signed(record: &Node) -> Option<Money> {
    let amount = money(record.at(&["Amt"])?, None, &mut Vec::new())?;
    if record.text_at(&[&["CdtDbtInd"]]) == Some("CRDT") { amount.negated().ok() } else { Some(amount) }
}

/// Nothing where there is none, or where they are of several currencies.
fn sum(mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    let first = amounts.next()?;
    amounts.try_fold(first, |sum, amount| sum.plus(amount).ok())
}
