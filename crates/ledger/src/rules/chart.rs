//! The charts of accounts an organisation starts from, and which account plays which part.
//!
//! Sources: 小企业会计准则 (财会〔2011〕17号, annex) for the accounts and 财会〔2016〕22号 for the VAT sub-accounts; the
//! international chart follows the captions of IFRS (IAS 1, IFRS 15, IFRS 9). Sub-accounts of the Chinese chart have
//! two more digits per level (4-2-2).

mod international;
mod small_enterprise;

/// Which chart an organisation keeps its books on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chart {
    /// 小企业会计准则.
    SmallEnterprise,
    International,
}

/// The element of the statements an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountType {
    Asset,
    Liability,
    Equity,
    Income,
    Expense,
    /// Costs of production, carried to inventories (成本类).
    Cost,
}

impl AccountType {
    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            AccountType::Asset => "asset",
            AccountType::Liability => "liability",
            AccountType::Equity => "equity",
            AccountType::Income => "income",
            AccountType::Expense => "expense",
            AccountType::Cost => "cost",
        }
    }
}

/// A side of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Debit,
    Credit,
}

impl Side {
    pub const fn opposite(self) -> Side {
        match self {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        }
    }

    pub fn by_name(name: &str) -> Option<Side> {
        [Side::Debit, Side::Credit].into_iter().find(|s| s.name() == name)
    }

    /// `debit`, `credit`: how rows and files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Side::Debit => "debit",
            Side::Credit => "credit",
        }
    }
}

/// How entries are taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReversalStyle {
    /// 红字冲销: negative amounts on the same sides, so that turnover is not blown up.
    RedLetter,
    /// Sides exchanged.
    Swap,
}

/// An account of a standard chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub kind: AccountType,
    /// The side on which it grows.
    pub normal: Side,
    pub parent: Option<&'static str>,
    /// Cash in the sense of the cash-flow statement; moves between such accounts are no cash flows.
    pub cash: bool,
    /// Kept per customer: every line names one.
    pub control: bool,
    pub place: Place,
    /// Line of the cash-flow statement that a receipt or payment against this account usually belongs to.
    pub cash_flow_line: Option<u8>,
}

/// Where an account's balance stands in the statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line of the balance sheet, whatever side the balance is on.
    Balance { line: u8, of_which: Option<u8> },
    /// One line for balances on the normal side and another for those on the other, party by party.
    BalanceBySide { line: u8, opposite: u8 },
    /// A line of the profit and loss statement.
    Profit { line: u8, of_which: Option<u8> },
}

impl Account {
    const fn new(code: &'static str, zh: &'static str, en: &'static str, kind: AccountType, place: Place) -> Account {
        let normal = match kind {
            AccountType::Asset | AccountType::Expense | AccountType::Cost => Side::Debit,
            AccountType::Liability | AccountType::Equity | AccountType::Income => Side::Credit,
        };
        Account { code, zh, en, kind, normal, parent: None, cash: false, control: false, place, cash_flow_line: None }
    }

    const fn under(mut self, parent: &'static str) -> Account {
        self.parent = Some(parent);
        self
    }

    /// An account that reduces its element: accumulated depreciation, sales discounts, input tax.
    const fn contra(mut self) -> Account {
        self.normal = self.normal.opposite();
        self
    }

    const fn cash(mut self) -> Account {
        self.cash = true;
        self
    }

    const fn control(mut self) -> Account {
        self.control = true;
        self
    }

    const fn flow(mut self, line: u8) -> Account {
        self.cash_flow_line = Some(line);
        self
    }
}

/// A balance sheet line.
const fn bs(line: u8) -> Place {
    Place::Balance { line, of_which: None }
}

/// A balance sheet line and the sub-line that shows it again.
const fn bs_with(line: u8, of_which: u8) -> Place {
    Place::Balance { line, of_which: Some(of_which) }
}

/// Two balance sheet lines, by the side of the balance.
const fn bs_by_side(line: u8, opposite: u8) -> Place {
    Place::BalanceBySide { line, opposite }
}

/// A profit and loss line.
const fn pl(line: u8) -> Place {
    Place::Profit { line, of_which: None }
}

/// A profit and loss line and the sub-line that shows it again.
const fn pl_with(line: u8, of_which: u8) -> Place {
    Place::Profit { line, of_which: Some(of_which) }
}

/// Whose balance a clearing account mirrors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clearing {
    Alipay,
    WechatPay,
    Simulator,
    Stripe,
    PayPal,
    /// The bank's card terminal, and other channels whose slips are recorded by hand.
    Terminal,
}

/// The part an account plays in what is posted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountRole {
    Receivable,
    Bank,
    Cash,
    ChequesInHand,
    GatewayClearing(Clearing),
    CustomerAdvances,
    OutputTax,
    Revenue,
    /// Late interest received and other gains.
    OtherIncome,
    Fees,
    DiscountGranted,
    FxGain,
    FxLoss,
    BadDebt,
    /// A bad debt that was paid after all.
    BadDebtRecovered,
    /// Differences too small to collect.
    SmallDifference,
    OpeningBalance,
    /// Money a provider holds back while a customer disputes a payment.
    Disputed,
    /// What a till had too little or too much when it was counted.
    CashOverShort,
}

impl Chart {
    /// `cn_small`, `international`: how settings name it.
    pub const fn name(self) -> &'static str {
        match self {
            Chart::SmallEnterprise => "cn_small",
            Chart::International => "international",
        }
    }

    pub fn by_name(name: &str) -> Option<Chart> {
        [Chart::SmallEnterprise, Chart::International].into_iter().find(|c| c.name() == name)
    }

    /// Every account, parents before children, by code.
    pub const fn accounts(self) -> &'static [Account] {
        match self {
            Chart::SmallEnterprise => small_enterprise::ACCOUNTS,
            Chart::International => international::ACCOUNTS,
        }
    }

    pub fn account(self, code: &str) -> Option<&'static Account> {
        self.accounts().iter().find(|a| a.code == code)
    }

    /// The standard account that a code of the organisation's own belongs under: itself, or the longest code it begins
    /// with (10120101 → 101201).
    pub fn nearest(self, code: &str) -> Option<&'static Account> {
        self.accounts().iter().filter(|a| code.starts_with(a.code)).max_by_key(|a| a.code.len())
    }

    /// Whether lines may be posted to it: it has no sub-accounts. `None` where the chart has no such account.
    pub fn postable(self, code: &str) -> Option<bool> {
        self.account(code)?;
        Some(!self.accounts().iter().any(|a| a.parent == Some(code)))
    }

    /// How corrections are written on this chart.
    pub const fn reversal_style(self) -> ReversalStyle {
        match self {
            Chart::SmallEnterprise => ReversalStyle::RedLetter,
            Chart::International => ReversalStyle::Swap,
        }
    }

    /// The code of the account that plays this part.
    pub const fn code(self, role: AccountRole) -> &'static str {
        match self {
            Chart::SmallEnterprise => small_enterprise::code(role),
            Chart::International => international::code(role),
        }
    }

    /// Whether what stands on an account is money, or is owed in a fixed amount of it, so that it is worth at a month's end what
    /// its currency is worth then (IAS 21.8 and 21.16; 小企业会计准则, on foreign currency [K]).
    ///
    /// Advances from customers and to suppliers are not: they are settled in goods, at the rate of the day on which the money
    /// came (IAS 21.16, IFRIC 22). Neither are deferred income, nor taxes, which are owed in the currency of the books
    /// whatever an invoice is in.
    pub fn is_monetary(self, code: &str) -> bool {
        let monetary = match self {
            Chart::SmallEnterprise => small_enterprise::MONETARY,
            Chart::International => international::MONETARY,
        };
        self.nearest(code).is_some_and(|account| account.cash || monetary.contains(&account.code))
    }

    /// Whether the account of this part is cash in the sense of the cash-flow statement.
    pub fn is_cash(self, role: AccountRole) -> bool {
        self.account(self.code(role)).is_some_and(|a| a.cash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHARTS: [Chart; 2] = [Chart::SmallEnterprise, Chart::International];

    const ROLES: [AccountRole; 24] = [
        AccountRole::Receivable,
        AccountRole::Bank,
        AccountRole::Cash,
        AccountRole::ChequesInHand,
        AccountRole::GatewayClearing(Clearing::Alipay),
        AccountRole::GatewayClearing(Clearing::WechatPay),
        AccountRole::GatewayClearing(Clearing::Simulator),
        AccountRole::GatewayClearing(Clearing::Stripe),
        AccountRole::GatewayClearing(Clearing::PayPal),
        AccountRole::GatewayClearing(Clearing::Terminal),
        AccountRole::CustomerAdvances,
        AccountRole::OutputTax,
        AccountRole::Revenue,
        AccountRole::OtherIncome,
        AccountRole::Fees,
        AccountRole::DiscountGranted,
        AccountRole::FxGain,
        AccountRole::FxLoss,
        AccountRole::BadDebt,
        AccountRole::BadDebtRecovered,
        AccountRole::SmallDifference,
        AccountRole::OpeningBalance,
        AccountRole::Disputed,
        AccountRole::CashOverShort,
    ];

    #[test]
    fn the_small_enterprise_chart_has_its_66_accounts() {
        assert_eq!(Chart::SmallEnterprise.accounts().iter().filter(|a| a.parent.is_none()).count(), 66);
    }

    #[test]
    fn codes_ascend_and_children_agree_with_their_parents() {
        for chart in CHARTS {
            assert!(chart.accounts().is_sorted_by(|a, b| a.code < b.code), "{chart:?}");
            for account in chart.accounts() {
                let Some(parent) = account.parent else { continue };
                let parent = chart.account(parent).unwrap();
                assert!(parent.code < account.code, "{}", account.code);
                assert_eq!((parent.kind, parent.cash), (account.kind, account.cash), "{}", account.code);
                if chart == Chart::SmallEnterprise {
                    assert_eq!(account.code.len(), parent.code.len() + 2, "{}", account.code);
                    assert!(account.code.starts_with(parent.code), "{}", account.code);
                }
            }
        }
    }

    #[test]
    fn every_part_is_played_by_a_postable_account() {
        for chart in CHARTS {
            for role in ROLES {
                assert_eq!(chart.postable(chart.code(role)), Some(true), "{chart:?} {role:?}");
            }
            let control: Vec<&str> = chart.accounts().iter().filter(|a| a.control).map(|a| a.code).collect();
            assert_eq!(control, [chart.code(AccountRole::Receivable), chart.code(AccountRole::CustomerAdvances)]);
        }
    }

    #[test]
    fn places_suit_the_type() {
        for account in CHARTS.iter().flat_map(|c| c.accounts()) {
            let profit = matches!(account.place, Place::Profit { .. });
            assert_eq!(profit, matches!(account.kind, AccountType::Income | AccountType::Expense), "{}", account.code);
        }
    }

    #[test]
    fn own_accounts_belong_under_the_longest_code() {
        for (code, nearest) in [
            ("1122", Some("1122")),
            ("10120101", Some("101201")),
            ("100201", Some("1002")),
            ("22210105", Some("22210105")),
            ("9999", None),
            ("", None),
        ] {
            assert_eq!(Chart::SmallEnterprise.nearest(code).map(|a| a.code), nearest, "{code}");
        }
        assert_eq!(Chart::SmallEnterprise.postable("2221"), Some(false));
        assert_eq!(Chart::SmallEnterprise.postable("9999"), None);
    }

    #[test]
    fn money_and_claims_are_monetary_and_goods_owed_are_not() {
        for (chart, code, monetary) in [
            (Chart::SmallEnterprise, "1002", true),
            (Chart::SmallEnterprise, "100201", true),
            (Chart::SmallEnterprise, "101204", true),
            (Chart::SmallEnterprise, "1122", true),
            (Chart::SmallEnterprise, "2202", true),
            (Chart::SmallEnterprise, "2501", true),
            (Chart::SmallEnterprise, "1123", false),
            (Chart::SmallEnterprise, "1405", false),
            (Chart::SmallEnterprise, "2203", false),
            (Chart::SmallEnterprise, "22210105", false),
            (Chart::SmallEnterprise, "2401", false),
            (Chart::SmallEnterprise, "5001", false),
            (Chart::International, "1010", true),
            (Chart::International, "1200", true),
            (Chart::International, "2000", true),
            (Chart::International, "2100", false),
            (Chart::International, "2200", false),
            (Chart::International, "9999", false),
        ] {
            assert_eq!(chart.is_monetary(code), monetary, "{chart:?} {code}");
        }
        for chart in CHARTS {
            let known = |code: &&str| chart.account(code).is_some();
            assert!(international::MONETARY.iter().all(|code| chart != Chart::International || known(code)));
            assert!(small_enterprise::MONETARY.iter().all(|code| chart != Chart::SmallEnterprise || known(code)));
        }
    }

    #[test]
    fn names_read_back() {
        for chart in CHARTS {
            assert_eq!(Chart::by_name(chart.name()), Some(chart));
        }
        assert_eq!(Chart::by_name("skr03"), None);
    }
}
