//! What Alipay and its merchants sign, and how it is cut out of what comes in.
//!
//! Source: run with npm `alipay-sdk` 4.14.0 and PyPI `python-alipay-sdk` 3.4.0, which judge this file elsewhere.

use kernel::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Alipay's clock is China's, which has no summer time: so many seconds before UTC's.
const AHEAD_S: i64 = 8 * 3600;

/// Fields of a request or notification, decoded.
pub(crate) type Fields = Vec<(String, String)>;

/// The value of a field; empty where it is not there.
pub(crate) fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// A request as its merchant signs it: with `sign_type`, without what is empty.
pub(crate) fn of_request(fields: &[(String, String)]) -> String {
    joined(fields, |name, value| name != "sign" && !value.is_empty())
}

/// A notification as Alipay signs it: without `sign_type`, with what is empty.
pub(crate) fn of_notification(fields: &[(String, String)]) -> String {
    joined(fields, |name, _| name != "sign" && name != "sign_type")
}

/// Sorted by name and joined, each value as it is and not as an address would write it.
fn joined(fields: &[(String, String)], takes_part: impl Fn(&str, &str) -> bool) -> String {
    let mut taken: Vec<&(String, String)> = fields.iter().filter(|(name, value)| takes_part(name, value)).collect();
    taken.sort();
    let pairs: Vec<String> = taken.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// The members of an answer, each value byte for byte as it came: that is what the signature is over, and writing it anew would
/// lose it (Alipay writes `\/` where others write `/`).
pub(super) fn members(answer: &str) -> Option<Vec<(String, &str)>> {
    let mut rest = answer.trim().strip_prefix('{')?;
    let mut members = Vec::new();
    loop {
        let (name, after) = first::<String>(rest.trim_start())?;
        let after = after.trim_start().strip_prefix(':')?.trim_start();
        let (_, end) = first::<IgnoredAny>(after)?;
        members.push((name, &after[..after.len() - end.len()]));
        rest = match end.trim_start().strip_prefix(',') {
            Some(more) => more,
            None => return (end.trim_start() == "}").then_some(members),
        };
    }
}

/// The JSON value that a text begins with, and what comes after it.
fn first<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, &'a str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

/// `2026-11-27 16:00:00`, by China's clock.
pub(crate) fn china_time(at: Timestamp) -> String {
    let there = Timestamp::from_second(at.as_second() + AHEAD_S).unwrap_or(at);
    there.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The instant of such a text.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let shape = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        10 => byte == b' ',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    let is_plain = text.len() == 19 && text.bytes().enumerate().all(shape);
    format!("{text}+08:00").parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed() {
        let fields: Fields = [("b", "2 &x"), ("sign", "s"), ("sign_type", "RSA2"), ("a", ""), ("B", "1")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(of_request(&fields), "B=1&b=2 &x&sign_type=RSA2");
        assert_eq!(of_notification(&fields), "B=1&a=&b=2 &x");
    }

    #[test]
    fn members_are_cut_out_as_they_came() {
        let answer = r#" {"x_response" : {"url":"https:\/\/a","n":[1, "}"]} ,"sign":"a\/b="} "#;
        let members = members(answer).unwrap();
        assert_eq!(members[0], ("x_response".to_owned(), r#"{"url":"https:\/\/a","n":[1, "}"]}"#));
        assert_eq!(members[1], ("sign".to_owned(), r#""a\/b=""#));
        for wrong in ["", "{}", "{", "[]", r#"{"a":1"#, r#"{"a":1}x"#, r#"{"a":1,}"#, r#"{"a" 1}"#, r#"{"a":{}"#] {
            assert_eq!(super::members(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn chinas_clock() {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        assert_eq!(china_time(at), "2026-09-21 22:13:20");
        assert_eq!(instant("2026-09-21 22:13:20"), Some(at));
        for wrong in ["", "2026-09-21T22:13:20", "2026-09-21 22:13:20Z", "2026-13-21 22:13:20", "2026-09-21 2:13:20 "] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }
}
