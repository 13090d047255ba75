//! Whether an issued invoice may be made void, or must be taken back by a credit note.

/// What is known of an invoice that somebody wants to void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoidFacts {
    pub issued: bool,
    pub void: bool,
    /// A credit note has taken some of it back already, whether it is set against it or not.
    pub credited: bool,
    /// It is a deposit of which final invoices deduct something.
    pub deducted: bool,
    /// It gives a deposit back of which a bad debt was given up.
    pub deposit_given_up: bool,
    /// A payment, discount or write-off counts against it.
    pub settled_in_part: bool,
    /// An online payment is under way or in doubt.
    pub payment_under_way: bool,
    /// The customer has it: mailed, opened in the portal, or handed over.
    pub sent: bool,
    /// The tax authority has issued an invoice for it.
    pub official_invoice: bool,
    /// The period of its date takes entries.
    pub period_open: bool,
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidDecision {
    Allowed,
    /// A draft is deleted, not voided.
    NotIssued,
    AlreadyVoid,
    /// A credit note stands: both would give the customer the sale twice.
    Credited,
    /// Void or credit the final invoices first.
    Deducted,
    /// Take the deposit's write-off back first.
    DepositGivenUp,
    /// Take back what counts against it first.
    SettledInPart,
    /// Wait for the outcome.
    PaymentUnderWay,
    /// Write a credit note instead.
    Sent,
    /// Ask the authority for a red-letter invoice.
    OfficialInvoice,
    /// Write a credit note in an open period instead.
    PeriodClosed,
}

/// Order of checks: issued, not void yet, nothing credited, nothing deducted, no bad debt of a
/// deposit that it gives back, nothing settled, no payment under way, not sent, no official invoice, period open.
pub fn may_void(facts: &VoidFacts) -> VoidDecision {
    if !facts.issued {
        VoidDecision::NotIssued
    } else if facts.void {
        VoidDecision::AlreadyVoid
    } else if facts.credited {
        VoidDecision::Credited
    } else if facts.deducted {
        VoidDecision::Deducted
    } else if facts.deposit_given_up {
        VoidDecision::DepositGivenUp
    } else if facts.settled_in_part {
        VoidDecision::SettledInPart
    } else if facts.payment_under_way {
        VoidDecision::PaymentUnderWay
    } else if facts.sent {
        VoidDecision::Sent
    } else if facts.official_invoice {
        VoidDecision::OfficialInvoice
    } else if !facts.period_open {
        VoidDecision::PeriodClosed
    } else {
        VoidDecision::Allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: VoidFacts = VoidFacts {
        issued: true,
        void: false,
        credited: false,
        deducted: false,
        deposit_given_up: false,
        settled_in_part: false,
        payment_under_way: false,
        sent: false,
        official_invoice: false,
        period_open: true,
    };

    #[test]
    fn the_first_obstacle_is_named() {
        use VoidDecision::*;
        let with = |change: fn(&mut VoidFacts)| {
            let mut facts = FRESH;
            change(&mut facts);
            facts
        };
        for (facts, expected) in [
            (FRESH, Allowed),
            (with(|f| f.issued = false), NotIssued),
            (with(|f| f.void = true), AlreadyVoid),
            (with(|f| f.credited = true), Credited),
            (with(|f| (f.credited, f.settled_in_part) = (true, true)), Credited),
            (with(|f| f.deducted = true), Deducted),
            (with(|f| (f.deducted, f.settled_in_part) = (true, true)), Deducted),
            (with(|f| f.deposit_given_up = true), DepositGivenUp),
            (with(|f| f.settled_in_part = true), SettledInPart),
            (with(|f| f.payment_under_way = true), PaymentUnderWay),
            (with(|f| f.sent = true), Sent),
            (with(|f| f.official_invoice = true), OfficialInvoice),
            (with(|f| f.period_open = false), PeriodClosed),
            (with(|f| (f.sent, f.settled_in_part) = (true, true)), SettledInPart),
            (with(|f| (f.sent, f.period_open) = (true, false)), Sent),
        ] {
            assert_eq!(may_void(&facts), expected, "{facts:?}");
        }
    }
}
