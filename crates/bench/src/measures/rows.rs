//! Whether product and script write the same rows: counted, so that a script that falls behind is told.

use crate::Outcome;
use std::collections::BTreeMap;

/// Tables that background work fills and empties when it likes; a script has none.
const LATER: [&str; 8] =
    ["account_days", "audit_seals", "balances", "day_sums", "jobs", "journal_tail", "search_entries", "search_grams"];

/// Rows by table.
pub type Counts = BTreeMap<String, i64>;

/// Rows by table that one story adds; fails where stories do not add the same.
pub fn each(before: &Counts, after: &Counts, stories: &str) -> Outcome<Counts> {
    let added = |table: &str| after.get(table).unwrap_or(&0) - before.get(table).unwrap_or(&0);
    let count = added(stories);
    if count < 1 {
        return Err(format!("Nothing was added to {stories}."));
    }
    let mut rows = Counts::new();
    for table in after.keys().filter(|table| !LATER.contains(&table.as_str())) {
        match (added(table) / count, added(table) % count) {
            (0, 0) => {}
            (each, 0) => drop(rows.insert(table.clone(), each)),
            _ => return Err(format!("{} rows of {table} for {count} of {stories}.", added(table))),
        }
    }
    Ok(rows)
}

/// Fails with both lists where they differ.
pub fn same(product: &Counts, script: &Counts) -> Outcome {
    if product == script {
        return Ok(());
    }
    Err(format!("The script writes other rows than the product.\nproduct: {product:?}\nscript: {script:?}"))
}

/// `payments 1, open_items 1`
pub fn shown(rows: &Counts) -> String {
    rows.iter().map(|(table, count)| format!("{table} {count}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, i64)]) -> Counts {
        rows.iter().map(|(table, count)| ((*table).to_owned(), *count)).collect()
    }

    #[test]
    fn rows_of_a_story() {
        let before = counts(&[("payments", 10), ("lines", 20), ("jobs", 5), ("still", 1)]);
        for (lines, wanted) in [(26, Some(counts(&[("payments", 1), ("lines", 2)]))), (25, None)] {
            let after = counts(&[("payments", 13), ("lines", lines), ("jobs", 0), ("still", 1)]);
            assert_eq!(each(&before, &after, "payments").ok(), wanted, "{lines}");
        }
        assert!(each(&before, &before, "payments").is_err());
        assert!(same(&before, &counts(&[("payments", 10)])).is_err());
    }
}
