//! How sure a candidate is: how often candidates with the same evidence were right on generated months, in thousandths.

use crate::candidate::DifferenceKind;
use crate::evidence::{Fit, Payer, is_known};
use crate::name::Likeness;
use crate::reference::Strength;

/// The score of an answer by its number, its payer and its amount.
pub(crate) fn score(number: Option<Strength>, payer: Payer, fit: Fit) -> u16 {
    let exact = by_number_and_payer(number, payer);
    // A number that is not the amount may be a slip for another's: it needs the payer to speak for it.
    let is_sure = number.is_some_and(|strength| strength > Strength::Weak) && payer >= Payer::Name(Likeness::Truncated);
    match fit {
        Fit::Equal => exact,
        // With a number each part is named; without one they meet in the sum alone.
        Fit::Sum if number.is_some() => exact,
        Fit::Sum => exact.saturating_sub(3),
        Fit::Differs(_) if is_sure => exact.saturating_sub(8),
        Fit::Differs(difference) => match difference.kind {
            DifferenceKind::Fee | DifferenceKind::Discount => exact.saturating_sub(100),
            DifferenceKind::Short | DifferenceKind::Over if number.is_some() => exact.saturating_sub(100),
            DifferenceKind::Short | DifferenceKind::Over => exact.saturating_sub(500),
        },
    }
}

fn by_number_and_payer(number: Option<Strength>, payer: Payer) -> u16 {
    use Strength as S;
    let known = is_known(payer);
    match (number, payer) {
        (Some(S::Full), _) if known => 999,
        (Some(S::Full), Payer::Other) => 930,
        (Some(S::Full), _) => 995,
        (Some(S::WithoutPrefix | S::ShortYear | S::WithoutZeros), _) if known => 997,
        (Some(S::WithoutPrefix | S::ShortYear | S::WithoutZeros), Payer::Other) => 700,
        (Some(S::WithoutPrefix | S::ShortYear | S::WithoutZeros), Payer::Unknown) => 975,
        (Some(S::WithoutPrefix | S::ShortYear | S::WithoutZeros), _) => 990,
        (Some(S::Continued | S::LastRun), _) if known => 993,
        (Some(S::Continued | S::LastRun), Payer::Other) => 400,
        (Some(S::Continued | S::LastRun), Payer::Unknown) => 850,
        (Some(S::Continued | S::LastRun), _) => 960,
        (Some(S::Weak), _) if known => 990,
        (Some(S::Weak), Payer::Other) => 200,
        (Some(S::Weak), Payer::Unknown) => 500,
        (Some(S::Weak), _) => 930,
        (None, Payer::Account) => 988,
        (None, Payer::Name(Likeness::Close)) => 800,
        (None, Payer::Name(Likeness::Sister)) => 500,
        (None, Payer::Name(Likeness::Truncated | Likeness::Abbreviated)) => 950,
        (None, _) if known => 985,
        (None, Payer::Unknown) => 400,
        (None, _) => 150,
    }
}
