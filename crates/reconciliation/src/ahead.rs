//! A file is read, and its lines are heard, ahead of their turn: on a thread of their own, while others are compared and kept.

use crate::said::{compared, day_of, references_of};
use matching::{Heard, Listener};
use statements::{Fault, Format, Piece};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

/// Pieces that are handed over together: a thread is not woken for one.
const HANDED_OVER: usize = 256;

/// A piece, and what was heard of it where it is a line.
pub(crate) type Read = Result<(Piece, Heard), Fault>;

/// Reads pieces, so many ahead of whoever takes them.
pub(crate) fn read<'scope>(
    scope: &'scope Scope<'scope, '_>,
    pieces: impl Iterator<Item = Result<Piece, Fault>> + Send + 'scope,
    mut listener: Listener,
    format: Format,
    ahead: usize,
) -> Receiver<Vec<Read>> {
    let (give, take) = sync_channel(ahead / HANDED_OVER);
    scope.spawn(move || {
        let mut pieces = pieces.fuse().map(|piece| {
            let piece = piece?;
            let heard = match &piece {
                Piece::Line(line) => {
                    let references = references_of(line, format);
                    listener.hear(&compared(line, day_of(line).unwrap_or_default(), &references))
                }
                Piece::Opens(_) | Piece::Closes(_) => Heard::default(),
            };
            Ok((piece, heard))
        });
        loop {
            let some: Vec<Read> = pieces.by_ref().take(HANDED_OVER).collect();
            // Whoever takes them stops at a refusal.
            if some.is_empty() || give.send(some).is_err() {
                return;
            }
        }
    });
    take
}
