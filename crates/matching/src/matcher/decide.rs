//! Which answer stands first, and whether it stands alone.

use crate::candidate::{Candidate, Proposal, Tier};
use crate::rule::Rule;

/// Candidates that are kept of a line.
const KEPT_MAX: usize = 5;
/// Another candidate so close below the first, in thousandths, ties with it.
pub const TIE: u16 = 40;
/// From this score on, an answer whose amount fits speaks against one whose amount does not.
const CONTRADICTS: u16 = 800;

/// The best first, and whether another is as good. Here alone it is decided that a tie is one.
pub(super) fn decide(mut candidates: Vec<Candidate>) -> Proposal {
    candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.tier.cmp(&b.tier)).then(a.items.cmp(&b.items)));
    candidates.truncate(KEPT_MAX);
    let tied = candidates.split_first().is_some_and(|(best, others)| others.iter().any(|other| ties(best, other)));
    Proposal { candidates, tied }
}

/// Whether another answer is as good as the best. One whose number was said, and whose amount fits, stands above all whose number was
/// not; a number whose amount does not fit is no better than an amount that does.
fn ties(best: &Candidate, other: &Candidate) -> bool {
    if best.tier == Tier::Rule && !Rule::outweighs(other.score) {
        return true;
    }
    if best.is_named() && best.difference.is_none() && !other.is_named() {
        return false;
    }
    if best.is_named() && !other.is_named() {
        let fits_alone = other.difference.is_none() && other.items.len() + other.entries.len() == 1;
        return fits_alone && other.score >= CONTRADICTS;
    }
    if !best.is_named() && other.difference.is_none() {
        // Who paid speaks for one, the number for another's; or two invoices of one customer are the amount, however old they are.
        let is_alike = best.party == other.party && best.items.len() == 1 && other.items.len() == 1;
        if other.is_named() || is_alike {
            return true;
        }
    }
    // A sum without a number may be one invoice, less what a bank kept.
    if !best.is_named() && best.items.len() > 1 && other.difference.is_some() && other.score >= CONTRADICTS {
        return true;
    }
    let contradicts = best.difference.is_some() && other.difference.is_none() && other.score >= CONTRADICTS;
    contradicts || best.score.saturating_sub(other.score) <= TIE
}
