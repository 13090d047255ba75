//! What was wrong with a form, as its page says it when it comes back.

use super::View;
use kernel::{Arg, Refusal};

/// What was wrong with the form that this page shows again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The refusal as a whole; empty when the form is shown for the first time.
    pub sentence: String,
    /// Pointer of the field, its sentence.
    pub fields: Vec<(String, String)>,
    /// Pointer of a row, and what people know it by: a number in a list says little where it is not written there.
    pub rows: Vec<(String, String)>,
}

impl View {
    /// Takes over what a refusal says about a form, so that the page shows it beside the fields.
    pub fn refused(&mut self, refusal: &Refusal) {
        self.faults = Faults {
            sentence: self.l.refusal(refusal),
            fields: refusal.fields.iter().map(|f| (f.pointer.clone(), self.l.field(f))).collect(),
            rows: Vec::new(),
        };
    }

    /// What is wrong with the field of this pointer.
    pub fn fault(&self, pointer: &str) -> Option<&str> {
        self.faults.fields.iter().find(|(p, _)| p == pointer).map(|(_, sentence)| sentence.as_str())
    }

    /// A fault as the summary at the top says it: `数量（第 2 行）：请填数字`.
    pub fn fault_line(&self, pointer: &str, sentence: &str) -> String {
        let label = self.label(pointer);
        if label.is_empty() {
            return sentence.to_owned();
        }
        let mut args = vec![("label", Arg::from(label)), ("fault", Arg::from(sentence))];
        let row = self
            .faults
            .rows
            .iter()
            .find(|(row, _)| pointer.strip_prefix(row.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if let Some((_, name)) = row {
            args.push(("name", Arg::from(name.as_str())));
            return self.ta("form-fault-of", &args);
        }
        match pointer.split('/').find_map(|part| part.parse::<i64>().ok()) {
            Some(index) => {
                args.push(("line", Arg::Number(index + 1)));
                self.ta("form-fault-line", &args)
            }
            None => self.ta("form-fault", &args),
        }
    }

    /// Number of wrong fields, for the summary's sentence.
    pub fn fault_count(&self) -> i64 {
        i64::try_from(self.faults.fields.len()).unwrap_or(i64::MAX)
    }
}
