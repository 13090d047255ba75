//! Payments that are recorded: by which means, when, where the money is, and how they end.

use kernel::{Date, Money};
use ledger::rules::chart::{AccountRole, Chart, Clearing};

/// How money was handed over. Card and e-wallet recorded by hand are slips of a terminal; online ones come from
/// checkouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Card,
    EWallet,
    BankTransfer,
    Cash,
    Cheque,
    /// Credit of the books before, however it came: nobody pays by it.
    Opening,
}

impl Method {
    pub const ALL: [Method; 6] =
        [Method::Card, Method::EWallet, Method::BankTransfer, Method::Cash, Method::Cheque, Method::Opening];

    /// Whether money came in; what was to a customer's credit when the books began came in before them.
    pub const fn is_received(self) -> bool {
        !matches!(self, Method::Opening)
    }

    /// The message that names it to people.
    pub fn message(self) -> String {
        format!("payment-method-{}", self.name().replace('_', "-"))
    }

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Card => "card",
            Method::EWallet => "e_wallet",
            Method::BankTransfer => "bank_transfer",
            Method::Cash => "cash",
            Method::Cheque => "cheque",
            Method::Opening => "opening",
        }
    }

    pub fn by_name(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|m| m.name() == name)
    }

    /// The account the money is on once it is recorded by hand, unless another was named.
    pub const fn received_on_account(self) -> AccountRole {
        match self {
            Method::Card | Method::EWallet => AccountRole::GatewayClearing(Clearing::Terminal),
            Method::BankTransfer => AccountRole::Bank,
            Method::Cash => AccountRole::Cash,
            Method::Cheque => AccountRole::ChequesInHand,
            Method::Opening => AccountRole::OpeningBalance,
        }
    }
}

/// Whether money that came in may be kept on the account of this code: a cash account of the chart, or one of the
/// organisation's own below it.
pub fn may_hold_money(chart: Chart, code: &str) -> bool {
    chart.nearest(code).is_some_and(|account| account.cash)
}

/// The account on which a provider's money waits for the pay-out.
pub fn clearing(provider: &str) -> AccountRole {
    AccountRole::GatewayClearing(match provider {
        "alipay" => Clearing::Alipay,
        "wechat_pay" => Clearing::WechatPay,
        "stripe" => Clearing::Stripe,
        "paypal" => Clearing::PayPal,
        "simulator" => Clearing::Simulator,
        _ => Clearing::Terminal,
    })
}

/// Whether a payment may be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordDecision {
    Allowed,
    /// Nothing or less; money going out is a refund.
    NotPositive,
    /// Dated after today in the organisation's time zone.
    InTheFuture,
}

/// Order of checks: amount above zero, day not after today. A day before the invoice's is an advance and fine.
pub fn may_record(amount: Money, received_on: Date, today: Date) -> RecordDecision {
    if !amount.is_positive() {
        RecordDecision::NotPositive
    } else if received_on > today {
        RecordDecision::InTheFuture
    } else {
        RecordDecision::Allowed
    }
}

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// A cheque the bank has not paid yet. It is set against invoices all the same.
    Uncleared(Cheque),
    Succeeded,
    /// Taken back with all its allocations: a cheque bounced, or it was recorded by mistake.
    Reversed,
}

/// Where an uncleared cheque is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cheque {
    InHand,
    Deposited,
}

/// What happens to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentEvent {
    Deposited,
    /// The bank paid. A cheque may clear without anybody having noted that it was deposited.
    Cleared,
    /// The bank refused, before or after it had credited the cheque.
    Bounced,
    /// Recorded by mistake, or charged back.
    Reversed,
}

/// The event cannot happen in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not possible while the payment is {}", .from.name())]
pub struct WrongState {
    pub from: PaymentStatus,
}

impl PaymentStatus {
    /// The state of a payment just recorded.
    pub const fn recorded(method: Method) -> PaymentStatus {
        match method {
            Method::Cheque => PaymentStatus::Uncleared(Cheque::InHand),
            Method::Card | Method::EWallet | Method::BankTransfer | Method::Cash | Method::Opening => {
                PaymentStatus::Succeeded
            }
        }
    }

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            PaymentStatus::Uncleared(_) => "uncleared",
            PaymentStatus::Succeeded => "succeeded",
            PaymentStatus::Reversed => "reversed",
        }
    }

    /// The state of a row: its status and whether a cheque was handed in.
    pub fn of_row(status: &str, deposited: bool) -> Option<PaymentStatus> {
        match status {
            "uncleared" if deposited => Some(PaymentStatus::Uncleared(Cheque::Deposited)),
            "uncleared" => Some(PaymentStatus::Uncleared(Cheque::InHand)),
            "succeeded" => Some(PaymentStatus::Succeeded),
            "reversed" => Some(PaymentStatus::Reversed),
            _ => None,
        }
    }

    /// The state after an event of a payment made by `method`; only cheques are deposited, cleared and bounced.
    pub fn after(self, method: Method, event: PaymentEvent) -> Result<PaymentStatus, WrongState> {
        use PaymentEvent as E;
        use PaymentStatus as S;
        match (self, event) {
            (S::Uncleared(Cheque::InHand), E::Deposited) => Ok(S::Uncleared(Cheque::Deposited)),
            (S::Uncleared(_), E::Cleared) => Ok(S::Succeeded),
            (S::Uncleared(Cheque::Deposited), E::Bounced) => Ok(S::Reversed),
            (S::Succeeded, E::Bounced) if method == Method::Cheque => Ok(S::Reversed),
            (S::Uncleared(_) | S::Succeeded, E::Reversed) => Ok(S::Reversed),
            (from, _) => Err(WrongState { from }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use ledger::rules::chart::Chart;

    #[test]
    fn money_lies_where_its_method_says() {
        for (method, account) in [
            ("card", "101206"),
            ("e_wallet", "101206"),
            ("bank_transfer", "1002"),
            ("cash", "1001"),
            ("cheque", "101210"),
        ] {
            let role = Method::by_name(method).unwrap().received_on_account();
            assert_eq!(Chart::SmallEnterprise.code(role), account, "{method}");
        }
        assert_eq!(Method::by_name("barter"), None);
    }

    #[test]
    fn only_cash_accounts_hold_money() {
        for (code, may) in [
            ("1002", true),
            ("10020101", true),
            ("1001", true),
            ("101203", true),
            ("1122", false),
            ("5001", false),
            ("x", false),
        ] {
            assert_eq!(may_hold_money(Chart::SmallEnterprise, code), may, "{code}");
        }
    }

    #[test]
    fn every_provider_has_its_clearing_account() {
        for (provider, code) in [
            ("alipay", "101201"),
            ("wechat_pay", "101202"),
            ("simulator", "101203"),
            ("stripe", "101204"),
            ("paypal", "101205"),
            ("another", "101206"),
        ] {
            assert_eq!(Chart::SmallEnterprise.code(clearing(provider)), code, "{provider}");
        }
    }

    #[test]
    fn recording() {
        for (minor, received_on, expected) in [
            (1, "2026-11-23", RecordDecision::Allowed),
            (1, "2020-01-01", RecordDecision::Allowed),
            (1, "2026-11-24", RecordDecision::InTheFuture),
            (0, "2026-11-23", RecordDecision::NotPositive),
            (-1, "2026-11-24", RecordDecision::NotPositive),
        ] {
            let today = "2026-11-23".parse().unwrap();
            let amount = Money::new(minor, Currency::CNY);
            assert_eq!(may_record(amount, received_on.parse().unwrap(), today), expected, "{minor} {received_on}");
        }
    }

    #[test]
    fn every_state_and_event() {
        use PaymentEvent::*;
        use PaymentStatus::*;
        let events = [Deposited, Cleared, Bounced, PaymentEvent::Reversed];
        // h in hand, d deposited, s succeeded, r reversed, . refused
        for (method, from, row) in [
            (Method::Cheque, Uncleared(Cheque::InHand), "ds.r"),
            (Method::Cheque, Uncleared(Cheque::Deposited), ".srr"),
            (Method::Cheque, Succeeded, "..rr"),
            (Method::Cheque, PaymentStatus::Reversed, "...."),
            (Method::Cash, Succeeded, "...r"),
            (Method::Card, PaymentStatus::Reversed, "...."),
        ] {
            for (event, expected) in events.into_iter().zip(row.chars()) {
                let got = match from.after(method, event) {
                    Ok(Uncleared(Cheque::InHand)) => 'h',
                    Ok(Uncleared(Cheque::Deposited)) => 'd',
                    Ok(Succeeded) => 's',
                    Ok(PaymentStatus::Reversed) => 'r',
                    Err(WrongState { from: named }) => {
                        assert_eq!(named, from);
                        '.'
                    }
                };
                assert_eq!(got, expected, "{method:?} {from:?} {event:?}");
            }
        }
    }

    #[test]
    fn rows_read_back() {
        for status in [
            PaymentStatus::Uncleared(Cheque::InHand),
            PaymentStatus::Uncleared(Cheque::Deposited),
            PaymentStatus::Succeeded,
            PaymentStatus::Reversed,
        ] {
            let deposited = status == PaymentStatus::Uncleared(Cheque::Deposited);
            assert_eq!(PaymentStatus::of_row(status.name(), deposited), Some(status));
        }
        assert_eq!(PaymentStatus::of_row("pending", false), None);
    }

    #[test]
    fn only_cheques_begin_uncleared() {
        for method in Method::ALL {
            let uncleared = PaymentStatus::recorded(method) == PaymentStatus::Uncleared(Cheque::InHand);
            assert_eq!(uncleared, method == Method::Cheque, "{method:?}");
        }
    }
}
