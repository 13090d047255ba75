//! Alipay's bill of a day: a table in a zip, in the characters of GBK.
//!
//! Source: the apifox mirror of Alipay's pages and test files found in public. The signs of fees and the lines of totals are known from
//! Alipay's pages alone [K].

use super::AlipayGateway;
use super::signed::instant;
use crate::CallError;
use crate::bill::{Bill, BillKind, BillRow, Table, day_in_china, unreadable};
use crate::http::download;
use encoding_rs::GBK;
use kernel::{Currency, Date, Money};
use serde::Deserialize;
use serde_json::json;
use std::io::{Cursor, Read};

const FIND: &str = "alipay.data.dataservice.bill.downloadurl.query";

/// How large a zip may be, and how large what is in it.
const ZIP_BYTES_MAX: usize = 32 * 1024 * 1024;
const TABLE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Details and summary, with room for more.
const FILES_MAX: usize = 8;

/// Bills are written in the morning. Of a day on which nothing happened there is none, which is the same answer [K]: so many hours
/// after the day it means that.
const WRITTEN_AFTER_S: i64 = 12 * 3600;

/// A bill that Alipay writes: its name in a call, and how its table of single rows begins.
struct Kind {
    name: &'static str,
    title: &'static str,
    first_column: &'static str,
}

/// What was paid and given back.
const TRADES: Kind = Kind { name: "trade", title: "#支付宝业务明细查询", first_column: "支付宝交易号" };
/// What moved the balance, of which nothing is read but what went to the bank.
const FUNDS: Kind =
    Kind { name: "signcustomer", title: "#支付宝账务明细查询", first_column: "账务流水号" };
/// What money on its way to the bank is called [K].
const TO_BANK: &str = "提现";

#[derive(Deserialize)]
struct Found {
    bill_download_url: String,
}

impl AlipayGateway {
    /// Trades, and what went to the bank; `None` while one of the two is not written.
    pub(super) async fn bill_now(&self, day: Date) -> Result<Option<Bill>, CallError> {
        let Some(trades) = self.file(&TRADES, day).await? else { return Ok(None) };
        let Some(funds) = self.file(&FUNDS, day).await? else { return Ok(None) };
        let mut bill = if trades.is_empty() { Bill::default() } else { read(&trades)? };
        if !funds.is_empty() {
            bill.rows.extend(payouts(&funds)?);
        }
        Ok(Some(bill))
    }

    /// The text of a bill's table; empty of a day on which nothing happened, `None` while it is not written.
    async fn file(&self, kind: &Kind, day: Date) -> Result<Option<String>, CallError> {
        let content = json!({ "bill_type": kind.name, "bill_date": day.to_string() });
        let found: Found = match self.call(FIND, &content).await {
            Ok((found, _)) => found,
            Err(CallError::Refused { code, .. }) if code.to_ascii_lowercase().contains("bill_not_exist") => {
                let (_, until) = day_in_china(day);
                let is_written = self.clock.now().as_second() >= until.as_second() + WRITTEN_AFTER_S;
                return Ok(is_written.then(String::new));
            }
            Err(error) => return Err(error),
        };
        // The address is good for half a minute, and carries no secret of ours.
        let (status, _, zip) = download(self.client.get(&found.bill_download_url), ZIP_BYTES_MAX).await?;
        if status != 200 {
            return Err(CallError::unknown(format!("status {status} in the place of the bill")));
        }
        details(zip, kind.title).map(Some)
    }
}

/// The table of single rows among what is in the zip.
fn details(zip: Vec<u8>, title: &str) -> Result<String, CallError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(unreadable)?;
    for index in 0..archive.len().min(FILES_MAX) {
        let file = archive.by_index(index).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(TABLE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > TABLE_BYTES_MAX {
            return Err(unreadable("it is too long"));
        }
        let (text, _, _) = GBK.decode(&bytes);
        if text.starts_with(title) {
            return Ok(text.into_owned());
        }
    }
    Err(unreadable("there are no single rows in it"))
}

/// A header with rows of as many cells, between lines that begin with `#`, and what stands in those at the end.
struct Framed<'a> {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    ends: Vec<&'a str>,
}

impl Framed<'_> {
    fn read<'a>(text: &'a str, kind: &Kind) -> Result<Framed<'a>, CallError> {
        let mut lines = text.lines().map(str::trim_end).skip_while(|line| !line.starts_with(kind.first_column));
        let header = cells(lines.next().ok_or_else(|| unreadable("it has no header"))?)?;
        let (mut rows, mut ends) = (Vec::new(), Vec::new());
        for line in lines.filter(|line| !line.is_empty()) {
            match line.strip_prefix('#') {
                Some(end) => ends.push(end),
                None if ends.is_empty() => rows.push(cells(line)?),
                None => return Err(unreadable("it goes on after its end")),
            }
        }
        Ok(Framed { header, rows, ends })
    }

    fn table(&self) -> Result<Table<'_>, CallError> {
        let header: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        Table::new(&header, rows)
    }

    /// Compares a line of totals with what the rows come to.
    fn agrees(&self, name: &str, count: usize, sum: Money) -> Result<(), CallError> {
        let told = self.ends.iter().find_map(|end| end.strip_prefix(name)).and_then(totals);
        match told.ok_or_else(|| unreadable(format!("{name} is missing")))? {
            told if told == (count, sum) => Ok(()),
            (number, total) => {
                Err(unreadable(format!("{name} is {number} and {total}, its rows come to {count} and {sum}")))
            }
        }
    }
}

fn summed<'r>(rows: impl Iterator<Item = &'r Money>) -> Result<(usize, Money), CallError> {
    let amounts: Vec<Money> = rows.copied().collect();
    Ok((amounts.len(), Money::sum(Currency::CNY, amounts.iter().copied()).map_err(unreadable)?))
}

/// Trades, which have to come to the totals at the end.
fn read(text: &str) -> Result<Bill, CallError> {
    let framed = Framed::read(text, &TRADES)?;
    let rows = framed.table()?.rows().map(row).collect::<Result<Vec<_>, _>>()?;
    for (name, kind) in [("交易合计", BillKind::Payment), ("退款合计", BillKind::Refund)] {
        let of_kind = rows.iter().filter(|row| row.kind == kind).map(|row| &row.gross);
        let (count, sum) = summed(of_kind)?;
        framed.agrees(name, count, sum)?;
    }
    Ok(Bill { rows })
}

/// What went to the bank, or came back from there, of all that moved the balance.
fn payouts(text: &str) -> Result<Vec<BillRow>, CallError> {
    let framed = Framed::read(text, &FUNDS)?;
    let (mut moved, mut payouts): ([Vec<Money>; 2], _) = (Default::default(), Vec::new());
    for row in framed.table()?.rows() {
        let number = row.text("业务流水号")?;
        let amount = |column: &str| match row.text(column)? {
            "" => Ok(Money::zero(Currency::CNY)),
            text => yuan(text).ok_or_else(|| unreadable(format!("{column} of {number}"))),
        };
        let (income, outgo) = (amount("收入金额(+元)")?, amount("支出金额(-元)")?);
        // Below zero in most years.
        let outgo = if outgo.is_positive() { outgo.negated().map_err(unreadable)? } else { outgo };
        let gross = if outgo.is_zero() { income } else { outgo };
        moved[usize::from(outgo.is_zero())].push(gross);
        if row.text("业务类型")?.contains(TO_BANK) {
            payouts.push(BillRow {
                kind: BillKind::Payout,
                provider_id: number.to_owned(),
                reference: None,
                gross,
                fee: None,
                at: instant(row.text("发生时间")?).ok_or_else(|| unreadable(format!("the time of {number}")))?,
            });
        }
    }
    for (name, amounts) in [("支出合计", &moved[0]), ("收入合计", &moved[1])] {
        let (count, sum) = summed(amounts.iter())?;
        framed.agrees(name, count, sum)?;
    }
    Ok(payouts)
}

fn cells(line: &str) -> Result<Vec<String>, CallError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().ok_or_else(|| unreadable("an empty row"))?.map_err(unreadable)?;
    Ok(record.iter().map(str::to_owned).collect())
}

/// `：3笔，商家实收共600.00元，商家优惠共0.00元`
fn totals(line: &str) -> Option<(usize, Money)> {
    let line = line.trim_start_matches(['：', ':']);
    let (count, rest) = line.split_once('笔')?;
    let (_, rest) = rest.split_once('共')?;
    let (sum, _) = rest.split_once('元')?;
    Some((count.trim().parse().ok()?, yuan(sum)?))
}

fn yuan(text: &str) -> Option<Money> {
    Money::parse(text.trim(), Currency::CNY).ok()
}

fn row(row: crate::bill::Row<'_, '_>) -> Result<BillRow, CallError> {
    let number = row.text("支付宝交易号")?;
    let amount = |column: &str| yuan(row.text(column)?).ok_or_else(|| unreadable(format!("{column} of {number}")));
    let kind = match row.text("业务类型")? {
        "交易" => BillKind::Payment,
        "退款" => BillKind::Refund,
        _ => BillKind::Other,
    };
    let (ours, fee) = (row.text("商户订单号")?, amount("服务费(元)")?);
    // Kept of a payment, given back of a refund, whatever its sign.
    let size = if fee.is_negative() { fee.negated().map_err(unreadable)? } else { fee };
    let (provider_id, reference, fee) = match kind {
        BillKind::Refund => {
            let back = row.text("退款批次号/请求号")?;
            (format!("{number} {back}"), back, size.negated().map_err(unreadable)?)
        }
        _ => (number.to_owned(), ours, size),
    };
    Ok(BillRow {
        kind,
        provider_id,
        reference: Some(reference.to_owned()).filter(|reference| !reference.is_empty()),
        gross: amount("商家实收(元)")?,
        fee: Some(fee),
        at: instant(row.text("完成时间")?).ok_or_else(|| unreadable(format!("the time of {number}")))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const BILL: &str = "#支付宝业务明细查询\n#账号：[20880156]\n#起始日期：[2026年11月22日 00:00:00]   终止日期：[2026年11月23日 00:00:00]\n\
        #-----------------------------------------业务明细列表----------------------------------------\n\
        支付宝交易号,商户订单号,业务类型,商品名称,新的一列,创建时间,完成时间,商家实收（元）,退款批次号/请求号,服务费（元）\n\
        2026112200\t,ckt_1\t,交易    ,\"货款, 一\",x,2026-11-22 09:00:00,2026-11-22 10:00:00,100.00,,-0.60\n\
        2026112201\t,ckt_2\t,交易    ,货款,x,2026-11-22 09:00:00,2026-11-22 11:00:00,50.00,,-0.30\n\
        2026112200\t,ckt_1\t,退款    ,货款,x,2026-11-22 09:00:00,2026-11-22 12:00:00,-40.00,ref_1,0.24\n\
        #-----------------------------------------业务明细列表结束------------------------------------\n\
        #交易合计：2笔，商家实收共150.00元，商家优惠共0.00元\n\
        #退款合计：1笔，商家实收退款共-40.00元，商家优惠退款共0.00元\n\
        #导出时间：[2026年11月23日 08:00:00]\n";

    #[test]
    fn a_day() {
        let bill = read(BILL).unwrap();
        let told: Vec<String> = bill
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
                "payment 2026112200 ckt_1 CNY 100.00 CNY 0.60 2026-11-22T02:00:00Z",
                "payment 2026112201 ckt_2 CNY 50.00 CNY 0.30 2026-11-22T03:00:00Z",
                "refund 2026112200 ref_1 ref_1 CNY -40.00 CNY -0.24 2026-11-22T04:00:00Z",
            ]
        );
    }

    #[test]
    fn a_day_on_which_nothing_happened() {
        let empty: String =
            BILL.lines().filter(|line| !line.starts_with("2026")).map(|line| format!("{line}\n")).collect();
        let empty = empty
            .replace("2笔，商家实收共150.00", "0笔，商家实收共0.00")
            .replace("1笔，商家实收退款共-40.00", "0笔，商家实收退款共0.00");
        assert_eq!(read(&empty), Ok(Bill::default()));
    }

    #[test]
    fn what_cannot_be_believed() {
        let torn: String = BILL.lines().take(7).map(|line| format!("{line}\n")).collect();
        let cut = BILL[..BILL.find("11:00:00").unwrap()].to_owned();
        for (spoilt, why) in [
            (torn, "交易合计"),
            (cut, "torn"),
            (BILL.replace("2笔", "3笔"), "交易合计"),
            (BILL.replace("共150.00", "共150.01"), "交易合计"),
            (BILL.replace("共-40.00", "共-41.00"), "退款合计"),
            (BILL.replace("服务费（元）", "费（元）"), "服务费"),
            (BILL.replace("100.00,,-0.60", "hundred,,-0.60"), "商家实收"),
            (BILL.replace("2026-11-22 10:00:00", "soon"), "the time"),
            (String::new(), "header"),
        ] {
            let error = read(&spoilt).unwrap_err().to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
    }

    const MOVED: &str = "#支付宝账务明细查询\n#账号：[20880156]\n#---账务明细列表---\n\
        账务流水号,业务流水号,商户订单号,发生时间,对方账号,收入金额(+元),支出金额（-元）,账户余额(元),业务类型,备注\n\
        1\t,2026112200\t,ckt_1\t,2026-11-22 10:00:00,a,100.00,0.00,100.00,在线支付,\n\
        2\t,2026112200\t,ckt_1\t,2026-11-22 10:00:00,a,0.00,-0.60,99.40,收费,\n\
        3\t,2026112299\t,,2026-11-22 11:00:00,bank,,-99.40,0.00,提现,\n\
        4\t,2026112299\t,,2026-11-22 12:00:00,bank,99.40,,99.40,提现退票,\n\
        #---账务明细列表结束---\n#支出合计：2笔，共-100.00元\n#收入合计：2笔，共199.40元\n";

    #[test]
    fn what_went_to_the_bank() {
        let told: Vec<String> = payouts(MOVED)
            .unwrap()
            .iter()
            .map(|row| format!("{} {} {} {}", row.kind.name(), row.provider_id, row.gross, row.at))
            .collect();
        assert_eq!(
            told,
            ["payout 2026112299 CNY -99.40 2026-11-22T03:00:00Z", "payout 2026112299 CNY 99.40 2026-11-22T04:00:00Z",]
        );
        for (spoilt, why) in [
            (MOVED.replace("支出合计：2笔", "支出合计：3笔"), "支出合计"),
            (MOVED.replace("共199.40", "共199.41"), "收入合计"),
            (MOVED[..MOVED.find("#支出").unwrap()].to_owned(), "支出合计"),
        ] {
            let error = payouts(&spoilt).unwrap_err().to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
    }

    #[test]
    fn found_in_a_zip() {
        let zipped = |files: &[(&str, &str)]| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for (name, text) in files {
                zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
                zip.write_all(&GBK.encode(text).0).unwrap();
            }
            zip.finish().unwrap().into_inner()
        };
        let zip = zipped(&[("sum.csv", "#支付宝业务汇总查询\n"), ("details.csv", BILL)]);
        assert_eq!(details(zip.clone(), TRADES.title).unwrap(), BILL);
        assert!(details(zip[..zip.len() / 2].to_vec(), TRADES.title).is_err());
        assert!(details(zipped(&[("sum.csv", "#支付宝业务汇总查询\n")]), TRADES.title).is_err());
    }
}
