//! Bugs that a test plants, one at a time, to try whether the simulation finds them.
//!
//! Only with the feature `planted`, which the package of the tests switches on; without it every question is answered `false` by
//! the compiler, and nothing of this is in the program.

/// A mistake that somebody could make, named by what goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Bug {
    /// The provider's word is believed without comparing its amount, merchant and number with what was asked for.
    WordNotCompared = 1,
    /// A notification has its effect, but is not kept beside it.
    NoticeNotKept,
    /// A lost answer is taken for a failure.
    SilenceIsFailure,
    /// "No such payment" is believed at once, while the call may be under way.
    ConcludedTooEarly,
    /// Money that comes after a failure or an expiry is not taken in.
    LateMoneyIgnored,
    /// What comes in beyond what is still open is lost.
    ExcessLost,
    /// Attempts of an invoice are not counted before another is begun.
    AttemptsNotCounted,
    /// After the third question nobody asks any more.
    QuestionsEnd,
    /// An attempt that is closed in favour of another counts as unpaid, whatever the provider says.
    CloserWins,
    /// The provider's fee is posted at every word that tells it.
    FeeTwice,
    /// A call that is sent again has another idempotency key.
    AnotherKey,
    /// A refund whose answer was lost counts as failed.
    RefundSilenceIsFailure,
    /// A refund that comes back after it succeeded stays in the books.
    RefundNotTakenBack,
    /// What is on its way back to the customer may be paid back once more.
    RefundUnderWayForgotten,
    /// Money that a dispute moved counts at every word that tells of it.
    MovementTwice,
    /// The answer to a request is not kept under its key.
    AnswerNotKept,
    /// Credit is set against an invoice beyond what is open of it.
    AllocatedBeyond,
    /// A cheque that bounces stays in the books.
    BounceNotPosted,
    /// The second line of a fee is lost between check and table.
    HalfAnEntry,
    /// A document's number is drawn twice, so that one is missing.
    NumberSkipped,
}

impl Bug {
    pub const ALL: [Bug; 20] = [
        Bug::WordNotCompared,
        Bug::NoticeNotKept,
        Bug::SilenceIsFailure,
        Bug::ConcludedTooEarly,
        Bug::LateMoneyIgnored,
        Bug::ExcessLost,
        Bug::AttemptsNotCounted,
        Bug::QuestionsEnd,
        Bug::CloserWins,
        Bug::FeeTwice,
        Bug::AnotherKey,
        Bug::RefundSilenceIsFailure,
        Bug::RefundNotTakenBack,
        Bug::RefundUnderWayForgotten,
        Bug::MovementTwice,
        Bug::AnswerNotKept,
        Bug::AllocatedBeyond,
        Bug::BounceNotPosted,
        Bug::HalfAnEntry,
        Bug::NumberSkipped,
    ];
}

#[cfg(feature = "planted")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants a bug in the place of the one before; none takes it out.
#[cfg(feature = "planted")]
pub fn plant(bug: Option<Bug>) {
    PLANTED.store(bug.map_or(0, |bug| bug as u8), std::sync::atomic::Ordering::SeqCst);
}

/// Whether this bug is planted.
#[cfg(feature = "planted")]
pub fn is_planted(bug: Bug) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == bug as u8
}

/// Never.
#[cfg(not(feature = "planted"))]
pub const fn is_planted(_: Bug) -> bool {
    false
}
