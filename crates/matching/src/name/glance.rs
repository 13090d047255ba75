//! What of a name shows at a glance that another cannot be like it.

use super::likeness::close_by;
use super::normal::Name;

/// A few facts of a name, side by side in memory: most names that share a word with another are not like it, and to read two whole names
/// costs more than to see that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glance {
    /// Which letters there are; others than Latin ones share places.
    letters: u64,
    stem: u64,
    /// What letters, sound, and letters with the form begin with.
    firsts: [Option<char>; 3],
    chars: usize,
    plain: usize,
}

impl Glance {
    pub fn of(name: &Name) -> Glance {
        let firsts = [&name.flat, &name.sound, &name.full].map(|text| text.chars().next());
        let letters = name.flat.chars().fold(0, |letters, c| letters | 1 << place(c));
        Glance { letters, stem: name.stem, firsts, chars: name.flat.chars().count(), plain: name.plain }
    }

    /// Whether two names may be alike that are neither the same in letters, words or sound. One that is cut, short, or initials of another
    /// begins as that does, sisters have one stem, and of two that are close each slip takes a letter away and brings one.
    pub fn may_be_like(&self, other: &Glance) -> bool {
        let begin_alike = self.firsts.iter().zip(&other.firsts).any(|(a, b)| a == b);
        let slips = close_by(self.plain, other.plain);
        begin_alike
            || self.stem == other.stem && self.stem != 0
            || self.chars.abs_diff(other.chars) <= slips
                && usize::try_from((self.letters ^ other.letters).count_ones()).is_ok_and(|differ| differ <= 2 * slips)
    }
}

fn place(c: char) -> u32 {
    match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        '0'..='9' => 26 + u32::from(c) - u32::from('0'),
        _ => 36 + u32::from(c) % 28,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{Likeness, likeness};
    use proptest::prelude::*;

    const WORDS: &[&str] = &[
        "Muster",
        "Musterhaus",
        "Handel",
        "Trading",
        "Shanghai",
        "Yuanhang",
        "Maschinenbau",
        "Nord",
        "2",
        "Müller",
        "GmbH",
        "Ltd",
        "Co",
        "S.Y.",
        "International",
        "上海",
        "远航",
        "贸易",
        "有限公司",
        "机械",
        "二厂",
    ];

    /// The words of a name, without blanks at either end.
    fn any_text() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(WORDS), 1..5).prop_map(|words| words.join(" "))
    }

    /// A text with slips of the pen, the first of them at its beginning, cut where banks cut now and then.
    fn slipped(text: &str, slips: &[(prop::sample::Index, Option<String>)], cut: usize) -> String {
        let mut letters: Vec<String> = text.chars().map(String::from).collect();
        for (nth, (at, slip)) in slips.iter().enumerate() {
            let at = if nth == 0 { 0 } else { at.index(letters.len()) };
            letters[at] = slip.clone().unwrap_or_default();
        }
        letters.into_iter().take(if cut < 10 { 27 } else { 80 }).collect()
    }

    fn any_pair() -> impl Strategy<Value = (String, String)> {
        let slips = prop::collection::vec((any::<prop::sample::Index>(), prop::option::of("[a-z远]")), 0..4);
        (any_text(), prop::option::of(any_text()), slips, 0_usize..40).prop_map(|(one, other, slips, cut)| {
            let other = slipped(other.as_ref().unwrap_or(&one), &slips, cut);
            (one, other)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

        #[test]
        fn nothing_alike_is_passed_over((a, b) in any_pair()) {
            let (a, b) = (Name::of(&a), Name::of(&b));
            let is_sure = a.sound == b.sound || a.sorted.iter().any(|words| b.sorted.contains(words));
            if !is_sure && likeness(&a, &b) > Likeness::Different {
                prop_assert!(Glance::of(&a).may_be_like(&Glance::of(&b)));
            }
        }
    }
}
