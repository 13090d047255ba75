//! References with check digits, as invoices carry them in Europe: found in free text, and made of a document's number.
//!
//! The check digit of some schemes is right for one number in ten, so a long digit run is often a Finnish and a Norwegian reference by
//! chance, and a text may give the same digits under several schemes. That does no harm: what is found is looked up among the
//! references that were printed, not believed.

use super::checks;
use super::key::{Key, Span, Strength};
use super::runs::{Run, folded, may_have_digits, runs, sign};
use super::text::has_weight;

/// Whose rules a structured reference follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// ISO 11649: `RF`, two check digits, up to 21 letters and digits.
    Rf,
    /// Swiss QR reference, and the long form of the older ESR: 27 digits, modulo 10 recursive.
    SwissQr,
    /// The short form of the Swiss ESR: 16 digits.
    SwissEsr,
    /// Belgian OGM/VCS: 12 digits, modulo 97; printed `+++123/4567/89002+++`.
    Belgian,
    /// Finnish viitenumero: 4 to 20 digits, weights 7-3-1.
    Finnish,
    /// Norwegian KID with a check digit modulo 10: up to 25 digits. In free text those of fewer than five are not looked for.
    NorwegianMod10,
    /// Norwegian KID with a check digit modulo 11, where `-` stands for ten.
    NorwegianMod11,
    /// Slovenian SI12: up to 12 digits and a check digit modulo 11. SI00 has no check; the keys of numbers find it.
    Slovenian,
}

impl Scheme {
    pub const ALL: [Scheme; 8] = [
        Scheme::Rf,
        Scheme::SwissQr,
        Scheme::SwissEsr,
        Scheme::Belgian,
        Scheme::Finnish,
        Scheme::NorwegianMod10,
        Scheme::NorwegianMod11,
        Scheme::Slovenian,
    ];
}

/// A structured reference that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structured {
    pub scheme: Scheme,
    /// As [`of_number`] writes it: without blanks and ornaments, in capitals.
    pub canonical: String,
    pub span: Span,
}

impl Structured {
    /// The number that it was made of. Of digits that were filled up with zeros nobody knows how many were the number's own: each count
    /// is one.
    fn numbers(&self) -> Vec<(Key, Strength)> {
        // Signs before the number, and check digits behind it.
        let (mark, check) = match self.scheme {
            Scheme::Rf => (4, 0),
            Scheme::Slovenian => (4, 1),
            Scheme::Belgian => (0, 2),
            Scheme::SwissQr | Scheme::SwissEsr | Scheme::Finnish | Scheme::NorwegianMod10 | Scheme::NorwegianMod11 => {
                (0, 1)
            }
        };
        let number = self.canonical.get(mark..self.canonical.len().saturating_sub(check)).unwrap_or_default();
        if self.scheme == Scheme::Rf {
            // It has the number's letters as well.
            return vec![(Key::of(number), Strength::Full)];
        }
        let zeros = number.bytes().take_while(|digit| *digit == b'0').count();
        let from = zeros.saturating_sub(ZEROS_MAX);
        let numbers = (from..=zeros).filter_map(|start| number.get(start..)).filter(|digits| digits.len() > 1);
        let most = |digits: &str| if has_weight(digits.len(), false) { Strength::Full } else { Strength::Weak };
        numbers.map(|digits| (Key::of(digits), most(digits))).collect()
    }
}

/// No number of digits alone begins with more zeros.
const ZEROS_MAX: usize = 6;

/// The structured reference of a document's number, to be printed on it and found again; `None` when the number does not fit.
///
/// `RF` carries the letters and digits of the number, 21 at most. The others carry its digits alone, so two numbers that differ in
/// letters only have the same reference: in front of them stand the zeros that a scheme of fixed length asks for (26, 15 and 10
/// digits before the check). Finnish ones have at least three digits and no zeros in front, Norwegian ones keep theirs.
pub fn of_number(scheme: Scheme, number: &str) -> Option<String> {
    let signs: Vec<u8> = runs(number).iter().flat_map(|run| signs(run.span.of(number))).collect();
    let digits: Vec<u8> = signs.iter().copied().filter(u8::is_ascii_digit).collect();
    if digits.is_empty() && (scheme != Scheme::Rf || signs.is_empty()) {
        return None;
    }
    match scheme {
        Scheme::Rf if signs.len() <= 21 => Some(format!("RF{:02}{}", checks::rf(&signs), text(&signs))),
        Scheme::SwissQr => padded(&digits, 26).map(|n| format!("{}{}", text(&n), checks::recursive(&n))),
        Scheme::SwissEsr => padded(&digits, 15).map(|n| format!("{}{}", text(&n), checks::recursive(&n))),
        Scheme::Belgian => padded(&digits, 10).map(|n| format!("{}{:02}", text(&n), checks::belgian(&n))),
        Scheme::Finnish => {
            let bare = without_zeros(&digits);
            (3..=19).contains(&bare.len()).then(|| format!("{}{}", text(bare), checks::finnish(bare)))
        }
        Scheme::NorwegianMod10 if digits.len() <= 24 => Some(format!("{}{}", text(&digits), checks::luhn(&digits))),
        Scheme::NorwegianMod11 if digits.len() <= 24 => Some(match checks::mod11(&digits) {
            10 => format!("{}-", text(&digits)),
            check => format!("{}{check}", text(&digits)),
        }),
        Scheme::Slovenian if digits.len() <= 12 => Some(format!("SI12{}{}", text(&digits), checks::slovenian(&digits))),
        _ => None,
    }
}

/// All structured references in a text whose check digits are right: in any case and width, with the blanks, slashes and ornaments
/// that their owners print and payers leave.
pub fn structured(text: &str) -> impl Iterator<Item = Structured> + use<> {
    let runs = if may_have_digits(text) { runs(text) } else { Vec::new() };
    let mut found = Vec::new();
    for start in 0..runs.len() {
        let rest = runs.get(start..).unwrap_or_default();
        match rest {
            [first, ..] if start > 0 && first.gap.is_glued() => {}
            [first, ..] if first.is_digits => digits_from(text, rest, &mut found),
            [first, ..] if is(text, first, "RF") => rf_from(text, rest, &mut found),
            [first, ..] if is(text, first, "SI") => slovenian_from(text, rest, &mut found),
            _ => {}
        }
    }
    found.into_iter()
}

/// The numbers that references in a text carry: what stands between the mark and the check digits, as [`of_number`] put it there, and how
/// much that says at most. A field that was handed through apart from the text may be a reference of any scheme. Among words those alone
/// count that are not other digits by chance: ISO 11649, the Swiss and the Belgian ones.
pub fn carried_numbers(text: &str, is_apart: bool) -> Vec<(Key, Strength)> {
    use Scheme::{Belgian, Rf, SwissEsr, SwissQr};
    if !is_apart && !may_have_reference(text) {
        return Vec::new();
    }
    let counts = |one: &Structured| is_apart || matches!(one.scheme, Rf | SwissQr | SwissEsr | Belgian);
    structured(text).filter(counts).flat_map(|one| one.numbers()).collect()
}

/// Whether a reference may stand among words, which in most texts is seen without reading them.
fn may_have_reference(text: &str) -> bool {
    let bytes = text.as_bytes();
    // `RF` has its letters side by side, or with signs between them that are not there at all.
    let is_rf = |pair: &[u8]| matches!(pair, [b'R' | b'r', b'F' | b'f' | 0xc2 | 0xe2 | 0xef]);
    // Full-width digits, `Ｒ` and `ｒ`.
    let is_wide = |sign: &[u8]| matches!(sign, [0xef, 0xbc, 0x90..=0x99 | 0xb2] | [0xef, 0xbd, 0x92]);
    bytes.windows(2).any(is_rf) || bytes.windows(3).any(is_wide) || has_groups(bytes)
}

/// Whether digits stand together as Belgian and Swiss references have them: all in one, or in two groups that others have not.
fn has_groups(bytes: &[u8]) -> bool {
    let (mut before, mut run, mut gap) = (0, 0, 0);
    for byte in bytes.iter().chain(b" ") {
        if byte.is_ascii_digit() {
            run += 1;
            continue;
        }
        let is_grouped = gap == 1 && matches!((before, run), (3, 4) | (5, 5) | (10, 2));
        if matches!(run, 12 | 16 | 27) || is_grouped {
            return true;
        }
        if run > 0 {
            (before, run, gap) = (run, 0, 0);
        }
        gap += 1;
    }
    false
}

/// No reference is printed in more groups: 25 signs in fours.
const GROUPS_MAX: usize = 9;

/// References that are digits alone: one run, or groups with one blank between them (in Belgium a slash, a point or a hyphen).
fn digits_from(text: &str, rest: &[Run], found: &mut Vec<Structured>) {
    let mut groups: Vec<usize> = Vec::new();
    let mut number: Vec<u8> = Vec::new();
    let mut gaps = 0;
    for (at, run) in rest.iter().take(GROUPS_MAX).enumerate() {
        if at > 0 {
            gaps |= run.gap.signs;
        }
        if !run.is_digits || (at > 0 && run.gap.count != 1) || number.len() + run.len() > 27 {
            return;
        }
        number.extend(signs(run.span.of(text)));
        groups.push(run.len());
        if rest.get(at + 1).is_some_and(|next| next.gap.is_glued()) {
            return;
        }
        let span = span(rest, at);
        let mut add = |scheme, canonical: &[u8]| {
            found.push(Structured { scheme, canonical: self::text(canonical), span });
        };
        let blanks_only = gaps & !sign::BLANK == 0;
        for scheme in Scheme::ALL {
            let separated = blanks_only || scheme == Scheme::Belgian && gaps & !BELGIAN_GAPS == 0;
            if separated && is_grouped(scheme, &groups) && is_valid_digits(scheme, &number) {
                add(scheme, if scheme == Scheme::Finnish { without_zeros(&number) } else { &number });
            }
        }
        if at == 0 && text.get(span.end..).is_some_and(|behind| behind.starts_with('-')) && checks::mod11(&number) == 10
        {
            number.push(b'-');
            add(Scheme::NorwegianMod11, &number);
            number.pop();
        }
    }
}

const BELGIAN_GAPS: u16 = sign::BLANK | sign::SLASH | sign::DOT | sign::HYPHEN;

/// Whether digits in groups of these lengths are how a scheme is printed, or all in one.
fn is_grouped(scheme: Scheme, groups: &[usize]) -> bool {
    let [first, others @ ..] = groups else { return false };
    let fives = *first <= 5 && others.iter().all(|group| *group == 5);
    others.is_empty()
        || match scheme {
            Scheme::SwissQr | Scheme::SwissEsr | Scheme::Finnish => fives,
            Scheme::Belgian => groups == [3, 4, 5] || groups == [3, 4, 3, 2] || groups == [10, 2],
            _ => false,
        }
}

/// Whether digits are a reference of a scheme that is digits alone.
fn is_valid_digits(scheme: Scheme, digits: &[u8]) -> bool {
    let checks_with = |check: fn(&[u8]) -> u32| match digits {
        [number @ .., last] => number.iter().any(|d| *d != b'0') && check(number) == u32::from(last - b'0'),
        [] => false,
    };
    match scheme {
        Scheme::SwissQr => digits.len() == 27 && checks_with(checks::recursive),
        Scheme::SwissEsr => digits.len() == 16 && checks_with(checks::recursive),
        Scheme::Belgian => {
            let Some((number, check)) = digits.split_at_checked(10).filter(|_| digits.len() == 12) else {
                return false;
            };
            self::text(check) == format!("{:02}", checks::belgian(number))
        }
        Scheme::Finnish => (4..=20).contains(&without_zeros(digits).len()) && checks_with(checks::finnish),
        Scheme::NorwegianMod10 => (5..=25).contains(&digits.len()) && checks_with(checks::luhn),
        Scheme::NorwegianMod11 => (5..=25).contains(&digits.len()) && checks_with(checks::mod11),
        Scheme::Rf | Scheme::Slovenian => false,
    }
}

/// `RF18539007547034`, `rf18 5390 0754 7034`. Where it ends cannot be seen when words follow it a blank apart, so every end counts at
/// which the check is right.
fn rf_from(text: &str, rest: &[Run], found: &mut Vec<Structured>) {
    each_end(text, rest, 25, |canonical, span| {
        let parts = canonical.strip_prefix(b"RF").and_then(|rest| rest.split_at_checked(2));
        let Some((check, reference)) = parts.filter(|(_, reference)| !reference.is_empty()) else { return };
        let is_checked = check.iter().all(u8::is_ascii_digit);
        if !is_checked || checks::mod97(reference.iter().chain(b"RF").chain(check).copied()) != 1 {
            return;
        }
        found.push(Structured { scheme: Scheme::Rf, canonical: self::text(&canonical), span });
        let bare = without_zeros(reference);
        if bare.iter().all(u8::is_ascii_digit) && is_valid_digits(Scheme::Finnish, bare) {
            found.push(Structured { scheme: Scheme::Finnish, canonical: self::text(bare), span });
        }
    });
}

/// `SI12 1234567890123`.
fn slovenian_from(text: &str, rest: &[Run], found: &mut Vec<Structured>) {
    each_end(text, rest, 17, |canonical, span| {
        let Some([number @ .., last]) = canonical.strip_prefix(b"SI12") else { return };
        let digits = !number.is_empty() && number.iter().chain([last]).all(u8::is_ascii_digit);
        if digits && checks::slovenian(number) == u32::from(last - b'0') {
            found.push(Structured { scheme: Scheme::Slovenian, canonical: self::text(&canonical), span });
        }
    });
}

/// Tells what stands from the first run to every end of a word, together, as long as it is no longer than `max`.
fn each_end(text: &str, rest: &[Run], max: usize, mut tell: impl FnMut(Vec<u8>, Span)) {
    let mut canonical: Vec<u8> = Vec::new();
    for (at, run) in rest.iter().enumerate() {
        let gap = run.gap;
        let goes_on = at == 0 || gap.is_glued() || gap.count == 1 && gap.has(BELGIAN_GAPS);
        if !goes_on || canonical.len() + run.len() > max {
            return;
        }
        canonical.extend(signs(run.span.of(text)));
        if rest.get(at + 1).is_none_or(|next| !next.gap.is_glued()) {
            tell(canonical.clone(), span(rest, at));
        }
    }
}

fn is(text: &str, run: &Run, word: &str) -> bool {
    run.len() == word.len() && signs(run.span.of(text)).eq(word.bytes())
}

fn span(rest: &[Run], last: usize) -> Span {
    let start = rest.first().map_or(0, |run| run.span.start);
    Span { start, end: rest.get(last).map_or(start, |run| run.span.end) }
}

/// The Latin letters, in capitals, and the digits of a piece of text.
fn signs(piece: &str) -> impl Iterator<Item = u8> + '_ {
    let narrow = piece.chars().map(folded).filter(char::is_ascii_alphanumeric);
    narrow.filter_map(|c| u8::try_from(c.to_ascii_uppercase()).ok())
}

fn text(signs: &[u8]) -> String {
    signs.iter().map(|sign| char::from(*sign)).collect()
}

fn padded(digits: &[u8], len: usize) -> Option<Vec<u8>> {
    let zeros = len.checked_sub(digits.len())?;
    Some(std::iter::repeat_n(b'0', zeros).chain(digits.iter().copied()).collect())
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}
