//! What is done with lines, handed in to the queue one after the other: it commits together those that wait, and payments come between.

use crate::desk::Taken;
use crate::pace::Pace;
use ::store::{App, Error, HandedIn};
use kernel::id::MatchId;
use kernel::{Context, Refusal};
use std::collections::VecDeque;

/// Lines that are handed in before the first is waited for.
const IN_FLIGHT: usize = 4;
/// Lines after which it rests where others write.
const RESTS_AFTER: u64 = 4;

/// A line's command that was handed in.
enum HandedInLine {
    Match(HandedIn<MatchId>),
    Aside(HandedIn<()>),
}

impl HandedInLine {
    fn of(app: &App, context: &Context, taken: Taken) -> Result<HandedInLine, Error> {
        Ok(match taken {
            Taken::Match(command) => HandedInLine::Match(app.hand_in(context, command)?),
            Taken::Aside(command) => HandedInLine::Aside(app.hand_in(context, command)?),
        })
    }

    /// Waits until it is committed or refused.
    fn wait(self) -> Result<(), Error> {
        match self {
            HandedInLine::Match(handed_in) => handed_in.wait().map(|_| ()),
            HandedInLine::Aside(handed_in) => handed_in.wait(),
        }
    }
}

/// What came of a line: done, or what the books, or somebody meanwhile, had against it.
pub(crate) type Done<T> = (T, Result<(), Refusal>);

/// Lines that are dealt with in turn, each with what its owner wants to know again when it is done.
pub(crate) struct InTurn<'a, T> {
    app: &'a App,
    context: &'a Context,
    pace: Pace,
    under_way: VecDeque<(HandedInLine, T)>,
}

impl<'a, T> InTurn<'a, T> {
    pub fn new(app: &'a App, context: &'a Context) -> InTurn<'a, T> {
        InTurn { app, context, pace: Pace::new(app), under_way: VecDeque::with_capacity(IN_FLIGHT) }
    }

    /// Hands a line in; gives what came of the first, where as many are under way as may be.
    pub fn hand_in(&mut self, taken: Taken, about: T) -> Result<Option<Done<T>>, Error> {
        let first = if self.under_way.len() == IN_FLIGHT { self.wait()? } else { None };
        // Ids are drawn from the seed: each line needs one of its own.
        let context = Context { seed: self.app.seed()?, now: self.app.now(), ..self.context.clone() };
        self.under_way.push_back((HandedInLine::of(self.app, &context, taken)?, about));
        self.pace.wrote();
        if self.pace.own() >= RESTS_AFTER {
            self.pace.rest(self.app);
        }
        Ok(first)
    }

    /// Waits for the line that was handed in first; none when nothing is under way.
    pub fn wait(&mut self) -> Result<Option<Done<T>>, Error> {
        let Some((line, about)) = self.under_way.pop_front() else { return Ok(None) };
        match line.wait() {
            Ok(()) => Ok(Some((about, Ok(())))),
            Err(Error::Refused(refusal)) => Ok(Some((about, Err(*refusal)))),
            Err(error) => Err(error),
        }
    }
}
