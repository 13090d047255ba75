//! No reader holds a file as a whole, however long it is.

#![allow(clippy::unwrap_used)]

mod endless;

use endless::Endless;
use peak_alloc::PeakAlloc;
use statements::{Format, Options, Piece, Source, read};

#[global_allocator]
static HELD: PeakAlloc = PeakAlloc;

/// Long beside what is allowed to be held, and short enough for every day.
const FILE_BYTES: u64 = 4_000_000;
/// Buffers of a file's beginning, of characters and of a line, and what the allocator was asked for before.
const HELD_BYTES_MAX: usize = 600_000;

/// One test, since whatever runs beside it would be counted too.
#[test]
fn what_is_held_does_not_grow_with_the_file() {
    for format in [Format::Mt940, Format::Camt, Format::Ofx] {
        let file = Endless::of_bytes(format, FILE_BYTES);
        let wanted = file.lines();
        HELD.reset_peak_usage();
        let before = HELD.current_usage();
        let source = Source::open(file).unwrap();
        assert_eq!(source.format, Some(format));
        let (mut lines, mut balances) = (0, Vec::new());
        for piece in read(source, Options::default()).unwrap() {
            match piece.unwrap() {
                Piece::Line(_) => lines += 1,
                Piece::Closes(closing) => balances.push((closing.closing, closing.warnings)),
                Piece::Opens(_) => {}
            }
        }
        let held = HELD.peak_usage() - before;
        assert_eq!(lines, wanted, "{format:?}");
        assert!(matches!(&balances[..], [(Some(_), warnings)] if warnings.is_empty()), "{format:?}: {balances:?}");
        assert!(held < HELD_BYTES_MAX, "{format:?} held {held} bytes");
    }
}
