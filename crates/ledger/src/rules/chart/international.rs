//! A generic chart for books outside China, to be mapped to a country's own.

use super::{Account, AccountRole, AccountType, Clearing, bs, bs_by_side, pl};
use AccountType::{Asset, Equity, Expense, Income, Liability};

const fn a(code: &'static str, zh: &'static str, en: &'static str, kind: AccountType, place: super::Place) -> Account {
    Account::new(code, zh, en, kind, place)
}

/// Numbers in `bs` and `pl` are lines of the statements in `statements`; in `flow`, those of the direct cash-flow
/// statement, which both charts share.
pub(super) const ACCOUNTS: &[Account] = &[
    a("1000", "现金", "Cash", Asset, bs(1)).cash(),
    a("1010", "银行存款", "Bank", Asset, bs(1)).cash(),
    a("1050", "在途资金", "Undeposited and processor clearing", Asset, bs(1)).cash(),
    a("1051", "支付宝", "Alipay", Asset, bs(1)).under("1050").cash(),
    a("1052", "微信支付", "WeChat Pay", Asset, bs(1)).under("1050").cash(),
    a("1053", "支付模拟器", "Payment simulator", Asset, bs(1)).under("1050").cash(),
    a("1054", "Stripe", "Stripe", Asset, bs(1)).under("1050").cash(),
    a("1055", "PayPal", "PayPal", Asset, bs(1)).under("1050").cash(),
    a("1056", "刷卡收单", "Card terminal", Asset, bs(1)).under("1050").cash(),
    a("1060", "在手支票", "Cheques in hand", Asset, bs(1)).under("1050").cash(),
    a("1200", "应收账款", "Trade receivables", Asset, bs_by_side(2, 11)).control().flow(1),
    a("1250", "争议款项", "Disputed funds", Asset, bs(4)).flow(1),
    a("1290", "预期信用损失准备", "Allowance for expected credit losses", Asset, bs(2)).contra(),
    a("1300", "合同资产", "Contract assets", Asset, bs(3)).flow(1),
    a("1400", "存货", "Inventories", Asset, bs(5)).flow(3),
    a("1450", "其他应收款", "Other receivables", Asset, bs(4)).flow(2),
    a("1500", "固定资产", "Property, plant and equipment", Asset, bs(7)).flow(12),
    a("1590", "累计折旧", "Accumulated depreciation", Asset, bs(7)).contra(),
    a("2000", "应付账款", "Trade payables", Liability, bs(10)).flow(3),
    a("2100", "合同负债", "Contract liabilities and customer deposits", Liability, bs_by_side(11, 2)).control().flow(1),
    a("2200", "应交增值税和销售税", "VAT and sales tax payable", Liability, bs(12)).flow(1),
    a("2250", "退款负债", "Refund liability", Liability, bs(13)).flow(1),
    a("2300", "其他应付款", "Other payables", Liability, bs(13)).flow(6),
    a("2400", "借款", "Loans", Liability, bs(15)).flow(14),
    a("3000", "实收资本", "Equity", Equity, bs(17)).flow(15),
    a("3050", "期初余额", "Opening balances", Equity, bs(18)),
    a("3900", "留存收益", "Retained earnings", Equity, bs(18)).flow(18),
    a("4000", "收入", "Revenue", Income, pl(1)).flow(1),
    a("4900", "销售折扣与退回", "Sales discounts and returns", Income, pl(1)).contra().flow(1),
    a("4950", "滞纳金收入", "Late-fee income", Income, pl(4)).flow(2),
    a("5000", "销售成本", "Cost of sales", Expense, pl(2)).flow(3),
    a("6000", "营业费用", "Operating expenses", Expense, pl(5)).flow(6),
    a("6050", "职工薪酬", "Wages and salaries", Expense, pl(5)).flow(4),
    a("6100", "银行和支付手续费", "Bank and processor fees", Expense, pl(5)).flow(6),
    a("6200", "信用损失", "Credit-loss expense", Expense, pl(6)),
    a("7000", "汇兑损益", "Foreign exchange gain or loss", Income, pl(8)),
    a("7900", "小额差异核销", "Write-off of small differences", Expense, pl(5)),
    a("7910", "现金长短款", "Cash over and short", Expense, pl(5)).flow(6),
    a("8000", "所得税", "Income tax", Expense, pl(10)).flow(5),
];

/// Claims and debts of fixed amounts; cash besides.
pub(super) const MONETARY: &[&str] = &["1200", "1250", "1290", "1450", "2000", "2250", "2300", "2400"];

pub(super) const fn code(role: AccountRole) -> &'static str {
    match role {
        AccountRole::Receivable => "1200",
        AccountRole::Bank => "1010",
        AccountRole::Cash => "1000",
        AccountRole::ChequesInHand => "1060",
        AccountRole::GatewayClearing(Clearing::Alipay) => "1051",
        AccountRole::GatewayClearing(Clearing::WechatPay) => "1052",
        AccountRole::GatewayClearing(Clearing::Simulator) => "1053",
        AccountRole::GatewayClearing(Clearing::Stripe) => "1054",
        AccountRole::GatewayClearing(Clearing::PayPal) => "1055",
        AccountRole::GatewayClearing(Clearing::Terminal) => "1056",
        AccountRole::CustomerAdvances => "2100",
        AccountRole::OutputTax => "2200",
        AccountRole::Revenue => "4000",
        AccountRole::OtherIncome => "4950",
        AccountRole::Fees => "6100",
        AccountRole::DiscountGranted => "4900",
        AccountRole::FxGain | AccountRole::FxLoss => "7000",
        AccountRole::BadDebt | AccountRole::BadDebtRecovered => "6200",
        AccountRole::SmallDifference => "7900",
        AccountRole::OpeningBalance => "3050",
        AccountRole::Disputed => "1250",
        AccountRole::CashOverShort => "7910",
    }
}
