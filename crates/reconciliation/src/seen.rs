//! Which lines were there before, and which may have been.

use crate::rules::days::{Days, missing, together};
use crate::rules::fingerprint::{Print, has_number, key};
use crate::store::{self, KnownLine};
use ::store::{Conn, Error};
use kernel::id::{OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date};
use rustc_hash::FxHashSet;
use statements::Format;

/// Days by which files differ on when something moved: one has the day that it was booked on, another the day from which it counts.
const APART_DAYS: i32 = 5;
/// Signs of a number that no other movement of the same amount has within these days. Shorter ones are places in a list.
const NUMBER_MIN: usize = 8;

/// What was kept of an account in one currency: all of each statement that has any of the days that were asked for, since to read a
/// statement day by day is to read it as often as it has days.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    days: Option<Days>,
    statements: FxHashSet<StatementId>,
    files: Vec<File>,
    /// Fingerprints of those that no line of this file was yet.
    prints: FxHashSet<i64>,
    /// In the order of their amounts, then of their days.
    lines: Vec<Known>,
}

/// A statement that lines were kept of.
#[derive(Debug)]
struct File {
    days: Option<Days>,
    format: Option<Format>,
}

/// A line that was kept.
#[derive(Debug)]
struct Known {
    id: StatementLineId,
    minor: i64,
    on: Date,
    print: i64,
    payer: Option<i64>,
    /// Key of the numbers that were handed through.
    reference: Option<i64>,
    /// Place of its statement.
    file: usize,
}

/// A line that comes in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh<'a> {
    pub format: Format,
    pub on: Date,
    pub minor: i64,
    pub print: Print,
    /// The bank's own number of it.
    pub number: Option<&'a str>,
    /// The numbers that were handed through.
    pub reference: Option<&'a str>,
    /// Key of the payer's account.
    pub payer: Option<i64>,
}

impl Seen {
    /// Whether lines of these days can be asked for.
    pub fn covers(&self, days: Days) -> bool {
        missing(self.days, days).is_empty()
    }

    /// Sees to it that they can.
    pub fn reach(
        &mut self,
        conn: &mut Conn,
        organisation: OrganisationId,
        account: (&str, Currency),
        days: Days,
    ) -> Result<(), Error> {
        let there = self.lines.len();
        for (from, until) in missing(self.days, days) {
            let apart = jiff::Span::new().days(APART_DAYS);
            let around = (from.saturating_sub(apart), until.saturating_add(apart));
            for (statement, first, last, format) in store::overlapping(conn, organisation, account, around)? {
                if self.statements.insert(statement) {
                    let days = first.zip(last).map(|(first, last)| (first.0, last.0));
                    self.files.push(File { days, format: Format::by_name(&format) });
                    store::each_known(conn, organisation, statement, |line| self.take(line))?;
                }
            }
        }
        if self.lines.len() > there {
            self.lines.sort_unstable_by_key(|line| (line.minor, line.on));
        }
        self.days = Some(together(self.days, days));
        Ok(())
    }

    fn take(&mut self, (id, on, minor, print, payer, reference): KnownLine) {
        self.prints.insert(print);
        let (file, reference) = (self.files.len().saturating_sub(1), reference.as_deref().map(key));
        self.lines.push(Known { id, minor, on: on.0, print, payer, reference, file });
    }

    /// Whether there is nothing that a line could be: a file that is new meets nothing.
    pub fn is_empty(&self) -> bool {
        self.prints.is_empty()
    }

    /// Whether a line was there before; whatever it was, no other is. A bank's number is that of the same movement in all its files,
    /// though they may tell another day.
    pub fn knows(&mut self, fresh: &Fresh<'_>) -> bool {
        if self.is_empty() {
            return false;
        }
        if self.prints.remove(&fresh.print.fingerprint) {
            return true;
        }
        let number = fresh.number.filter(|number| number.len() >= NUMBER_MIN && numbers(Some(fresh.format)));
        let Some(number) = number else { return false };
        let same = self.near(fresh).find(|known| {
            let on_its_day = fresh.print.of_number(known.on, fresh.minor, number);
            known.print == on_its_day && self.file(known).is_some_and(|file| numbers(file.format))
        });
        let same = same.map(|known| known.print);
        same.is_some_and(|print| self.prints.remove(&print))
    }

    /// A line of another file that may be the same movement, though neither's number says so: one that has a number in common, or that
    /// moved as much at the time and stands in a file of another kind, or in one that has all of the day.
    pub fn again(&self, fresh: &Fresh<'_>) -> Option<StatementLineId> {
        let reference = fresh.reference.map(key);
        let may_be = |known: &&Known| {
            let Some(file) = self.file(known) else { return false };
            let is_alike = file.format == Some(fresh.format);
            // Numbers of one kind that are not the same are two movements.
            if is_alike && has_number(known.print) && has_number(fresh.print.fingerprint) {
                return false;
            }
            let same = |one: Option<i64>, other: Option<i64>| one.is_some() && one == other;
            let has_day = file.days.is_some_and(|(first, last)| (first..=last).contains(&fresh.on));
            same(known.reference, reference) || has_day || (!is_alike && same(known.payer, fresh.payer))
        };
        let apart =
            |known: &&Known| (known.on.since(fresh.on).map_or(i32::MAX, |span| span.get_days().abs()), known.id);
        self.near(fresh).filter(may_be).min_by_key(apart).map(|known| known.id)
    }

    /// Lines of this amount, days apart at most, that no line of the file was.
    fn near<'a>(&'a self, fresh: &Fresh<'_>) -> impl Iterator<Item = &'a Known> + 'a + use<'a> {
        let apart = jiff::Span::new().days(APART_DAYS);
        let (minor, from, until) = (fresh.minor, fresh.on.saturating_sub(apart), fresh.on.saturating_add(apart));
        let start = self.lines.partition_point(|line| (line.minor, line.on) < (minor, from));
        let behind = self.lines.get(start..).unwrap_or_default().iter();
        let near = behind.take_while(move |line| line.minor == minor && line.on <= until);
        near.filter(|line| self.prints.contains(&line.print))
    }

    fn file(&self, known: &Known) -> Option<&File> {
        self.files.get(known.file)
    }
}

/// Whether banks put their own number of a movement into files of a format, and the same one into all of them. Those of OFX come again,
/// and what a table calls a reference may be anybody's.
const fn numbers(format: Option<Format>) -> bool {
    matches!(format, Some(Format::Camt | Format::Mt940))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fingerprint::{Fingerprints, Said};

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn print(on: &str, minor: i64, number: Option<&str>) -> Print {
        Fingerprints::default().next(day(on), minor, Said { bank_reference: number, words: &["Muster", "rent"] })
    }

    /// What is known of a file of some days with one line.
    fn with(format: Format, days: (&str, &str), line: (&str, i64, Option<&str>), reference: Option<&str>) -> Seen {
        let mut seen = Seen::default();
        seen.files.push(File { days: Some((day(days.0), day(days.1))), format: Some(format) });
        let (on, minor, number) = line;
        let print = print(on, minor, number).fingerprint;
        let on = schema::types::Day(day(on));
        seen.take((StatementLineId::NIL, on, minor, print, Some(7), reference.map(str::to_owned)));
        seen
    }

    fn fresh<'a>(format: Format, line: (&str, i64, Option<&'a str>), reference: Option<&'a str>) -> Fresh<'a> {
        let (on, minor, number) = line;
        Fresh { format, on: day(on), minor, print: print(on, minor, number), number, reference, payer: Some(8) }
    }

    #[test]
    fn a_number_of_the_banks_is_the_same_on_another_day() {
        let there = || with(Format::Camt, ("2026-11-20", "2026-11-20"), ("2026-11-20", 500, Some("SVC-0086-1")), None);
        let comes = |format, on, minor, number| there().knows(&fresh(format, (on, minor, Some(number)), None));
        assert!(comes(Format::Camt, "2026-11-20", 500, "SVC-0086-1"));
        assert!(comes(Format::Mt940, "2026-11-18", 500, "SVC-0086-1"));
        assert!(!comes(Format::Mt940, "2026-11-12", 500, "SVC-0086-1"), "too long before");
        assert!(!comes(Format::Mt940, "2026-11-18", 501, "SVC-0086-1"), "another amount");
        assert!(!comes(Format::Mt940, "2026-11-18", 500, "SVC-0086-2"), "another number");
        assert!(!comes(Format::Csv, "2026-11-18", 500, "SVC-0086-1"), "a table's numbers are anybody's");
        let mut seen = there();
        let again = fresh(Format::Camt, ("2026-11-18", 500, Some("SVC-0086-1")), None);
        assert!(seen.knows(&again) && !seen.knows(&again), "one line is no two");
    }

    #[test]
    fn what_may_have_been_there_is_told() {
        type Case<'a> = (Format, (&'a str, i64, Option<&'a str>), Option<&'a str>);
        let month = ("2026-11-01", "2026-11-30");
        let may_be = |there: (Format, Option<&str>, Option<&str>), days, (format, line, reference): Case<'_>| {
            let (kind, number, known) = there;
            with(kind, days, ("2026-11-20", 500, number), known).again(&fresh(format, line, reference)).is_some()
        };
        for (there, days, comes, is_told) in [
            // Another kind of file that has the day.
            ((Format::Camt, Some("SVC-0086"), None), month, (Format::Csv, ("2026-11-21", 500, None), None), true),
            ((Format::Camt, Some("SVC-0086"), None), month, (Format::Csv, ("2026-11-21", 501, None), None), false),
            ((Format::Camt, Some("SVC-0086"), None), month, (Format::Csv, ("2026-11-26", 500, None), None), false),
            // One kind, and each with its number: two movements.
            (
                (Format::Camt, Some("SVC-0086"), None),
                month,
                (Format::Camt, ("2026-11-20", 500, Some("SVC-0087")), None),
                false,
            ),
            ((Format::Camt, None, None), month, (Format::Camt, ("2026-11-20", 500, Some("SVC-0087")), None), true),
            // The day after, from a file of the same kind that ended the day before: only what has the same number.
            (
                (Format::Csv, None, None),
                ("2026-11-20", "2026-11-20"),
                (Format::Csv, ("2026-11-21", 500, None), None),
                false,
            ),
            (
                (Format::Csv, None, Some("E1")),
                ("2026-11-20", "2026-11-20"),
                (Format::Csv, ("2026-11-21", 500, None), Some("E1")),
                true,
            ),
            (
                (Format::Csv, None, Some("E1")),
                ("2026-11-20", "2026-11-20"),
                (Format::Csv, ("2026-11-21", 500, None), Some("E2")),
                false,
            ),
        ] {
            assert_eq!(may_be(there, days, comes), is_told, "{there:?} {days:?} {comes:?}");
        }
        // What a line of the file was already is no other.
        let mut seen = with(Format::Csv, month, ("2026-11-20", 500, None), None);
        let first = fresh(Format::Csv, ("2026-11-20", 500, None), None);
        assert!(seen.knows(&first));
        assert_eq!(seen.again(&fresh(Format::Csv, ("2026-11-21", 500, None), None)), None);
    }
}
