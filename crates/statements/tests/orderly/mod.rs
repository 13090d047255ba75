//! What holds of the pieces of any file, whatever is in it. The fuzzing targets check the same.

use kernel::Currency;
use statements::{Format, Options, Piece, Source, read};
use std::io::Cursor;

/// More warnings of a statement are not kept.
const WARNINGS_MAX: usize = 110;

/// Reads bytes to their end: each statement opens, has its lines, and closes; a fault ends all. Panics where that does not hold.
pub fn orderly(bytes: &[u8], format: Option<Format>) {
    let Ok(source) = Source::open(Cursor::new(bytes.to_vec())) else { return };
    let mut options = Options { currency: Some(Currency::EUR), ..Options::default() };
    options.format = format;
    let Ok(pieces) = read(source, options) else { return };
    let (mut is_open, mut is_over, mut lines) = (false, false, 0_usize);
    for piece in pieces {
        assert!(!is_over, "something comes behind a fault");
        match piece {
            Ok(Piece::Opens(_)) => {
                assert!(!is_open, "a statement opens within another");
                is_open = true;
            }
            Ok(Piece::Line(line)) => {
                assert!(is_open, "a line stands outside a statement");
                assert!(!line.raw.is_empty(), "what a line was read from is lost");
                assert!(line.payments > 0 && line.references.iter().all(|one| !one.value.trim().is_empty()));
                lines += 1;
            }
            Ok(Piece::Closes(closing)) => {
                assert!(is_open, "a statement closes that did not open");
                assert!(closing.warnings.len() <= WARNINGS_MAX, "warnings without end");
                is_open = false;
            }
            Err(fault) => {
                assert!(!fault.reason.code.is_empty());
                (is_over, is_open) = (true, false);
            }
        }
    }
    assert!(!is_open, "a statement never closes");
    assert!(lines <= bytes.len(), "lines from nowhere");
}
