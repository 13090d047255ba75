//! What makes the address of a list worth keeping under a name.

use kernel::{Fields, Refusal};

/// Views that somebody keeps of one list; more are not tabs any more.
pub const PER_LIST_MAX: usize = 20;
/// Characters of a view's address at most.
const QUERY_MAX: usize = 1000;

/// Checks a name (1 to 40 characters) and the query it stands for, which is not empty: the list as it comes needs no name.
pub fn check(name: &str, query: &str) -> Result<String, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", name, 1, 40);
    if query.is_empty() {
        fields.note("/name", "view_empty");
    }
    if query.len() > QUERY_MAX {
        fields.note("/name", "view_too_long");
    }
    fields.finish()?;
    Ok(name)
}

/// Whether a view of this name may be kept beside the others: a known name takes the place of its view.
pub fn has_room<'a>(mut held: impl ExactSizeIterator<Item = &'a str>, name: &str) -> Result<(), Refusal> {
    if held.len() < PER_LIST_MAX || held.any(|own| own == name) {
        return Ok(());
    }
    let mut refusal = Refusal::field("/name", "too_many_views");
    if let [fault] = refusal.fields.as_mut_slice() {
        fault.args.push(("max", i64::try_from(PER_LIST_MAX).unwrap_or(i64::MAX).into()));
    }
    Err(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        let (long, longer) = ("视".repeat(40), "视".repeat(41));
        let address = format!("q={}", "a".repeat(998));
        let too_much = format!("q={}", "a".repeat(999));
        for (name, query, wanted) in [
            (" 逾期 ", "status=overdue", Ok("逾期")),
            (long.as_str(), "status=overdue", Ok(long.as_str())),
            ("a", address.as_str(), Ok("a")),
            ("", "status=overdue", Err("required")),
            ("  ", "status=overdue", Err("required")),
            (longer.as_str(), "status=overdue", Err("too_long")),
            ("a\u{7}", "status=overdue", Err("control_characters")),
            ("a", "", Err("view_empty")),
            ("a", too_much.as_str(), Err("view_too_long")),
        ] {
            let checked = check(name, query);
            let found = checked.as_deref().map_err(|refusal| refusal.fields[0].code);
            assert_eq!(found, wanted, "{name} {query}");
        }
    }

    #[test]
    fn twenty_of_a_list_and_no_more() {
        let held: Vec<String> = (0..PER_LIST_MAX).map(|n| n.to_string()).collect();
        for (count, name, fits) in [(0, "new", true), (19, "new", true), (20, "new", false), (20, "7", true)] {
            let room = has_room(held.iter().take(count).map(String::as_str), name);
            assert_eq!(room.is_ok(), fits, "{count} {name}");
            if let Err(refusal) = room {
                assert_eq!((refusal.status(), refusal.fields[0].code), (422, "too_many_views"));
            }
        }
    }
}
