//! What is wrong with a file, row by row.

use ::store::Error;
use kernel::refusal::{Args, FieldError};
use kernel::{Refusal, RefusalKind};

/// More faults are not told at once.
const FAULTS_MAX: usize = 200;
/// The refusal of a file whose rows have faults.
pub(crate) const CODE: &str = "import_faulty";

/// The faults of a file so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    pub fn note(&mut self, row: usize, column: &str, code: &'static str) {
        self.note_with(row, column, code, Vec::new());
    }

    pub fn note_with(&mut self, row: usize, column: &str, code: &'static str, args: Args) {
        if !self.is_full() {
            self.0.push(FieldError { pointer: format!("/rows/{row}/{column}"), code, args });
        }
    }

    /// Takes over what a slice refused in a row; `column_of` tells under which column a field of its input stands.
    /// What is no fault of a field (a closed period, a missing rate) ends the import.
    pub fn take<T>(
        &mut self,
        row: usize,
        result: Result<T, impl Into<Error>>,
        column_of: impl Fn(&str) -> &'static str,
    ) -> Result<Option<T>, Error> {
        match result.map_err(Into::into) {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused(refusal)) if !refusal.fields.is_empty() && refusal.kind == RefusalKind::Invalid => {
                for field in refusal.fields {
                    self.note_with(row, column_of(&field.pointer), field.code, field.args);
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.0.len() >= FAULTS_MAX
    }

    /// Refuses with every fault, or lets the file pass.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut refusal = Refusal::invalid(CODE);
        refusal.fields = self.0;
        Err(refusal)
    }
}
