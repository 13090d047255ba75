//! What is done with a line, handed in to the queue: it commits together those that wait.

use crate::desk::Taken;
use ::store::{App, Error, HandedIn};
use kernel::Context;
use kernel::id::MatchId;

/// A line's command that was handed in.
pub(crate) enum HandedInLine {
    Match(HandedIn<MatchId>),
    Aside(HandedIn<()>),
}

impl HandedInLine {
    pub fn of(app: &App, context: &Context, taken: Taken) -> Result<HandedInLine, Error> {
        Ok(match taken {
            Taken::Match(command) => HandedInLine::Match(app.hand_in(context, command)?),
            Taken::Aside(command) => HandedInLine::Aside(app.hand_in(context, command)?),
        })
    }

    /// Waits until it is committed or refused.
    pub fn wait(self) -> Result<(), Error> {
        match self {
            HandedInLine::Match(handed_in) => handed_in.wait().map(|_| ()),
            HandedInLine::Aside(handed_in) => handed_in.wait(),
        }
    }
}
