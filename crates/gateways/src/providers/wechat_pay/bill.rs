//! WeChat Pay's bill of a day: a table whose values begin with back-ticks, proved by a hash that was signed.
//!
//! Source: `wechatpay-apiv3/wechatpay-skills@15f40d07`; the names of errors are known from WeChat Pay's pages alone [K].

use super::WeChatPayGateway;
use super::read::read as object;
use crate::CallError;
use crate::bill::{Bill, BillKind, BillRow, Row, Table, day_in_china, unreadable};
use crate::http::download;
use crate::providers::alipay::signed::instant;
use kernel::{Currency, Date, Decimal, Money, Rounding};
use serde::Deserialize;
use sha1::{Digest, Sha1};

const TRADES: &str = "/v3/bill/tradebill";
const FUNDS: &str = "/v3/bill/fundflowbill";
const BILL_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Bills are written at ten in the morning [K]. Of a day on which nothing happened there is none, which is the same answer [K]: so
/// many hours after the day it means that.
const WRITTEN_AFTER_S: i64 = 12 * 3600;

const FIRST_COLUMN: &str = "交易时间";
/// What money on its way to the bank is called [K].
const TO_BANK: &str = "提现";
/// The first column of the line of totals.
const COUNT: &str = "总交易单数";

#[derive(Deserialize)]
struct Found {
    hash_type: String,
    hash_value: String,
    download_url: String,
}

impl WeChatPayGateway {
    /// Trades, and what went to the bank; `None` while one of the two is not written.
    pub(super) async fn bill_now(&self, day: Date) -> Result<Option<Bill>, CallError> {
        let Some(trades) = self.file(&format!("{TRADES}?bill_date={day}&bill_type=ALL"), day).await? else {
            return Ok(None);
        };
        let Some(funds) = self.file(&format!("{FUNDS}?bill_date={day}&account_type=BASIC"), day).await? else {
            return Ok(None);
        };
        let mut bill = if trades.is_empty() { Bill::default() } else { read(&trades)? };
        if !funds.is_empty() {
            bill.rows.extend(payouts(&funds)?);
        }
        Ok(Some(bill))
    }

    /// The text of a bill; empty of a day on which nothing happened, `None` while it is not written.
    async fn file(&self, find: &str, day: Date) -> Result<Option<String>, CallError> {
        let found: Found = match object(&self.get(find).await?) {
            Ok(found) => found,
            Err(CallError::Refused { code, .. }) if code == "STATEMENT_CREATING" => return Ok(None),
            Err(CallError::Refused { code, .. }) if code == "NO_STATEMENT_EXIST" => {
                let (_, until) = day_in_china(day);
                let is_written = self.clock.now().as_second() >= until.as_second() + WRITTEN_AFTER_S;
                return Ok(is_written.then(String::new));
            }
            Err(error) => return Err(error),
        };
        // Our signature goes to nobody else.
        let path = found.download_url.strip_prefix(&self.base_url).filter(|path| path.starts_with('/'));
        let path = path.ok_or_else(|| unreadable("it is elsewhere"))?;
        let request = self.signed(reqwest::Method::GET, path, String::new())?;
        let (status, _, file) = download(request, BILL_BYTES_MAX).await?;
        if status != 200 {
            return Err(CallError::unknown(format!("status {status} in the place of the bill")));
        }
        let is_proven = found.hash_type == "SHA1" && found.hash_value.eq_ignore_ascii_case(&hash(&file));
        if !is_proven {
            return Err(unreadable("it is not what WeChat Pay signed"));
        }
        String::from_utf8(file).map(Some).map_err(unreadable)
    }
}

/// As it is written beside a bill.
pub(crate) fn hash(file: &[u8]) -> String {
    Sha1::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A header and rows, then a header of totals and one row of them.
fn framed<'a>(text: &'a str, first_column: &str, first_total: &str) -> Result<[Table<'a>; 2], CallError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let header = lines.next().filter(|line| line.starts_with(first_column));
    let header: Vec<&str> = header.ok_or_else(|| unreadable("it has no header"))?.split(',').collect();
    let mut rows = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with(first_total) {
            let names: Vec<&str> = line.split(',').collect();
            let sums = lines.next().ok_or_else(|| unreadable("its totals are torn"))?;
            return Ok([Table::new(&header, rows)?, Table::new(&names, vec![cells(sums)?])?]);
        }
        rows.push(cells(line)?);
    }
    Err(unreadable("its totals are missing"))
}

/// Trades, which have to come to the totals.
fn read(text: &str) -> Result<Bill, CallError> {
    let [table, totals] = framed(text, FIRST_COLUMN, COUNT)?;
    let bill = Bill { rows: table.rows().map(row).collect::<Result<_, _>>()? };
    agree(&bill, totals.rows().next().ok_or_else(|| unreadable("its totals are missing"))?)?;
    Ok(bill)
}

/// What went to the bank, or came back from there, of all that moved the balance. The names of columns are known from WeChat Pay's
/// pages alone [K].
fn payouts(text: &str) -> Result<Vec<BillRow>, CallError> {
    let [table, totals] = framed(text, "记账时间", "资金流水总笔数")?;
    let totals = totals.rows().next().ok_or_else(|| unreadable("its totals are missing"))?;
    let count: Option<usize> = totals.text("资金流水总笔数")?.parse().ok();
    let mut payouts = Vec::new();
    if count != Some(table.rows().count()) {
        return Err(unreadable("资金流水总笔数 is another"));
    }
    for row in table.rows() {
        let number = row.text("微信支付业务单号")?;
        if !row.text("业务类型")?.contains(TO_BANK) {
            continue;
        }
        let size = yuan(row.text("收支金额(元)")?).ok_or_else(|| unreadable(format!("the amount of {number}")))?;
        let gross = match row.text("收支类型")? {
            "支出" => size.negated().map_err(unreadable)?,
            _ => size,
        };
        payouts.push(BillRow {
            kind: BillKind::Payout,
            provider_id: number.to_owned(),
            reference: None,
            gross,
            fee: None,
            at: instant(row.text("记账时间")?).ok_or_else(|| unreadable(format!("the time of {number}")))?,
        });
    }
    Ok(payouts)
}

/// Whether the totals are those of the rows.
fn agree(bill: &Bill, totals: Row<'_, '_>) -> Result<(), CallError> {
    let count: Option<usize> = totals.text(COUNT)?.parse().ok();
    if count != Some(bill.rows.len()) {
        return Err(unreadable(format!("{COUNT} is not {}", bill.rows.len())));
    }
    for (name, kind, sign) in [("应结订单总金额", BillKind::Payment, 1), ("退款总金额", BillKind::Refund, -1)]
    {
        let of_kind = bill.rows.iter().filter(|row| row.kind == kind).map(|row| row.gross);
        let sum = Money::sum(Currency::CNY, of_kind).map_err(unreadable)?;
        if yuan(totals.text(name)?).map(|total| total.minor() * sign) != Some(sum.minor()) {
            return Err(unreadable(format!("{name} is not {sum}")));
        }
    }
    Ok(())
}

/// Values begin with a back-tick, and so commas within them mean nothing.
fn cells(line: &str) -> Result<Vec<&str>, CallError> {
    let line = line.strip_prefix('`').ok_or_else(|| unreadable("a row without a back-tick"))?;
    Ok(line.split(",`").collect())
}

fn yuan(text: &str) -> Option<Money> {
    Money::parse(text, Currency::CNY).ok()
}

fn row(row: Row<'_, '_>) -> Result<BillRow, CallError> {
    let (number, state) = (row.text("微信订单号")?, row.text("交易状态")?);
    let amount = |column: &str| yuan(row.text(column)?).ok_or_else(|| unreadable(format!("{column} of {number}")));
    // To a thousandth of a fen; what it comes to is rounded by each payment [K].
    let fee: Option<Decimal> = row.text("手续费")?.parse().ok();
    let fee = fee.and_then(|fee| Money::from_decimal(fee, Currency::CNY, Rounding::HalfUp).ok());
    let (kind, provider_id, reference, gross) = match state {
        "REFUND" => {
            let gross = amount("退款金额")?.negated().map_err(unreadable)?;
            (BillKind::Refund, row.text("微信退款单号")?, row.text("商户退款单号")?, gross)
        }
        "SUCCESS" => (BillKind::Payment, number, row.text("商户订单号")?, amount("应结订单金额")?),
        _ => (BillKind::Other, number, row.text("商户订单号")?, amount("应结订单金额")?),
    };
    Ok(BillRow {
        kind,
        provider_id: provider_id.to_owned(),
        reference: Some(reference.to_owned()).filter(|reference| !reference.is_empty()),
        gross,
        fee: Some(fee.ok_or_else(|| unreadable(format!("the fee of {number}")))?),
        at: instant(row.text("交易时间")?).ok_or_else(|| unreadable(format!("the time of {number}")))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILL: &str = "\u{feff}交易时间,公众账号ID,新的一列,微信订单号,商户订单号,交易状态,应结订单金额,微信退款单号,商户退款单号,退款金额,商品名称,手续费\r\n\
        `2026-11-22 10:00:00,`wx1,`x,`4200,`ckt_1,`SUCCESS,`100.00,`0,`0,`0.00,`货款, \\\"一\\\",`0.60000\r\n\
        `2026-11-22 11:00:00,`wx1,`x,`4201,`ckt_2,`SUCCESS,`0.84,`0,`0,`0.00,`货款,`0.00504\r\n\
        `2026-11-22 12:00:00,`wx1,`x,`4200,`ckt_1,`REFUND,`0.00,`5000,`ref_1,`40.00,`货款,`-0.24000\r\n\
        总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额\r\n\
        `3,`100.84,`40.00,`0.00,`0.36504\r\n";

    #[test]
    fn a_day() {
        let told: Vec<String> = read(BILL)
            .unwrap()
            .rows
            .iter()
            .map(|row| {
                let (fee, reference) = (row.fee.unwrap(), row.reference.as_deref().unwrap());
                format!("{} {} {reference} {} {fee} {}", row.kind.name(), row.provider_id, row.gross, row.at)
            })
            .collect();
        assert_eq!(
            told,
            [
                "payment 4200 ckt_1 CNY 100.00 CNY 0.60 2026-11-22T02:00:00Z",
                "payment 4201 ckt_2 CNY 0.84 CNY 0.01 2026-11-22T03:00:00Z",
                "refund 5000 ref_1 CNY -40.00 CNY -0.24 2026-11-22T04:00:00Z",
            ]
        );
    }

    #[test]
    fn a_day_on_which_nothing_happened() {
        let lines: Vec<&str> = BILL.lines().collect();
        let empty = format!("{}\n{}\n`0,`0.00,`0.00,`0.00,`0.00000\n", lines[0], lines[4]);
        assert_eq!(read(&empty), Ok(Bill::default()));
    }

    #[test]
    fn what_cannot_be_believed() {
        let lines: Vec<&str> = BILL.lines().collect();
        for (spoilt, why) in [
            (lines[..3].join("\n"), "totals"),
            (lines[..5].join("\n"), "totals"),
            (BILL[..BILL.find("11:00:00").unwrap()].to_owned(), "totals"),
            (BILL.replace("`SUCCESS,`100.00,`0", "`SUCCESS,`100.00"), "torn"),
            (BILL.replace("`3,`100.84", "`4,`100.84"), "总交易单数"),
            (BILL.replace("`3,`100.84", "`3,`100.85"), "应结订单总金额"),
            (BILL.replace("`100.84,`40.00", "`100.84,`41.00"), "退款总金额"),
            (BILL.replace("手续费\r", "费\r"), "手续费"),
            (BILL.replace("`0.60000", "`some"), "the fee"),
            (String::new(), "header"),
        ] {
            let error = read(&spoilt).unwrap_err().to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
    }

    #[test]
    fn what_went_to_the_bank() {
        const MOVED: &str = "\u{feff}记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),备注\r\n\
            `2026-11-22 10:00:00,`4200,`1,`交易,`交易,`收入,`100.00,`100.00,`\r\n\
            `2026-11-22 11:00:00,`7000,`2,`提现,`提现,`支出,`99.40,`0.60,`\r\n\
            `2026-11-22 12:00:00,`7000,`3,`提现退票,`提现退票,`收入,`99.40,`100.00,`\r\n\
            资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n`3,`2,`199.40,`1,`99.40\r\n";
        let told: Vec<String> =
            payouts(MOVED).unwrap().iter().map(|row| format!("{} {}", row.provider_id, row.gross)).collect();
        assert_eq!(told, ["7000 CNY -99.40", "7000 CNY 99.40"]);
        for spoilt in [MOVED.replace("`3,`2", "`4,`2"), MOVED[..MOVED.find("资金流水总").unwrap()].to_owned()] {
            assert!(payouts(&spoilt).is_err(), "{spoilt}");
        }
    }

    #[test]
    fn hashes() {
        assert_eq!(hash(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
