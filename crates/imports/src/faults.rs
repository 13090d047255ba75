//! What is wrong with a file, row by row.

use crate::rules::sheet::{Sheet, Tear};
use ::store::Error;
use kernel::refusal::{Arg, Args, FieldError};
use kernel::{Refusal, RefusalKind};

/// More faults are counted and not named.
const NAMED_MAX: usize = 200;
/// The refusal of a file whose rows have faults; its argument `more` counts those that are not named.
pub(crate) const CODE: &str = "import_faulty";

/// The faults of a file so far.
#[derive(Debug)]
pub(crate) struct Faults {
    /// By row.
    named: Vec<(usize, FieldError)>,
    more: usize,
}

impl Faults {
    /// Those of the sheet itself: a row that is torn is a fault as a whole.
    pub fn of(sheet: &Sheet) -> Faults {
        let mut faults = Faults { named: Vec::new(), more: 0 };
        for torn in &sheet.torn {
            let cells = |found, wanted| vec![("found", number_of(found)), ("wanted", number_of(wanted))];
            let (code, args) = match torn.tear {
                Tear::TooFew { found, wanted } => ("too_few_cells", cells(found, wanted)),
                Tear::TooMany { found, wanted } => ("too_many_cells", cells(found, wanted)),
                Tear::OpenQuote { line } => ("quote_not_closed", vec![("line", number_of(line))]),
            };
            faults.push(torn.number, FieldError { pointer: format!("/rows/{}", torn.number), code, args });
        }
        faults
    }

    pub fn note(&mut self, row: usize, column: &str, code: &'static str) {
        self.note_with(row, column, code, Vec::new());
    }

    pub fn note_with(&mut self, row: usize, column: &str, code: &'static str, args: Args) {
        self.push(row, FieldError { pointer: format!("/rows/{row}/{column}"), code, args });
    }

    fn push(&mut self, row: usize, fault: FieldError) {
        if self.named.len() < NAMED_MAX {
            self.named.push((row, fault));
        } else {
            self.more += 1;
        }
    }

    /// Takes over what a slice refused; `place_of` tells in which row and under which column a field of its input stands.
    /// What is no fault of a field (a closed period, a missing rate) ends the import.
    pub fn take<T>(
        &mut self,
        result: Result<T, impl Into<Error>>,
        place_of: impl Fn(&str) -> (usize, &'static str),
    ) -> Result<Option<T>, Error> {
        match result.map_err(Into::into) {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused(refusal)) if !refusal.fields.is_empty() && refusal.kind == RefusalKind::Invalid => {
                for field in refusal.fields {
                    let (row, column) = place_of(&field.pointer);
                    self.note_with(row, column, field.code, field.args);
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Refuses with every fault, or lets the file pass.
    pub fn finish(mut self) -> Result<(), Refusal> {
        if self.named.is_empty() {
            return Ok(());
        }
        self.named.sort_by_key(|(row, _)| *row);
        let mut refusal = Refusal::invalid(CODE).with("more", number_of(self.more));
        refusal.fields = self.named.into_iter().map(|(_, fault)| fault).collect();
        Err(refusal)
    }
}

/// How many faults a refusal of a file does not name.
pub(crate) fn not_named(refusal: &Refusal) -> usize {
    refusal
        .args
        .iter()
        .find_map(|(name, arg)| match arg {
            Arg::Number(n) if *name == "more" => usize::try_from(*n).ok(),
            _ => None,
        })
        .unwrap_or(0)
}

fn number_of(n: usize) -> Arg {
    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
}
