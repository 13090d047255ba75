//! How an online payment moves; nothing is failed or expired by guessing.
//!
//! Once the customer may have paid, only the provider's word ends a checkout. Without an answer it is in doubt and is
//! asked about again. Money that arrives late, after a failure or an expiry, is money all the same.

/// How a checkout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckoutStatus {
    /// The customer has not begun to pay.
    Open,
    /// The provider works on it.
    Processing,
    Succeeded,
    Failed,
    Expired,
    /// The provider did not answer, or its answer could not be understood.
    InDoubt,
}

/// What is learnt about a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckoutEvent {
    /// The customer chose a way to pay and was sent to the provider.
    Started,
    /// The provider says it is not decided yet.
    Pending,
    /// The provider says the money is there.
    Paid,
    /// The provider says it will not come.
    Declined,
    /// The provider says the payment was closed without money.
    Closed,
    /// No answer, or none that can be understood, to a call that may have taken money.
    NoAnswer,
    /// Our own time limit is over; ends only what nobody began.
    TimeOver,
}

/// The event does not fit the state: a sign of messages mixed up, to be looked at by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} does not fit a checkout that is {}", .from.name())]
pub struct Illegal {
    pub from: CheckoutStatus,
    pub event: CheckoutEvent,
}

impl CheckoutStatus {
    pub const ALL: [CheckoutStatus; 6] = [
        CheckoutStatus::Open,
        CheckoutStatus::Processing,
        CheckoutStatus::Succeeded,
        CheckoutStatus::Failed,
        CheckoutStatus::Expired,
        CheckoutStatus::InDoubt,
    ];

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            CheckoutStatus::Open => "open",
            CheckoutStatus::Processing => "processing",
            CheckoutStatus::Succeeded => "succeeded",
            CheckoutStatus::Failed => "failed",
            CheckoutStatus::Expired => "expired",
            CheckoutStatus::InDoubt => "in_doubt",
        }
    }

    pub fn by_name(name: &str) -> Option<CheckoutStatus> {
        CheckoutStatus::ALL.into_iter().find(|s| s.name() == name)
    }

    /// Whether the provider must be asked before the same invoices may be paid again.
    pub const fn is_undecided(self) -> bool {
        matches!(self, CheckoutStatus::Processing | CheckoutStatus::InDoubt)
    }

    /// The state after an event. An event that tells nothing new leaves it as it is, so that messages may come twice
    /// and late: a notice of pending after success, of failure after expiry.
    pub fn after(self, event: CheckoutEvent) -> Result<CheckoutStatus, Illegal> {
        use CheckoutEvent as E;
        use CheckoutStatus as S;
        match (self, event) {
            (_, E::Paid) => Ok(S::Succeeded),
            (S::Open, E::Started) | (S::Open | S::Processing | S::InDoubt, E::Pending) => Ok(S::Processing),
            (S::Processing, E::Started) => Ok(S::Processing),
            (S::Open | S::Processing | S::InDoubt, E::Declined) => Ok(S::Failed),
            (S::Open | S::Processing | S::InDoubt, E::Closed) => Ok(S::Expired),
            (S::Open | S::Processing | S::InDoubt, E::NoAnswer) => Ok(S::InDoubt),
            (S::Open, E::TimeOver) => Ok(S::Expired),
            (S::Failed | S::Expired, E::Declined | E::Closed | E::Pending | E::NoAnswer | E::TimeOver)
            | (S::Succeeded, E::Pending | E::NoAnswer | E::TimeOver) => Ok(self),
            (S::Processing | S::InDoubt, E::TimeOver)
            | (S::InDoubt | S::Succeeded | S::Failed | S::Expired, E::Started)
            | (S::Succeeded, E::Declined | E::Closed) => Err(Illegal { from: self, event }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVENTS: [CheckoutEvent; 7] = [
        CheckoutEvent::Started,
        CheckoutEvent::Pending,
        CheckoutEvent::Paid,
        CheckoutEvent::Declined,
        CheckoutEvent::Closed,
        CheckoutEvent::NoAnswer,
        CheckoutEvent::TimeOver,
    ];

    #[test]
    fn every_state_and_event() {
        // Columns in the order of EVENTS: p processing, s succeeded, f failed, x expired, d in doubt, . refused.
        for (from, row) in [
            (CheckoutStatus::Open, "ppsfxdx"),
            (CheckoutStatus::Processing, "ppsfxd."),
            (CheckoutStatus::Succeeded, ".ss..ss"),
            (CheckoutStatus::Failed, ".fsffff"),
            (CheckoutStatus::Expired, ".xsxxxx"),
            (CheckoutStatus::InDoubt, ".psfxd."),
        ] {
            for (event, expected) in EVENTS.into_iter().zip(row.chars()) {
                let got = match from.after(event) {
                    Ok(CheckoutStatus::Open) => 'o',
                    Ok(CheckoutStatus::Processing) => 'p',
                    Ok(CheckoutStatus::Succeeded) => 's',
                    Ok(CheckoutStatus::Failed) => 'f',
                    Ok(CheckoutStatus::Expired) => 'x',
                    Ok(CheckoutStatus::InDoubt) => 'd',
                    Err(illegal) => {
                        assert_eq!(illegal, Illegal { from, event });
                        '.'
                    }
                };
                assert_eq!(got, expected, "{from:?} {event:?}");
            }
        }
    }

    #[test]
    fn names_read_back() {
        for status in CheckoutStatus::ALL {
            assert_eq!(CheckoutStatus::by_name(status.name()), Some(status));
        }
    }

    proptest! {
        #[test]
        fn nothing_is_guessed_and_no_money_is_lost(events in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..40)) {
            let mut status = CheckoutStatus::Open;
            let mut paid = false;
            for event in events {
                let before = status;
                status = before.after(event).unwrap_or(before);
                paid |= event == CheckoutEvent::Paid;
                prop_assert_eq!(status == CheckoutStatus::Succeeded, paid);
                prop_assert!(status != CheckoutStatus::Open || before == CheckoutStatus::Open);
                let ended = matches!(status, CheckoutStatus::Failed | CheckoutStatus::Expired) && status != before;
                if ended && before != CheckoutStatus::Open {
                    prop_assert!(matches!(event, CheckoutEvent::Declined | CheckoutEvent::Closed));
                }
            }
        }
    }
}
