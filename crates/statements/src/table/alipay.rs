//! The bills of Alipay: a person's trades, a merchant's trades, and what moved a merchant's account.
//!
//! Source: the layouts of files as they were found in the wild. Trades are rows of `收入`, `支出` or neither; of the latter it is the
//! kind of trade that says which way money went, since a refund is one. A trade that was closed moved nothing and is passed over.
//! A merchant's rows stand between two lines of strokes, `#-----业务明细列表-----` and another that ends them, with totals below it.

use crate::amount;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, number, some};
use crate::table::bill::{FEE, Header, PAYOUT, Total, cell, rounded, with_fee};
use crate::table::cell::{day, is_in};
use crate::table::map::DateOrder;
use crate::table::mapped::{Preamble, join};
use crate::table::rows::Row;
use crate::table::split::{Dialect, Found};
use kernel::{Currency, Decimal, Money};

#[derive(Default)]
pub(crate) struct Alipay {
    columns: Option<Columns>,
    preamble: Preamble,
    /// A line of strokes began a merchant's rows, and none ended them.
    is_begun: bool,
    /// Money in and money out, by rows and by what the file says; of a merchant's trades what was paid and what was given back.
    came: [Total; 2],
    said: [Option<Total>; 2],
    /// Of a person's trades those that were closed too, since some totals have them.
    with_closed: [Total; 2],
}

struct Columns {
    kind: Kind,
    at: Option<usize>,
    name: Option<usize>,
    account: Option<usize>,
    text: [Option<usize>; 3],
    category: Option<usize>,
    way: Option<usize>,
    amount: Option<usize>,
    paid: Option<usize>,
    balance: Option<usize>,
    status: Option<usize>,
    fee: Option<usize>,
    bank: Option<usize>,
    own: Option<usize>,
    end_to_end: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Trades,
    Funds,
}

fn kind(header: &Header) -> Option<Kind> {
    if header.has(&["收支", "交易状态"]) && header.at(&["交易时间", "交易创建时间"]).is_some() {
        // WeChat calls its states otherwise.
        Some(Kind::Person)
    } else if header.has(&["支付宝交易号", "商家实收元"]) {
        Some(Kind::Trades)
    } else if header.has(&["账务流水号", "收入金额元", "支出金额元"]) {
        Some(Kind::Funds)
    } else {
        None
    }
}

/// Whether a row is the header of one of Alipay's bills.
pub(crate) fn is_header(row: &Row) -> bool {
    kind(&Header::of(row)).is_some()
}

impl Columns {
    fn of(row: &Row) -> Option<Columns> {
        let header = Header::of(row);
        let kind = kind(&header)?;
        let at = |names: &[&str]| header.at(names);
        let funds = kind == Kind::Funds;
        Some(Columns {
            kind,
            at: at(&["交易时间", "付款时间", "完成时间", "发生时间", "交易创建时间"]),
            name: at(&["交易对方", "对方名称"]),
            account: at(&["对方账号", "对方账户"]),
            text: [at(&["商品说明", "商品名称"]), at(&["备注"]), at(&["业务描述"])],
            category: at(&["交易分类", "业务类型", "类型"]),
            way: at(&["收支"]),
            amount: at(if funds { &["收入金额元"] } else { &["金额元", "金额", "商家实收元"] }),
            paid: at(&["支出金额元"]),
            balance: at(&["账户余额元"]),
            status: at(&["交易状态"]),
            fee: at(&["服务费元"]),
            bank: at(if funds {
                &["账务流水号"]
            } else {
                &["交易订单号", "支付宝交易号", "交易号"]
            }),
            own: at(&["商户订单号", "商家订单号"]),
            end_to_end: at(&["业务流水号", "退款批次号请求号"]),
        })
    }

    /// Which way money went: true is in.
    fn way(&self, row: &Row, amount: Decimal) -> Option<bool> {
        if self.kind != Kind::Person {
            return Some(amount.is_sign_positive());
        }
        if let Some(is_in) = is_in(cell(row, self.way)) {
            return Some(is_in);
        }
        let words = [self.status, self.category, self.text[0]].map(|at| cell(row, at));
        let says = |known: &[&str]| words.iter().any(|text| known.iter().any(|word| text.contains(word)));
        if says(&["退款", "充值", "收益发放"]) {
            Some(true)
        } else if says(&["提现", "还款", "转出到银行卡"]) {
            Some(false)
        } else {
            None
        }
    }

    /// `服务费¥0.10`, `服务费：0.10元` among remarks, or a column.
    fn fee(&self, row: &Row) -> Option<Decimal> {
        amount::decimal(cell(row, self.fee)).or_else(|| fee_of(cell(row, self.text[1])))
    }
}

/// A fee that stands in a remark.
pub(crate) fn fee_of(remark: &str) -> Option<Decimal> {
    let (_, rest) = remark.split_once("服务费")?;
    let rest = rest.trim_start_matches([':', '：', ' ', '¥', '￥']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !".,".contains(c)).unwrap_or(rest.len());
    amount::decimal(&rest[..end])
}

impl Dialect for Alipay {
    fn restart(&mut self) {
        *self = Alipay::default();
    }

    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault> {
        let Some(columns) = &self.columns else {
            self.columns = Columns::of(row);
            self.is_begun |= is_stroke(row);
            self.totals(row);
            self.preamble.note(row);
            return Ok(());
        };
        let first = row.cell(0);
        if first.starts_with('#') || row.cells.len() < 3 {
            self.is_begun &= !is_stroke(row);
            self.totals(row);
            return Ok(());
        }
        let Some(amount) = exact(columns, row) else {
            if !row.is_blank() && !first.starts_with("---") {
                found.warnings.push(Note::of("row_skipped").with("text", first));
            }
            return Ok(());
        };
        let is_closed = columns.kind == Kind::Person && cell(row, columns.status).contains("关闭");
        let way = columns.way(row, amount);
        let counted = match columns.kind {
            Kind::Person => is_in(cell(row, columns.way)).map(|is_in| usize::from(!is_in)),
            _ => Some(usize::from(amount.is_sign_negative())),
        };
        if let Some(at) = counted {
            self.with_closed[at].add(amount);
            if !is_closed {
                self.came[at].add(amount);
            }
        }
        if is_closed {
            found.warnings.push("trade_closed".into());
            return Ok(());
        }
        let Some(is_in) = way else {
            found.warnings.push(Note::of("direction_unknown").with("text", row.raw.trim()));
            return Ok(());
        };
        let is_turned = columns.kind == Kind::Person && !is_in;
        movement(columns, row, if is_turned { -amount } else { amount }, found)?;
        found.account.clone_from(&self.preamble.account);
        Ok(())
    }

    fn end(&mut self, found: &mut Found) -> Result<(), Fault> {
        let Some(columns) = &self.columns else {
            return Err(Fault::whole(Note::of("no_headers").with("of", "alipay")));
        };
        // The last row may have half of an amount.
        if self.is_begun {
            return Err(Fault::whole("cut_off"));
        }
        found.currency = Some(Currency::CNY);
        let what = if columns.kind == Kind::Trades { ["交易", "退款"] } else { ["收入", "支出"] };
        for at in [0, 1] {
            if self.said[at] != Some(self.with_closed[at]) {
                self.came[at].check(self.said[at], what[at], &mut found.warnings);
            }
        }
        Ok(())
    }
}

impl Alipay {
    /// `收入：3笔 120.00元` above a person's trades, `#交易合计：1笔，商家实收共100.00元` below a merchant's, and below the flow of its account
    /// `#支出合计：2笔，共-50.60元`.
    fn totals(&mut self, row: &Row) {
        let is_flow = self.columns.as_ref().is_some_and(|columns| columns.kind == Kind::Funds);
        let text = row.raw.trim_start_matches(['#', ' ', '"', '\t']);
        for (at, names) in [(0, ["收入：", "交易合计：", "收入合计："]), (1, ["支出：", "退款合计：", "支出合计："])]
        {
            let mut said = names.iter().find_map(|name| Total::said(text.strip_prefix(name)?));
            // With or without a sign, as the rows are.
            if let Some(out) = said.as_mut().filter(|_| is_flow && at == 1) {
                out.sum = -out.sum.abs();
            }
            self.said[at] = said.or(self.said[at]);
        }
    }
}

fn is_stroke(row: &Row) -> bool {
    row.cell(0).starts_with("#---")
}

/// The amount of a row; of an account's flow what came in less what went out.
fn exact(columns: &Columns, row: &Row) -> Option<Decimal> {
    let amount = amount::decimal(cell(row, columns.amount));
    match columns.kind {
        Kind::Funds => {
            // Money out is below zero in the files of some years.
            let paid = amount::decimal(cell(row, columns.paid)).map(|paid| -paid.abs());
            let amount = amount.filter(|amount| !amount.is_zero());
            amount.or(paid)
        }
        _ => amount,
    }
}

fn movement(columns: &Columns, row: &mut Row, amount: Decimal, found: &mut Found) -> Result<(), Fault> {
    let unread = |what: &str| Fault::unread(row.place, what);
    let money = |exact, warnings: &mut Vec<Note>| rounded(exact, Currency::CNY, warnings);
    let amount = money(amount, &mut found.warnings).ok_or_else(|| unread("amount"))?;
    let booked_on = day(cell(row, columns.at), DateOrder::YearMonthDay, None, &mut found.warnings);
    let mut line = Line::of(row.place, amount);
    line.booked_on = Some(booked_on.ok_or_else(|| unread("date"))?);
    line.counterparty.name = some(cell(row, columns.name));
    line.counterparty.account = number(cell(row, columns.account));
    for at in columns.text {
        join(&mut line.text, cell(row, at));
    }
    line.refer(ReferenceKind::Bank, cell(row, columns.bank));
    line.refer(ReferenceKind::Own, cell(row, columns.own));
    line.refer(ReferenceKind::EndToEnd, cell(row, columns.end_to_end));
    let category = cell(row, columns.category);
    let is_fee = columns.kind == Kind::Funds && ["收费", "服务费"].iter().any(|word| category.contains(word));
    line.code = match category.contains("提现") || line.text.starts_with("提现") {
        true => Some(PAYOUT.to_owned()),
        false if is_fee => Some(FEE.to_owned()),
        false => some(category),
    };
    found.balance = amount::decimal(cell(row, columns.balance)).and_then(|exact| money(exact, &mut Vec::new()));
    let fee = columns.fee(row).filter(|_| columns.kind != Kind::Funds).map(|fee| fee.abs()).unwrap_or_default();
    let fee = money(fee, &mut found.warnings).ok_or_else(|| unread("fee"))?;
    line.raw = std::mem::take(&mut row.raw);
    let minor = |minor: i64| Money::new(minor, Currency::CNY);
    // Of a merchant's trade the fee is taken off what came, and given back with what is refunded. A person's amount has it in it.
    let cost = if columns.kind == Kind::Trades && amount.is_negative() { fee } else { minor(-fee.minor()) };
    if columns.kind == Kind::Person {
        line.amount = minor(amount.minor() - cost.minor());
    }
    with_fee(&mut found.lines, line, cost);
    Ok(())
}
