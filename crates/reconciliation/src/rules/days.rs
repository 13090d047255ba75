//! Days that were read, and those that are missing.

use kernel::Date;

/// From one day to another, both included.
pub type Days = (Date, Date);

/// What has to be read so that these days are at hand, and all between them and what is there. The day at which two parts meet is in both.
pub fn missing(there: Option<Days>, (from, until): Days) -> Vec<Days> {
    let Some((first, last)) = there else { return vec![(from, until)] };
    let before = (from < first).then_some((from, first));
    let behind = (until > last).then_some((last, until));
    before.into_iter().chain(behind).collect()
}

/// What is there once the missing days were read.
pub fn together(there: Option<Days>, (from, until): Days) -> Days {
    there.map_or((from, until), |(first, last)| (first.min(from), last.max(until)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_twice_and_no_day_is_left_out() {
        let day = |day: i8| Date::constant(2026, 11, day);
        for (there, wanted, parts, all) in [
            (None, (3, 5), &[(3, 5)][..], (3, 5)),
            (Some((3, 5)), (3, 5), &[], (3, 5)),
            (Some((3, 5)), (4, 4), &[], (3, 5)),
            (Some((3, 5)), (1, 4), &[(1, 3)], (1, 5)),
            (Some((3, 5)), (9, 9), &[(5, 9)], (3, 9)),
            (Some((3, 5)), (1, 9), &[(1, 3), (5, 9)], (1, 9)),
        ] {
            let days = |(from, until): (i8, i8)| (day(from), day(until));
            let parts: Vec<Days> = parts.iter().copied().map(days).collect();
            assert_eq!(missing(there.map(days), days(wanted)), parts, "{there:?} {wanted:?}");
            assert_eq!(together(there.map(days), days(wanted)), days(all), "{there:?} {wanted:?}");
        }
    }
}
