//! Whether a provider's bill of a day and the books say the same.

use gateways::BillKind;
use kernel::{Currency, Money};
use std::collections::{BTreeMap, BTreeSet};

/// What one side says of a payment, refund or pay-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub about: BillKind,
    /// The number by which both sides know it.
    pub key: String,
    /// What it did to the balance before the fee: above zero came in.
    pub gross: Money,
    /// What was kept of it, where this side knows.
    pub fee: Option<Money>,
}

/// What the books say, with what they were told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub said: Said,
    /// Whether money moved, as far as we know.
    pub moved: bool,
    /// What may be kept of it by contract, where one is known.
    pub contract: Option<Money>,
}

/// In what the sides do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    OnlyHere,
    OnlyThere,
    AmountDiffers,
    /// The fee is another than the one that was told before.
    FeeDiffers,
    /// More was kept than the contract says.
    FeeBeyondContract,
    /// Money moved there, and here it did not.
    StateDiffers,
}

impl DifferenceKind {
    pub const ALL: [DifferenceKind; 6] = [
        DifferenceKind::OnlyHere,
        DifferenceKind::OnlyThere,
        DifferenceKind::AmountDiffers,
        DifferenceKind::FeeDiffers,
        DifferenceKind::FeeBeyondContract,
        DifferenceKind::StateDiffers,
    ];

    /// How rows name it.
    pub const fn name(self) -> &'static str {
        match self {
            DifferenceKind::OnlyHere => "only_here",
            DifferenceKind::OnlyThere => "only_there",
            DifferenceKind::AmountDiffers => "amount_differs",
            DifferenceKind::FeeDiffers => "fee_differs",
            DifferenceKind::FeeBeyondContract => "fee_beyond_contract",
            DifferenceKind::StateDiffers => "state_differs",
        }
    }
}

/// One thing in which the sides do not agree, with what each says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    pub about: BillKind,
    pub key: String,
    pub currency: Currency,
    pub ours: Option<Money>,
    pub theirs: Option<Money>,
}

/// A thing in a currency: what is told of it in several rows is added up.
type Key = (BillKind, String, String);

fn key(said: &Said) -> Key {
    (said.about, said.key.clone(), said.gross.currency().code().to_owned())
}

/// Every thing that either side names is looked at once: state, then amount, then fee. What moved on neither side is no difference,
/// and neither is a fee that one side does not know.
pub fn compare(theirs: &[Said], ours: &[Ours]) -> Vec<Difference> {
    let (mut there, mut here): (BTreeMap<Key, Said>, BTreeMap<Key, Ours>) = (BTreeMap::new(), BTreeMap::new());
    for said in theirs {
        there.entry(key(said)).and_modify(|known| known.add(said)).or_insert_with(|| said.clone());
    }
    for one in ours {
        let known = here.entry(key(&one.said));
        known
            .and_modify(|known| {
                known.said.add(&one.said);
                known.moved |= one.moved;
            })
            .or_insert_with(|| one.clone());
    }
    let keys: BTreeSet<&Key> = there.keys().chain(here.keys()).collect();
    keys.into_iter().flat_map(|key| judge(there.get(key), here.get(key))).collect()
}

fn judge(theirs: Option<&Said>, ours: Option<&Ours>) -> Vec<Difference> {
    let Some(one) = theirs.or(ours.map(|ours| &ours.said)) else { return Vec::new() };
    let differ = |kind, ours, theirs| Difference {
        kind,
        about: one.about,
        key: one.key.clone(),
        currency: one.gross.currency(),
        ours,
        theirs,
    };
    let (theirs, ours) = match (theirs, ours) {
        (None, Some(ours)) if ours.moved => {
            return vec![differ(DifferenceKind::OnlyHere, Some(ours.said.gross), None)];
        }
        (Some(theirs), None) => return vec![differ(DifferenceKind::OnlyThere, None, Some(theirs.gross))],
        (Some(theirs), Some(ours)) => (theirs, ours),
        _ => return Vec::new(),
    };
    if !ours.moved {
        // A payment that came back on the same day did not move either.
        let moved = !theirs.gross.is_zero();
        return moved.then(|| differ(DifferenceKind::StateDiffers, None, Some(theirs.gross))).into_iter().collect();
    }
    let mut found = Vec::new();
    if theirs.gross != ours.said.gross {
        found.push(differ(DifferenceKind::AmountDiffers, Some(ours.said.gross), Some(theirs.gross)));
    }
    if let (Some(told), Some(known)) = (theirs.fee, ours.said.fee)
        && told != known
    {
        found.push(differ(DifferenceKind::FeeDiffers, Some(known), Some(told)));
    }
    if let (Some(told), Some(contract)) = (theirs.fee, ours.contract)
        && told.minor() > contract.minor()
    {
        found.push(differ(DifferenceKind::FeeBeyondContract, Some(contract), Some(told)));
    }
    found
}

impl Said {
    /// What is told of the same thing in another row. An amount beyond what can be counted stays as it is, and so differs.
    fn add(&mut self, other: &Said) {
        self.gross = self.gross.plus(other.gross).unwrap_or(self.gross);
        self.fee = self.fee.zip(other.fee).and_then(|(one, other)| one.plus(other).ok());
    }

    /// What it left on the balance.
    pub fn net(&self) -> Money {
        self.fee.and_then(|fee| self.gross.minus(fee).ok()).unwrap_or(self.gross)
    }
}

/// What moved by currency, in minor units: what they say, and what we say.
pub fn sums(theirs: &[Said], ours: &[Ours]) -> BTreeMap<String, (i64, i64)> {
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for said in theirs {
        let sum = &mut sums.entry(said.gross.currency().code().to_owned()).or_default().0;
        *sum = sum.saturating_add(said.net().minor());
    }
    for one in ours.iter().filter(|one| one.moved) {
        let sum = &mut sums.entry(one.said.gross.currency().code().to_owned()).or_default().1;
        *sum = sum.saturating_add(one.said.net().minor());
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn said(key: &str, gross: i64, fee: Option<i64>) -> Said {
        Said { about: BillKind::Payment, key: key.to_owned(), gross: cny(gross), fee: fee.map(cny) }
    }

    fn ours(key: &str, gross: i64, fee: Option<i64>) -> Ours {
        Ours { said: said(key, gross, fee), moved: true, contract: None }
    }

    #[test]
    fn each_kind_of_difference() {
        let (still, bound) =
            (|one: Ours| Ours { moved: false, ..one }, |one: Ours, c| Ours { contract: Some(cny(c)), ..one });
        for (theirs, ours, wanted) in [
            (vec![], vec![], ""),
            (vec![said("a", 100, Some(1))], vec![ours("a", 100, Some(1))], ""),
            (vec![said("a", 100, Some(1))], vec![ours("a", 100, None)], ""),
            (vec![said("a", 100, None)], vec![ours("a", 100, Some(1))], ""),
            (vec![], vec![still(ours("a", 100, None))], ""),
            (vec![], vec![ours("a", 100, None)], "only_here a 100 -"),
            (vec![said("a", 100, None)], vec![], "only_there a - 100"),
            (vec![said("a", 101, None)], vec![ours("a", 100, None)], "amount_differs a 100 101"),
            (vec![said("a", 100, Some(2))], vec![ours("a", 100, Some(1))], "fee_differs a 1 2"),
            (vec![said("a", 100, Some(2))], vec![bound(ours("a", 100, Some(2)), 1)], "fee_beyond_contract a 1 2"),
            (vec![said("a", 100, Some(1))], vec![bound(ours("a", 100, Some(1)), 2)], ""),
            (vec![said("a", 100, None)], vec![still(ours("a", 100, None))], "state_differs a - 100"),
            (vec![said("a", 100, None), said("a", -100, None)], vec![still(ours("a", 100, None))], ""),
            // Told twice, it is twice as much.
            (vec![said("a", 100, None), said("a", 100, None)], vec![ours("a", 100, None)], "amount_differs a 100 200"),
            (
                vec![said("a", 101, Some(3))],
                vec![bound(ours("a", 100, Some(1)), 2)],
                "amount_differs a 100 101; fee_differs a 1 3; fee_beyond_contract a 2 3",
            ),
            (vec![said("a", 100, None)], vec![ours("b", 100, None)], "only_there a - 100; only_here b 100 -"),
        ] {
            let text = |money: Option<Money>| money.map_or("-".to_owned(), |money| money.minor().to_string());
            let told =
                |one: &Difference| format!("{} {} {} {}", one.kind.name(), one.key, text(one.ours), text(one.theirs));
            let got: Vec<String> = compare(&theirs, &ours).iter().map(told).collect();
            assert_eq!(got.join("; "), wanted, "{theirs:?} {ours:?}");
        }
    }

    #[test]
    fn an_amount_in_another_currency_is_another_thing() {
        let usd = Currency::parse("USD").unwrap();
        let theirs = Said { gross: Money::new(100, usd), ..said("a", 0, None) };
        let kinds: Vec<DifferenceKind> =
            compare(&[theirs], &[ours("a", 100, None)]).iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [DifferenceKind::OnlyHere, DifferenceKind::OnlyThere]);
    }

    fn rows() -> impl Strategy<Value = Vec<Said>> {
        let row = (0..12_u8, -500..500_i64, proptest::option::of(0..9_i64));
        proptest::collection::vec(row, 0..20)
            .prop_map(|rows| rows.into_iter().map(|(key, gross, fee)| said(&key.to_string(), gross, fee)).collect())
    }

    fn mine(rows: &[Said]) -> Vec<Ours> {
        rows.iter().map(|said| Ours { said: said.clone(), moved: true, contract: None }).collect()
    }

    proptest! {
        #[test]
        fn the_same_rows_agree(rows in rows()) {
            prop_assert_eq!(compare(&rows, &mine(&rows)), vec![]);
        }

        #[test]
        fn the_sides_can_be_exchanged(one in rows(), other in rows()) {
            let turned = |kind| match kind {
                DifferenceKind::OnlyHere => DifferenceKind::OnlyThere,
                DifferenceKind::OnlyThere => DifferenceKind::OnlyHere,
                kind => kind,
            };
            let there: Vec<Difference> = compare(&other, &mine(&one))
                .into_iter()
                .map(|one| Difference { kind: turned(one.kind), ours: one.theirs, theirs: one.ours, ..one })
                .collect();
            prop_assert_eq!(compare(&one, &mine(&other)), there);
        }

        #[test]
        fn every_row_counts_once(one in rows(), other in rows()) {
            let found = compare(&one, &mine(&other));
            let keys = |rows: &[Said]| rows.iter().map(|said| said.key.clone()).collect::<BTreeSet<_>>();
            let (there, here) = (keys(&one), keys(&other));
            let of = |kind| found.iter().filter(|one| one.kind == kind).map(|one| one.key.clone()).collect::<Vec<_>>();
            prop_assert_eq!(of(DifferenceKind::OnlyThere), there.difference(&here).cloned().collect::<Vec<_>>());
            prop_assert_eq!(of(DifferenceKind::OnlyHere), here.difference(&there).cloned().collect::<Vec<_>>());
            // The amounts that differ explain the difference of the sums.
            let amount = |money: Option<Money>| money.map_or(0, Money::minor);
            let gross = |one: &&Difference| one.kind != DifferenceKind::FeeDiffers;
            let explained: i64 = found.iter().filter(gross).map(|one| amount(one.theirs) - amount(one.ours)).sum();
            let sum = |rows: &[Said]| rows.iter().map(|said| said.gross.minor()).sum::<i64>();
            prop_assert_eq!(sum(&one) - sum(&other), explained);
        }
    }
}
