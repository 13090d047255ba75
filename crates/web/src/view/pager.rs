//! The pages of a list: which part the address asks for, and what the foot says of it.
//!
//! A cursor of a page carries the row that it begins beside (its number in the list, id, and what the list is sorted by), and
//! the way: `~` leads back. So a page stays where it is while others write, and nobody counts what was passed by.

use super::View;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Arg, Id, Refusal};
use store::{Part, Place, Total};

/// Rows of a page where the address says nothing.
const USUAL: i64 = 50;

/// What stands under a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    pub summary: String,
    /// Addresses; empty where there is no such page.
    pub previous: String,
    pub next: String,
}

/// The part that an address asks for: `limit`, `cursor`, and `sort=due` or `sort=-due` of the columns in `sorts`. Refuses a
/// limit or cursor that is none, and a column that no list can be sorted by; one that this list cannot now is passed over.
pub fn part(query: &str, sorts: &[&'static str]) -> Result<Part, Refusal> {
    let mut part = Part { by: None, rising: false, from: None, back: false, limit: USUAL + 1 };
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "limit" => {
                let limit: Option<i64> = value.parse().ok().filter(|limit| (1..=200).contains(limit));
                part.limit = 1 + limit.ok_or_else(|| Refusal::field("/limit", "limit_range"))?;
            }
            "sort" => {
                let column = value.strip_prefix('-').unwrap_or(value);
                part.by = sorts.iter().find(|own| **own == column).copied();
                part.rising = part.by.is_some() && !value.starts_with('-');
            }
            "cursor" if !value.is_empty() => {
                part.back = value.starts_with('~');
                part.from = Some(place(value).ok_or_else(|| Refusal::field("/cursor", "cursor_unknown"))?);
            }
            _ => {}
        }
    }
    Ok(part)
}

fn cursor(place: &Place) -> String {
    let nth = u32::try_from(place.nth).unwrap_or(0).to_be_bytes();
    URL_SAFE_NO_PAD.encode([&nth[..], &place.id, place.key.as_bytes()].concat())
}

fn place(cursor: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor.trim_start_matches('~')).ok()?;
    let (nth, rest) = bytes.split_first_chunk::<4>()?;
    let (id, key) = rest.split_first_chunk::<16>()?;
    Some(Place { id: *id, key: String::from_utf8(key.to_vec()).ok()?, nth: u32::from_be_bytes(*nth).into() })
}

impl Pager {
    /// The same of a list in the order of ids that nobody counts.
    pub fn by_id<R, K>(v: &View, part: &Part, rows: &mut Vec<R>, id: impl Fn(&R) -> Id<K>) -> Pager {
        Pager::new(v, part, rows, Total::Unknown, |row| (*id(row).bytes(), String::new()))
    }

    /// Takes the row that only told whether there is more away from `rows`, which are in the order of the list, and says what
    /// is shown. `of` gives the id of a row and what the list is sorted by.
    pub fn new<R>(
        v: &View,
        part: &Part,
        rows: &mut Vec<R>,
        total: Total,
        of: impl Fn(&R) -> ([u8; 16], String),
    ) -> Pager {
        let shown = usize::try_from(part.limit - 1).unwrap_or(0);
        let has_more = rows.len() > shown;
        if has_more && part.back {
            rows.remove(0);
        }
        rows.truncate(shown);
        let (has_previous, has_next) = if part.back { (has_more, true) } else { (part.from.is_some(), has_more) };
        let count = i64::try_from(rows.len()).unwrap_or(0);
        let nth = part.from.as_ref().map_or(0, |place| place.nth);
        // What came in since may have pushed the first page down; it begins with 1 all the same.
        let first = match (has_previous, part.back) {
            (false, _) => 1,
            (true, true) => (nth - count).max(2),
            (true, false) => nth + 1,
        };
        let link = |mark: &str, row: Option<&R>, nth: i64| {
            row.map_or_else(String::new, |row| {
                let (id, key) = of(row);
                v.link_with("cursor", &format!("{mark}{}", cursor(&Place { id, key, nth })))
            })
        };
        let last = first + count - 1;
        let previous = if has_previous { link("~", rows.first(), first) } else { String::new() };
        let next = if has_next { link("", rows.last(), last) } else { String::new() };
        let number = |name: &'static str, n: i64| (name, Arg::Number(n));
        let range = [number("from", first), number("to", last)];
        let ends = |total: i64| [&range[..], &[number("total", total)]].concat();
        let summary = match total {
            _ if rows.is_empty() => String::new(),
            _ if previous.is_empty() && next.is_empty() => v.tn("list-all", &count),
            _ if next.is_empty() => v.ta("list-range", &ends(last)),
            Total::Exactly(total) => v.ta("list-range", &ends(total.max(last))),
            Total::MoreThan(total) if total > last => v.ta("list-range-more", &ends(total)),
            Total::MoreThan(_) | Total::Unknown => v.ta("list-range-open", &range),
        };
        Pager { summary, previous, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::I18n;
    use crate::view::{Brand, BrandColour};
    use jiff::tz::TimeZone;
    use kernel::Locale;

    fn view(address: &str) -> View {
        let brand = Brand { name: "A".into(), colour: BrandColour::Jade, logo: None };
        let l = I18n::new(&[]).unwrap().for_locale(Locale::En);
        View::new(l, address, brand, jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC, [1; 32])
    }

    /// The part of the numbers 1 to `all` that an address asks for, small first, with the foot.
    fn page(address: &str, all: u8, total: Total) -> (Vec<u8>, Pager) {
        let v = view(address);
        let part = part(&v.query, &["n"]).unwrap();
        let from = part.from.as_ref().map(|place| place.id[15]);
        let mut rows: Vec<u8> =
            (1..=all).filter(|n| from.is_none_or(|from| if part.back { *n < from } else { *n > from })).collect();
        if part.back {
            rows.reverse();
        }
        rows.truncate(usize::try_from(part.limit).unwrap());
        let mut rows = part.in_order(rows);
        let pager = Pager::new(&v, &part, &mut rows, total, |n| {
            ([[0; 15].as_slice(), &[*n]].concat().try_into().unwrap(), n.to_string())
        });
        (rows, pager)
    }

    #[test]
    fn there_is_a_way_on_and_a_way_back() {
        let exact = Total::Exactly(7);
        let (rows, first) = page("/list?limit=3&sort=n", 7, exact);
        assert_eq!((rows, first.summary.as_str(), first.previous.as_str()), (vec![1, 2, 3], "1–3 of 7", ""));
        let (rows, second) = page(&first.next, 7, exact);
        assert_eq!((rows, second.summary.as_str()), (vec![4, 5, 6], "4–6 of 7"));
        let (rows, third) = page(&second.next, 7, Total::Unknown);
        assert_eq!((rows, third.summary.as_str(), third.next.as_str()), (vec![7], "7–7 of 7", ""));
        let (rows, back) = page(&third.previous, 7, exact);
        assert_eq!((rows, back.summary.as_str()), (vec![4, 5, 6], "4–6 of 7"));
        let (rows, again) = page(&back.previous, 7, exact);
        assert_eq!((rows, again.summary, again.previous), (vec![1, 2, 3], first.summary, String::new()));
    }

    #[test]
    fn the_foot_says_what_is_known() {
        for (address, all, total, summary) in [
            ("/list", 0, Total::Exactly(0), ""),
            ("/list", 3, Total::Unknown, "3 in all"),
            ("/list?limit=2", 3, Total::MoreThan(5000), "1–2 of more than 5,000"),
            ("/list?limit=2", 3, Total::Unknown, "1–2, more follow"),
        ] {
            assert_eq!(page(address, all, total).1.summary, summary, "{address}");
        }
    }

    #[test]
    fn a_wrong_address_is_refused() {
        assert!(part("limit=0", &[]).is_err() && part("cursor=AAAA", &[]).is_err() && part("cursor=%3C", &[]).is_err());
        let part = part("sort=-due&limit=9", &["number", "due"]).unwrap();
        assert_eq!((part.by, part.rising, part.limit), (Some("due"), false, 10));
        assert_eq!(super::part("sort=secret", &["due"]).unwrap().by, None);
    }
}
