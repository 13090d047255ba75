//! The bills of WeChat Pay: a person's trades (CSV, and workbooks since 2025), a merchant's trades, and what moved a merchant's account.
//!
//! Source: the layouts of files as they were found in the wild, and WeChat Pay's pages on bills [K]. A person's row that is neither
//! income nor expense says by its kind which way money went; the fee that stands in a remark is within the amount [K], and is a line of
//! its own. A merchant's cells begin with back-ticks, and two rows of totals end the file.

use crate::amount;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, some};
use crate::table::alipay::fee_of;
use crate::table::bill::{FEE, Header, PAYOUT, Total, cell, rounded, with_fee};
use crate::table::cell::{day, is_in};
use crate::table::map::DateOrder;
use crate::table::mapped::{Preamble, join};
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use kernel::{Currency, Decimal, Money};
use std::sync::Arc;

#[derive(Default)]
pub(crate) struct Wechat {
    columns: Option<Columns>,
    preamble: Preamble,
    /// Of a person money in and out; of a merchant what was paid and what was given back, and all fees.
    came: [Total; 2],
    fees: Decimal,
    /// What the file says of itself.
    said: [Option<Total>; 2],
    /// The names of a merchant's totals, once they were met.
    totals: Option<Header>,
    /// A merchant's totals were met: they end the file.
    is_ended: bool,
}

struct Columns {
    kind: Kind,
    at: Option<usize>,
    category: Option<usize>,
    name: Option<usize>,
    text: [Option<usize>; 2],
    way: Option<usize>,
    amount: Option<usize>,
    balance: Option<usize>,
    status: Option<usize>,
    bank: Option<usize>,
    own: Option<usize>,
    end_to_end: Option<usize>,
    account: Option<usize>,
    currency: Option<usize>,
    refunded: Option<usize>,
    fee: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Trades,
    Funds,
}

fn kind(header: &Header) -> Option<Kind> {
    if header.has(&["交易时间", "收支", "当前状态", "交易单号"]) {
        Some(Kind::Person)
    } else if header.has(&["微信订单号", "应结订单金额", "退款金额"]) {
        Some(Kind::Trades)
    } else if header.has(&["记账时间", "资金流水单号", "收支类型"]) {
        Some(Kind::Funds)
    } else {
        None
    }
}

/// Whether a row is the header of one of WeChat's bills.
pub(crate) fn is_header(row: &Row) -> bool {
    kind(&Header::of(row)).is_some()
}

impl Columns {
    fn of(row: &Row) -> Option<Columns> {
        let header = Header::of(row);
        let kind = kind(&header)?;
        let at = |names: &[&str]| header.at(names);
        Some(Columns {
            kind,
            at: at(&["交易时间", "记账时间"]),
            category: at(match kind {
                Kind::Trades => &["交易状态"],
                _ => &["业务类型", "交易类型"],
            }),
            name: at(&["交易对方"]),
            text: [at(&["商品", "商品名称", "业务名称"]), at(&["备注", "商户数据包"])],
            way: at(&["收支", "收支类型"]),
            amount: at(&["金额元", "应结订单金额", "收支金额元"]),
            balance: at(&["账户结余元"]),
            status: at(&["当前状态"]),
            bank: at(&["交易单号", "微信订单号", "资金流水单号"]),
            own: at(&["商户单号", "商户订单号", "业务凭证号"]),
            end_to_end: at(&["微信支付业务单号", "微信退款单号"]),
            account: at(&["商户号"]),
            currency: at(&["货币种类"]),
            refunded: at(&["退款金额"]),
            fee: at(&["手续费"]),
        })
    }

    /// Which way a person's money went: true is in.
    fn way(&self, row: &Row) -> Option<bool> {
        if let Some(is_in) = is_in(cell(row, self.way)) {
            return Some(is_in);
        }
        let category = cell(row, self.category);
        let says = |known: &[&str]| known.iter().any(|word| category.contains(word));
        if says(&["退款", "充值"]) {
            Some(true)
        } else if says(&["提现", "还款"]) {
            Some(false)
        } else {
            None
        }
    }

    fn amount(&self, row: &Row) -> Option<Decimal> {
        amount::decimal(cell(row, self.amount))
    }

    fn describe(&self, row: &mut Row, line: &mut Line, found: &mut Found) -> Result<(), Fault> {
        let booked_on = day(cell(row, self.at), DateOrder::YearMonthDay, None, &mut found.warnings);
        line.booked_on = Some(booked_on.ok_or_else(|| Fault::unread(row.place, "date"))?);
        line.counterparty.name = some(cell(row, self.name));
        for at in self.text {
            join(&mut line.text, cell(row, at));
        }
        line.refer(ReferenceKind::Bank, cell(row, self.bank));
        line.refer(ReferenceKind::Own, cell(row, self.own));
        // A number of nought is none.
        let other = cell(row, self.end_to_end);
        line.refer(ReferenceKind::EndToEnd, if other == "0" { "" } else { other });
        let category = cell(row, self.category);
        let is_fee = self.kind == Kind::Funds && category.contains("手续费");
        line.code = match category.contains("提现") {
            true => Some(PAYOUT.to_owned()),
            false if is_fee => Some(FEE.to_owned()),
            false => some(category),
        };
        line.raw = std::mem::take(&mut row.raw);
        Ok(())
    }
}

impl Dialect for Wechat {
    fn restart(&mut self) {
        *self = Wechat::default();
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let Some(columns) = self.columns.take() else {
            self.columns = Columns::of(row);
            self.above(row);
            return Ok(());
        };
        let read = self.read(&columns, row, found);
        self.columns = Some(columns);
        read
    }

    fn end(&mut self, found: &mut Found) -> Result<(), Fault> {
        let Some(columns) = &self.columns else {
            return Err(Fault::whole(Note::of("no_headers").with("of", "wechat")));
        };
        // The last row may have half of an amount.
        if columns.kind != Kind::Person && !self.is_ended {
            return Err(Fault::whole("cut_off"));
        }
        found.currency = Some(Currency::CNY);
        for (at, what) in ["收入", "支出"].into_iter().enumerate() {
            self.came[at].check(self.said[at], what, &mut found.warnings);
        }
        Ok(())
    }
}

impl Wechat {
    /// `收入：3笔 120.00元`, `微信昵称：[…]`.
    fn above(&mut self, row: &Row) {
        for (at, name) in ["收入：", "支出："].into_iter().enumerate() {
            let said = row.cells.iter().find_map(|cell| Total::said(cell.trim().strip_prefix(name)?));
            self.said[at] = said.or(self.said[at]);
        }
        self.preamble.note(row);
    }

    fn read(&mut self, columns: &Columns, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        if let Some(totals) = self.totals.take() {
            self.is_ended = true;
            if columns.kind == Kind::Trades {
                self.check(&totals, row, found);
            } else {
                self.check_flow(&totals, row, found);
            }
            return Ok(());
        }
        let first = row.cell(0);
        if ["总交易单数", "资金流水总笔数"].contains(&first) {
            self.totals = Some(Header::of(row));
            return Ok(());
        }
        if row.is_blank() {
            return Ok(());
        }
        match columns.kind {
            Kind::Trades => self.trade(columns, row, found),
            Kind::Person | Kind::Funds => self.flow(columns, row, found),
        }
    }

    /// A row of a person's trades, or of a merchant's account.
    fn flow(&mut self, columns: &Columns, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let exact = columns.amount(row).ok_or_else(|| Fault::unread(row.place, "amount"))?;
        if let Some(is_in) = is_in(cell(row, columns.way)) {
            self.came[usize::from(!is_in)].add(exact);
        }
        if columns.kind == Kind::Person && cell(row, columns.status).contains("关闭") {
            found.warnings.push("trade_closed".into());
            return Ok(());
        }
        let Some(is_in) = columns.way(row) else {
            found.warnings.push(Note::of("direction_unknown").with("text", row.raw.trim()));
            return Ok(());
        };
        let unread = |what: &str| Fault::unread(row.place, what);
        let money = |exact, warnings: &mut Vec<Note>| rounded(exact, Currency::CNY, warnings);
        let amount = money(if is_in { exact } else { -exact }, &mut found.warnings).ok_or_else(|| unread("amount"))?;
        let fee = fee_of(cell(row, columns.text[1])).filter(|_| columns.kind == Kind::Person).unwrap_or_default();
        let fee = money(-fee, &mut found.warnings).ok_or_else(|| unread("fee"))?;
        found.balance = amount::decimal(cell(row, columns.balance)).and_then(|exact| money(exact, &mut Vec::new()));
        let mut line = Line::of(row.place, Money::new(amount.minor() - fee.minor(), Currency::CNY));
        columns.describe(row, &mut line, found)?;
        found.account.clone_from(&self.preamble.account);
        with_fee(&mut found.lines, line, fee);
        Ok(())
    }

    /// A row of a merchant's trades: paid, or given back.
    fn trade(&mut self, columns: &Columns, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let unread = |what: &str| Fault::unread(row.place, what);
        let currency = match cell(row, columns.currency) {
            "" => Currency::CNY,
            code => crate::table::cell::currency(code).ok_or_else(|| unread("currency"))?,
        };
        let paid = columns.amount(row).ok_or_else(|| unread("amount"))?;
        let refunded = amount::decimal(cell(row, columns.refunded)).unwrap_or_default();
        let fee = amount::decimal(cell(row, columns.fee)).unwrap_or_default();
        let is_refund = ["REFUND", "REVOKED"].contains(&cell(row, columns.category));
        if is_refund {
            self.came[1].add(refunded);
            self.came[0].count += 1;
        } else {
            self.came[0].add(paid);
        }
        self.fees = self.fees.checked_add(fee).unwrap_or(self.fees);
        let moved = rounded(if is_refund { -refunded } else { paid }, currency, &mut found.warnings);
        // The fee of a refund is below zero in the file: it comes back.
        let fee = rounded(-fee, currency, &mut found.warnings).ok_or_else(|| unread("fee"))?;
        let mut line = Line::of(row.place, moved.ok_or_else(|| unread("amount"))?);
        let account = cell(row, columns.account);
        if found.account.as_deref().unwrap_or_default() != account {
            found.account = some(account).map(Arc::from);
        }
        columns.describe(row, &mut line, found)?;
        with_fee(&mut found.lines, line, fee);
        Ok(())
    }

    /// The totals of a merchant's trades.
    fn check(&self, totals: &Header, row: &Row, found: &mut Found) {
        let said = |name: &str| amount::decimal(cell(row, totals.at(&[name])));
        let fees = self.fees;
        for (name, came) in [
            ("总交易单数", Decimal::from(self.came[0].count)),
            ("应结订单总金额", self.came[0].sum),
            ("退款总金额", self.came[1].sum),
            ("手续费总金额", fees),
        ] {
            differs(name, said(name), came, found);
        }
    }

    /// The totals of a merchant's account.
    fn check_flow(&self, totals: &Header, row: &Row, found: &mut Found) {
        let said = |names: &[&str]| amount::decimal(cell(row, totals.at(names)));
        let count = Decimal::from(self.came[0].count + self.came[1].count);
        differs("资金流水总笔数", said(&["资金流水总笔数"]), count, found);
        differs("收入金额", said(&["收入金额", "收入金额元"]), self.came[0].sum, found);
        differs("支出金额", said(&["支出金额", "支出金额元"]), self.came[1].sum, found);
    }
}

fn differs(name: &str, said: Option<Decimal>, came: Decimal, found: &mut Found) {
    if let Some(said) = said.filter(|said| *said != came) {
        found.warnings.push(Note::of("total_differs").with("of", name).with("said", said).with("came", came));
    }
}
