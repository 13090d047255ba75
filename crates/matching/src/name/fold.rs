//! A name's text as pieces: words in Latin and other letters, and runs of Chinese characters.

use super::table::simplified;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// A word, or a run of Chinese characters, folded: small letters without accents, narrow, simplified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// `ü` is `ue`, `ø` is `oe`, `å` is `aa`.
    pub text: String,
    /// `ü` is `u`, `ø` is `o`, `å` is `a`: what keyboards without them make of it.
    pub short: String,
    pub is_chinese: bool,
}

pub(super) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '々')
}

/// The pieces of a text, in order. Points and apostrophes inside a word are left out (`S.p.A.` is `spa`), and a slash between two
/// single letters (`A/S`); everything else that is neither letter nor digit parts words.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    if text.is_ascii() {
        return parted(text.chars().map(|c| c.to_ascii_lowercase()));
    }
    // Most are written as they should be, and that is seen sooner than they are written anew.
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => parted(text.chars().flat_map(char::to_lowercase)),
        IsNormalized::No | IsNormalized::Maybe => parted(text.nfkc().flat_map(char::to_lowercase)),
    }
}

fn parted(chars: impl Iterator<Item = char>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    let mut is_slash = false;
    for c in chars {
        if matches!(c, '.' | '\'' | '’' | '`' | '´' | '\u{ad}') || is_combining_mark(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            is_slash = open && c == '/';
            open = false;
            continue;
        }
        let c = if c.is_ascii() { c } else { simplified(c) };
        let chinese = is_chinese(c);
        let joins_slash = is_slash && pieces.last().is_some_and(|piece| piece.text.len() == 1 && !chinese);
        match pieces.last_mut() {
            Some(piece) if (open || joins_slash) && piece.is_chinese == chinese => push(piece, c),
            _ => {
                let mut piece = Piece { is_chinese: chinese, ..Piece::default() };
                push(&mut piece, c);
                pieces.push(piece);
            }
        }
        (open, is_slash) = (true, false);
    }
    pieces
}

fn push(piece: &mut Piece, c: char) {
    let (long, short) = match c {
        _ if c.is_ascii() => {
            piece.text.push(c);
            piece.short.push(c);
            return;
        }
        'ä' | 'æ' => ("ae", "a"),
        'ö' | 'ø' | 'œ' => ("oe", "o"),
        'ü' => ("ue", "u"),
        'å' => ("aa", "a"),
        'ß' => ("ss", "ss"),
        'ł' => ("l", "l"),
        'đ' | 'ð' => ("d", "d"),
        'þ' => ("th", "th"),
        'ı' => ("i", "i"),
        _ => {
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    piece.text.push(part);
                    piece.short.push(part);
                }
            });
            return;
        }
    };
    piece.text.push_str(long);
    piece.short.push_str(short);
}

/// A text to look for words in: small, narrow and simplified, with one blank for several and none beside Chinese, where banks put them
/// for the look of it.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return with_few_blanks(text.chars().map(|c| c.to_ascii_lowercase()), text.len());
    }
    with_few_blanks(text.nfkc().flat_map(char::to_lowercase).map(simplified), text.len())
}

fn with_few_blanks(chars: impl Iterator<Item = char>, about: usize) -> String {
    let mut folded = String::with_capacity(about);
    let (mut is_apart, mut was_chinese) = (false, true);
    for c in chars {
        if c.is_whitespace() {
            is_apart = true;
            continue;
        }
        let is_chinese = is_chinese(c);
        if is_apart && !was_chinese && !is_chinese {
            folded.push(' ');
        }
        folded.push(c);
        (is_apart, was_chinese) = (false, is_chinese);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded() {
        for (text, long, short) in [
            ("Müller & Söhne", "mueller|soehne", "muller|sohne"),
            ("Straße", "strasse", "strasse"),
            ("S.p.A. d'Été", "spa|dete", "spa|dete"),
            ("Ørsted A/S", "oersted|as", "orsted|as"),
            ("ＡＢＣ貿易", "abc|贸易", "abc|贸易"),
            ("上海（集团）", "上海|集团", "上海|集团"),
            ("", "", ""),
        ] {
            let pieces = pieces(text);
            let of = |get: fn(&Piece) -> &str| pieces.iter().map(get).collect::<Vec<_>>().join("|");
            assert_eq!((of(|p| &p.text), of(|p| &p.short)), (long.to_owned(), short.to_owned()), "{text}");
        }
    }
}
