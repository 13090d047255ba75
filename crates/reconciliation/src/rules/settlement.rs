//! A pay-out as three tell it: the provider's report, the books, the bank.

use kernel::{Currency, Money, MoneyError};

/// What moved the balance at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Component {
    Payments,
    Refunds,
    Fees,
    Disputes,
    /// What there is no word for.
    Other,
}

impl Component {
    pub const ALL: [Component; 5] =
        [Component::Payments, Component::Refunds, Component::Fees, Component::Disputes, Component::Other];

    pub const fn name(self) -> &'static str {
        match self {
            Component::Payments => "payments",
            Component::Refunds => "refunds",
            Component::Fees => "fees",
            Component::Disputes => "disputes",
            Component::Other => "other",
        }
    }

    const fn place(self) -> usize {
        match self {
            Component::Payments => 0,
            Component::Refunds => 1,
            Component::Fees => 2,
            Component::Disputes => 3,
            Component::Other => 4,
        }
    }

    /// What a line is by its provider's word for it: Stripe's categories, PayPal's types and event codes, the kinds of trades of Alipay
    /// and WeChat Pay [K]. Nothing where none of the words is known.
    pub fn of_code(code: &str) -> Option<Component> {
        // A chargeback is no charge, and a refund of a payment no payment: the order counts.
        const WORDS: [(Component, &[&str]); 4] = [
            (Component::Disputes, &["dispute", "chargeback", "t12", "t1106", "拒付"]),
            (Component::Refunds, &["refund", "t11", "退款", "revoked"]),
            (Component::Fees, &["fee", "network_cost", "t01", "手续费", "服务费", "收费"]),
            (
                Component::Payments,
                &["charge", "payment", "t00", "交易", "支付", "收款", "native", "jsapi", "mweb", "micropay"],
            ),
        ];
        let code = code.to_lowercase();
        let is_code = |word: &str| word.starts_with('t') && word[1..].chars().all(|c| c.is_ascii_digit());
        let says = |word: &&&str| if is_code(word) { code.starts_with(**word) } else { code.contains(**word) };
        WORDS.iter().find(|(_, words)| words.iter().any(|word| says(&word))).map(|(component, _)| *component)
    }
}

/// A pay-out and what it is made of: money that came to the balance above zero, what was taken of it below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    parts: [Money; 5],
    /// What went to the bank.
    pub net: Money,
}

impl Sums {
    pub fn new(net: Money) -> Sums {
        Sums { parts: [Money::zero(net.currency()); 5], net }
    }

    pub fn add(&mut self, component: Component, amount: Money) -> Result<(), MoneyError> {
        let part = &mut self.parts[component.place()];
        *part = part.plus(amount)?;
        Ok(())
    }

    pub fn of(&self, component: Component) -> Money {
        self.parts[component.place()]
    }

    pub fn currency(&self) -> Currency {
        self.net.currency()
    }

    /// What the parts do not explain: what stood there before less what stays, or what is missing.
    pub fn carried(&self) -> Result<Money, MoneyError> {
        self.net.minus(Money::sum(self.currency(), self.parts)?)
    }
}

/// How a pay-out stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Report, books and bank say the same.
    Agrees,
    /// Report and books agree, and no line of the bank is matched with it.
    BankMissing,
    /// No report was brought in that has it.
    ReportMissing,
    Differs,
}

impl State {
    pub const ALL: [State; 4] = [State::Agrees, State::BankMissing, State::ReportMissing, State::Differs];

    pub const fn name(self) -> &'static str {
        match self {
            State::Agrees => "agrees",
            State::BankMissing => "bank_missing",
            State::ReportMissing => "report_missing",
            State::Differs => "differs",
        }
    }

    pub fn by_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What differs, and who says what of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// A component, `carried`, `net`, or `bank`.
    pub about: &'static str,
    /// What the report says, or the bank.
    pub theirs: Money,
    /// What the books say.
    pub ours: Money,
}

/// What a provider's report says of a pay-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    pub sums: Sums,
    /// Whether each line says which pay-out it went into: then nothing may be carried over.
    pub is_named: bool,
}

/// Compares the three. A difference that is seen counts before what is missing, and a missing report before a missing line of the bank.
pub fn compare(
    report: Option<&Reported>,
    books: &Sums,
    bank: Option<Money>,
) -> Result<(State, Vec<Difference>), MoneyError> {
    let mut differences = Vec::new();
    let mut note = |about, theirs: Money, ours: Money| {
        if theirs != ours {
            differences.push(Difference { about, theirs, ours });
        }
    };
    if let Some(Reported { sums, is_named }) = report {
        for component in Component::ALL {
            note(component.name(), sums.of(component), books.of(component));
        }
        let ours = if *is_named { Money::zero(books.currency()) } else { books.carried()? };
        note("carried", sums.carried()?, ours);
        note("net", sums.net, books.net);
    }
    if let Some(bank) = bank {
        note("bank", bank, books.net);
    }
    let state = match (differences.is_empty(), report, bank) {
        (false, ..) => State::Differs,
        (true, None, _) => State::ReportMissing,
        (true, Some(_), None) => State::BankMissing,
        (true, Some(_), Some(_)) => State::Agrees,
    };
    Ok((state, differences))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Moved = Vec<(Component, i64)>;

    fn moved() -> impl Strategy<Value = Moved> {
        proptest::collection::vec((proptest::sample::select(&Component::ALL[..]), -50_000_i64..50_000), 0..12)
    }

    fn sums(moved: &Moved, net: i64) -> Sums {
        let mut sums = Sums::new(Money::new(net, Currency::EUR));
        for (component, minor) in moved {
            sums.add(*component, Money::new(*minor, Currency::EUR)).unwrap();
        }
        sums
    }

    fn total(moved: &Moved, only: Option<Component>) -> i64 {
        moved.iter().filter(|(of, _)| only.is_none_or(|only| only == *of)).map(|(_, minor)| minor).sum()
    }

    proptest! {
        /// Whatever moved: the net is its parts, and the three agree if and only if they say so part by part.
        #[test]
        fn the_net_is_its_parts_and_agreeing_is_saying_the_same(
            theirs in moved(),
            others in moved(),
            is_same in any::<bool>(),
            (carried, apart, less) in (prop_oneof![Just(0_i64), -99_i64..99], prop_oneof![Just(0_i64), -9_i64..9], prop_oneof![Just(0_i64), -9_i64..9]),
            (is_named, has_report, has_bank) in (any::<bool>(), any::<bool>(), any::<bool>()),
        ) {
            let ours = if is_same { theirs.clone() } else { others };
            let net = total(&theirs, None) + carried;
            let said = sums(&theirs, net);
            let books = sums(&ours, net + apart);
            for (sums, moved) in [(&said, &theirs), (&books, &ours)] {
                let parts: i64 = Component::ALL.iter().map(|one| sums.of(*one).minor()).sum();
                prop_assert_eq!(parts, total(moved, None));
                prop_assert_eq!(parts + sums.carried().unwrap().minor(), sums.net.minor());
            }
            let report = has_report.then_some(Reported { sums: said, is_named });
            let bank = has_bank.then_some(Money::new(net + apart - less, Currency::EUR));
            let (state, differences) = compare(report.as_ref(), &books, bank).unwrap();
            let parts_agree = Component::ALL.iter().all(|one| total(&theirs, Some(*one)) == total(&ours, Some(*one)));
            let report_agrees = parts_agree && apart == 0 && (!is_named || carried == 0);
            let agrees = has_report && has_bank && report_agrees && less == 0;
            prop_assert_eq!(state == State::Agrees, agrees);
            let differs = (has_report && !report_agrees) || (has_bank && less != 0);
            prop_assert_eq!(state == State::Differs, differs);
            prop_assert_eq!(differences.is_empty(), !differs);
        }
    }

    #[test]
    fn what_providers_call_things() {
        use Component::{Disputes, Fees, Payments, Refunds};
        for (code, is) in [
            ("charge", Some(Payments)),
            ("chargeback", Some(Disputes)),
            ("refund", Some(Refunds)),
            ("payment_refund", Some(Refunds)),
            ("fee", Some(Fees)),
            ("stripe_fee", Some(Fees)),
            ("dispute_reversal", Some(Disputes)),
            ("Website Payment", Some(Payments)),
            ("T0006", Some(Payments)),
            ("T1107", Some(Refunds)),
            ("T1106", Some(Disputes)),
            ("T0106", Some(Fees)),
            ("交易", Some(Payments)),
            ("交易退款", Some(Refunds)),
            ("服务费", Some(Fees)),
            ("NATIVE", Some(Payments)),
            ("REFUND", Some(Refunds)),
            ("adjustment", None),
            ("", None),
        ] {
            assert_eq!(Component::of_code(code), is, "{code}");
        }
    }

    #[test]
    fn a_bank_in_another_currency_differs() {
        let books = sums(&vec![(Component::Payments, 100)], 100);
        let report = Reported { sums: books, is_named: true };
        let (state, differences) = compare(Some(&report), &books, Some(Money::new(100, Currency::CNY))).unwrap();
        assert_eq!((state, differences[0].about), (State::Differs, "bank"));
    }
}
