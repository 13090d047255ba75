//! How an order moves from draft to confirmed.
//!
//! ```text
//! draft             submit             → pending_approval, on_hold or confirmed
//! pending_approval  approve            → on_hold or confirmed
//! pending_approval  reject, withdraw   → draft
//! on_hold           release            → confirmed
//! on_hold           withdraw           → draft
//! any               cancel             → cancelled; a confirmed one only when its invoice is taken back
//! ```

use super::credit::{CreditDecision, HoldReason};

/// How an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderStatus {
    /// May still be changed; has no number.
    Draft,
    PendingApproval,
    /// Credit does not suffice, or nobody could say.
    OnHold(HoldReason),
    /// Binding, with an invoice.
    Confirmed,
    Cancelled,
}

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderEvent {
    /// Submitted, and somebody must approve it first.
    SubmittedForApproval,
    /// Submitted, nobody need approve, and credit was checked.
    Submitted(CreditDecision),
    /// Approved, and credit was checked.
    Approved(CreditDecision),
    /// Not approved; goes back to be changed.
    Rejected,
    /// Taken back by whoever submitted it.
    Withdrawn,
    /// Let through in spite of credit, or credit suffices by now.
    Released,
    /// Cancelled. `invoice_stands` as long as its invoice is neither void nor fully credited.
    Cancelled { invoice_stands: bool },
}

/// Why an event cannot happen; the order stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not possible while the order is {}", .from.name())]
    WrongState { from: OrderStatus },
    #[error("the invoice of the order must be taken back first")]
    InvoiceStands,
}

impl OrderStatus {
    /// Every name, in the order of an order's life.
    pub const NAMES: [&'static str; 5] = ["draft", "pending_approval", "on_hold", "confirmed", "cancelled"];

    /// Of these the ones in which an order waits for somebody: few, however many orders there were.
    pub const WAITING: [&'static str; 3] = ["draft", "pending_approval", "on_hold"];

    /// How rows and the API name it.
    pub const fn name(&self) -> &'static str {
        match self {
            OrderStatus::Draft => "draft",
            OrderStatus::PendingApproval => "pending_approval",
            OrderStatus::OnHold(_) => "on_hold",
            OrderStatus::Confirmed => "confirmed",
            OrderStatus::Cancelled => "cancelled",
        }
    }

    /// Whether lines and amounts may be changed.
    pub const fn is_editable(&self) -> bool {
        matches!(self, OrderStatus::Draft)
    }

    /// The state after an event. Cancelling a cancelled order leaves it so.
    pub fn after(self, event: OrderEvent) -> Result<OrderStatus, Refused> {
        use OrderEvent as E;
        use OrderStatus as S;
        match (self, event) {
            (S::Draft, E::SubmittedForApproval) => Ok(S::PendingApproval),
            (S::Draft, E::Submitted(credit)) | (S::PendingApproval, E::Approved(credit)) => Ok(S::checked(credit)),
            (S::PendingApproval, E::Rejected) | (S::PendingApproval | S::OnHold(_), E::Withdrawn) => Ok(S::Draft),
            (S::OnHold(_), E::Released) => Ok(S::Confirmed),
            (S::Confirmed, E::Cancelled { invoice_stands: true }) => Err(Refused::InvoiceStands),
            (_, E::Cancelled { .. }) => Ok(S::Cancelled),
            (from, _) => Err(Refused::WrongState { from }),
        }
    }

    fn checked(credit: CreditDecision) -> OrderStatus {
        match credit {
            CreditDecision::Confirmed => OrderStatus::Confirmed,
            CreditDecision::OnHold(reason) => OrderStatus::OnHold(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money};
    use proptest::prelude::*;

    const OVER: HoldReason = HoldReason::LimitExceeded(Money::new(5, Currency::CNY));
    const HOLD: CreditDecision = CreditDecision::OnHold(OVER);

    fn states() -> [OrderStatus; 5] {
        use OrderStatus::*;
        [Draft, PendingApproval, OnHold(OVER), Confirmed, Cancelled]
    }

    const EVENTS: [OrderEvent; 9] = [
        OrderEvent::SubmittedForApproval,
        OrderEvent::Submitted(CreditDecision::Confirmed),
        OrderEvent::Submitted(HOLD),
        OrderEvent::Approved(CreditDecision::Confirmed),
        OrderEvent::Approved(HOLD),
        OrderEvent::Rejected,
        OrderEvent::Withdrawn,
        OrderEvent::Released,
        OrderEvent::Cancelled { invoice_stands: false },
    ];

    #[test]
    fn every_state_and_event() {
        // One row a state; columns in the order of EVENTS; d p h c x = the new state, . = refused.
        for (state, row) in states().into_iter().zip(["pch.....x", "...chdd.x", "......dcx", "........x", "........x"])
        {
            for (event, expected) in EVENTS.into_iter().zip(row.chars()) {
                let got = match state.clone().after(event) {
                    Ok(next) => match next {
                        OrderStatus::Draft => 'd',
                        OrderStatus::PendingApproval => 'p',
                        OrderStatus::OnHold(reason) => {
                            assert_eq!(reason, OVER);
                            'h'
                        }
                        OrderStatus::Confirmed => 'c',
                        OrderStatus::Cancelled => 'x',
                    },
                    Err(refused) => {
                        assert_eq!(refused, Refused::WrongState { from: state.clone() });
                        '.'
                    }
                };
                assert_eq!(got, expected, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn an_invoice_that_stands_keeps_the_order() {
        let cancel = OrderEvent::Cancelled { invoice_stands: true };
        assert_eq!(OrderStatus::Confirmed.after(cancel), Err(Refused::InvoiceStands));
        assert_eq!(OrderStatus::Draft.after(cancel), Ok(OrderStatus::Cancelled));
    }

    proptest! {
        #[test]
        fn nobody_confirms_what_waits_for_approval(events in prop::collection::vec(0_usize..EVENTS.len(), 0..20)) {
            let mut status = OrderStatus::Draft;
            for event in events.into_iter().map(|i| EVENTS[i]) {
                let before = status.clone();
                status = status.after(event).unwrap_or(before.clone());
                if before == OrderStatus::PendingApproval && status == OrderStatus::Confirmed {
                    prop_assert_eq!(event, OrderEvent::Approved(CreditDecision::Confirmed));
                }
                if before == OrderStatus::Cancelled {
                    prop_assert_eq!(&status, &OrderStatus::Cancelled);
                }
            }
        }
    }
}
