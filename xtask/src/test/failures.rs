//! What failed, and why, kept from all that is printed, so that a long run can say it once more at its end.

/// Lines of one failure, or of a list of them, that are told again.
const LINES_MAX: usize = 300;

/// The lines that tell of failures: cargo's between `failures:` and `test result: …`, ours of a story that went wrong.
#[derive(Debug, Default)]
pub struct Failures {
    lines: Vec<String>,
    inside: Option<Inside>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Cargo,
    Story,
}

impl Failures {
    pub fn read(&mut self, line: &str) {
        let is_story = line.starts_with("wrong  ");
        self.inside = match self.inside {
            None | Some(Inside::Story) if line == "failures:" => Some(Inside::Cargo),
            Some(Inside::Cargo) if line.starts_with("test result: ") => None,
            None | Some(Inside::Story) if is_story => Some(Inside::Story),
            Some(Inside::Story) if !line.starts_with("       ") => None,
            going_on => going_on,
        };
        if self.inside.is_some() && self.lines.len() < LINES_MAX {
            self.lines.push(line.to_owned());
        }
    }

    /// Prints them.
    pub fn tell(&self) {
        self.lines.iter().for_each(|line| println!("{line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_are_kept() {
        let printed = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\nleft: 1\n\n\
            failures:\n    b\n\ntest result: FAILED. 1 passed; 1 failed\n\
            good   a story (3 ms)\nwrong  another\n       no button\n       to press\ngood   a third (1 ms)\n";
        let mut failures = Failures::default();
        printed.split('\n').for_each(|line| failures.read(line));
        let told = "failures:\n\n---- b stdout ----\nleft: 1\n\nfailures:\n    b\n\nwrong  another\n       no button\n       to press";
        assert_eq!(failures.lines.join("\n"), told);
    }
}
