//! Which passwords are taken.
//!
//! Source: NIST SP 800-63B-4, 3.1.1: length and a list of what is commonly chosen, no demands for kinds of characters, no
//! expiry; compared with what is known of the person. Strength is estimated by zxcvbn; what is commonly chosen in China
//! and what stands on every such list there is ours.

/// The fewest characters.
pub const LENGTH_MIN: usize = 10;
/// The most; hashing takes no longer for long ones, guessing their strength does.
pub const LENGTH_MAX: usize = 128;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("fewer than {LENGTH_MIN} characters")]
    TooShort,
    #[error("more than {LENGTH_MAX} characters")]
    TooLong,
    #[error("little more than the person's own name or mail")]
    Personal,
    #[error("easy to guess")]
    Guessable,
}

/// Pieces that carry nothing: love and luck in numbers and pinyin, rows of the keyboard, words of every list.
const COMMON: &[&str] = &[
    "woaini",
    "aini",
    "5201314",
    "1314520",
    "1314",
    "520",
    "521",
    "888",
    "666",
    "168",
    "zhang",
    "wang",
    "li",
    "chen",
    "mima",
    "password",
    "passwd",
    "admin",
    "administrator",
    "root",
    "welcome",
    "huanying",
    "nihao",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "qaz",
    "wsx",
    "edc",
    "1qaz2wsx",
    "1q2w3e4r",
    "abc",
    "aaa",
    "a1b2c3",
    "1234567890",
    "123456789",
    "12345678",
    "123456",
    "12345",
    "1234",
    "123",
    "654321",
    "987654321",
    "111111",
    "000000",
    "112233",
    "123123",
    "123321",
    "147258369",
    "159357",
    "2024",
    "2025",
    "2026",
    "2027",
    "shunfu",
    "顺付",
    "密码",
    "我爱你",
    "@",
    "!",
    "#",
    "$",
    ".",
    "_",
    "-",
];
/// A password must have this many characters besides such pieces.
const OWN_CHARACTERS_MIN: usize = 5;

/// Checks a password against what is known of its owner (mail, names). Order of checks: length, personal, common, estimate.
pub fn check(password: &str, known: &[&str]) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < LENGTH_MIN {
        return Err(Weakness::TooShort);
    }
    if length > LENGTH_MAX {
        return Err(Weakness::TooLong);
    }
    let lower = password.to_lowercase();
    let known: Vec<String> = known.iter().flat_map(|text| pieces(text)).collect();
    if rest(&lower, known.iter().map(String::as_str)) < OWN_CHARACTERS_MIN {
        return Err(Weakness::Personal);
    }
    if rest(&lower, COMMON.iter().copied()) < OWN_CHARACTERS_MIN || is_plain(&lower) {
        return Err(Weakness::Guessable);
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(password, &known).score() < zxcvbn::Score::Three {
        return Err(Weakness::Guessable);
    }
    Ok(())
}

/// Digits alone are telephone numbers, birthdays and identity numbers; two characters in turn are a pattern.
fn is_plain(lower: &str) -> bool {
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < 5 || lower.chars().all(|c| c.is_ascii_digit() || c == 'x')
}

/// The whole text and its parts, in small letters; parts of one or two Latin letters mean nothing.
fn pieces(text: &str) -> Vec<String> {
    let lower = text.trim().to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let all: Vec<String> = std::iter::once(lower.clone()).chain(parts).collect();
    all.into_iter().filter(|piece| piece.len() > 2).collect()
}

/// Characters left over when these pieces are taken out, the longest first.
fn rest<'a>(lower: &str, pieces: impl Iterator<Item = &'a str>) -> usize {
    let mut pieces: Vec<&str> = pieces.collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    // A blank in the place of a piece keeps its neighbours from forming another one.
    let left = pieces.iter().fold(lower.to_owned(), |left, piece| left.replace(piece, " "));
    left.chars().filter(|c| *c != ' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_and_what_is_not() {
        let known = ["wei.zhang@example.com", "张伟 Zhang Wei"];
        for (password, outcome) in [
            ("kurz", Err(Weakness::TooShort)),
            ("密码太短了", Err(Weakness::TooShort)),
            ("wei.zhang@example.com", Err(Weakness::Personal)),
            ("ZhangWei2026", Err(Weakness::Personal)),
            ("张伟张伟张伟张伟张伟", Err(Weakness::Personal)),
            ("woaini5201314", Err(Weakness::Guessable)),
            ("Woaini1314!", Err(Weakness::Guessable)),
            ("1qaz2wsx3edc", Err(Weakness::Guessable)),
            ("qwertyuiop123", Err(Weakness::Guessable)),
            ("13812345678", Err(Weakness::Guessable)),
            ("11010119900307123x", Err(Weakness::Guessable)),
            ("abababababab", Err(Weakness::Guessable)),
            ("Password123!", Err(Weakness::Guessable)),
            ("Admin@20261123", Err(Weakness::Guessable)),
            ("correct horse battery staple", Ok(())),
            ("kupfer-tinte-91-laterne", Ok(())),
            ("vR7#mQ2x!tLp", Ok(())),
            ("雨后山中蝉鸣处处闻", Err(Weakness::TooShort)),
            ("雨后山中蝉鸣处处可闻也", Ok(())),
            ("k7qm-2f9x-h3vd-8tzr-w5np", Ok(())),
        ] {
            assert_eq!(check(password, &known), outcome, "{password}");
        }
        assert_eq!(check(&"laterne".repeat(20), &[]), Err(Weakness::TooLong));
    }
}
