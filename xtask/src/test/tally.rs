//! How many passed and failed, as read from what is printed.

use std::fmt;

/// Counts of one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A step is a success only if its runner says so and something was tested: a run that tests nothing cannot fail.
    pub fn judged(self, success: bool) -> Tally {
        let nothing = self.passed + self.failed == 0;
        if (!success && self.failed == 0) || nothing { Tally { failed: 1, ..self } } else { self }
    }

    /// Reads a summary line: cargo's `test result: …` and our own `N passed, N failed`.
    pub fn read(line: &str) -> Option<Tally> {
        let line = line.trim();
        let ours = || line.split_once(" passed, ").is_some_and(|(n, rest)| is_number(n) && rest.ends_with(" failed"));
        if !line.starts_with("test result: ") && !ours() {
            return None;
        }
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let count = |what: &str| {
            let pairs = words.windows(2).filter(|pair| pair[1] == what);
            pairs.filter_map(|pair| pair[0].parse::<u64>().ok()).next()
        };
        Some(Tally { passed: count("passed")?, failed: count("failed")? })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        for (line, wanted) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.05s",
                Some((12, 0)),
            ),
            ("test result: FAILED. 2 passed; 3 failed; 0 ignored", Some((2, 3))),
            ("14 passed, 0 failed", Some((14, 0))),
            ("story: 14 passed, 0 failed", None),
            ("running 12 tests", None),
        ] {
            assert_eq!(Tally::read(line), wanted.map(|(passed, failed)| Tally { passed, failed }), "{line}");
        }
    }

    #[test]
    fn nothing_tested_or_a_bad_end_is_a_failure() {
        for (passed, failed, success, wanted) in [(2, 0, true, 0), (2, 1, false, 1), (2, 0, false, 1), (0, 0, true, 1)]
        {
            assert_eq!(Tally { passed, failed }.judged(success).failed, wanted);
        }
    }
}
