//! The bill of a day: a table in a zip, in the characters of GBK. Source as of the connector (`providers::alipay`).

use super::{No, objects, request::Request};
use crate::bill::day_in_china;
use crate::providers::alipay::signed::china_time;
use crate::simulator::Simulator;
use crate::simulator::bill::{Line, LineKind, lines};
use crate::simulator::face::Face;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use encoding_rs::GBK;
use http::{StatusCode, header};
use kernel::{Currency, Date, Money, Timestamp};
use serde::Deserialize;
use serde_json::json;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// How long an address is good, in seconds.
const GOOD_S: i64 = 30;

const COLUMNS: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,\
    商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,\
    卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";

/// Tells where the bill of a day is, which there is once the day is over.
pub(super) fn find(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let wrong = |name: &str| No("40004", "isp.bill_not_exist", format!("{name} names no bill"));
    let kind = request.text("bill_type");
    if !matches!(kind, "trade" | "signcustomer") {
        return Err(wrong("bill_type"));
    }
    let day: Date = request.text("bill_date").parse().map_err(|_| wrong("bill_date"))?;
    let now = simulator.house.config.clock.now();
    if now < day_in_china(day).1 {
        return Err(wrong("bill_date"));
    }
    let until = now.as_second() + GOOD_S;
    let address = format!("{}/alipay/bills/{day}?until={until}&kind={kind}", simulator.house.public_url);
    let found = objects::good(json!({ "bill_download_url": address }));
    let body = objects::envelope(&simulator.house, request.method(), &found);
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

#[derive(Deserialize)]
pub(super) struct Good {
    until: i64,
    kind: String,
}

/// GET /alipay/bills/{day}
pub(super) async fn file(
    State(simulator): State<Simulator>,
    Path(day): Path<String>,
    Query(good): Query<Good>,
) -> Response {
    let now = simulator.house.config.clock.now();
    let day: Result<Date, _> = day.parse();
    let Some(day) = day.ok().filter(|_| now.as_second() <= good.until) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let (from, until) = day_in_china(day);
    let lines = simulator.with_book(|book| lines(book, Face::Alipay, now, from, until));
    let merchant = &simulator.house.config.merchant;
    let (title, text) = match good.kind.as_str() {
        "trade" => ("#支付宝业务汇总查询", details(merchant, day, &lines, now)),
        _ => ("#支付宝账务汇总查询", moved(merchant, &lines, now)),
    };
    match zipped(merchant, day, title, text) {
        Some(zip) => ([(header::CONTENT_TYPE, "application/zip")], zip).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn zipped(merchant: &str, day: Date, title: &str, details: String) -> Option<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let summary = format!("{title}\n#账号：[{merchant}]\n");
    for (name, text) in [("summary", summary), ("details", details)] {
        zip.start_file(format!("{merchant}_{day}_{name}.csv"), SimpleFileOptions::default()).ok()?;
        zip.write_all(&GBK.encode(&text).0).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// All that moved the balance, fees in rows of their own.
fn moved(merchant: &str, lines: &[Line], now: Timestamp) -> String {
    let mut rows: Vec<(&Line, Money, &str)> = Vec::new();
    for line in lines {
        let kind = match line.kind {
            LineKind::Payment => "在线支付",
            LineKind::Refund => "交易退款",
            LineKind::Dispute => "其它",
            LineKind::Payout if line.gross.is_positive() => "提现退票",
            LineKind::Payout => "提现",
        };
        rows.push((line, line.gross, kind));
        if line.fee.is_positive() {
            rows.push((line, Money::new(-line.fee.minor(), line.fee.currency()), "收费"));
        }
    }
    let mut text = format!(
        "#支付宝账务明细查询\n#账号：[{merchant}0156]\n#---账务明细列表---\n账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,\
        收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注\n"
    );
    for (index, (line, amount, kind)) in rows.iter().enumerate() {
        let number = if line.kind == LineKind::Payout { &line.id } else { &line.payment };
        let [income, outgo] = match amount.is_positive() {
            true => [amount.amount(), "0.00".to_owned()],
            false => ["0.00".to_owned(), amount.amount()],
        };
        let (at, ours) = (china_time(line.at), &line.payment_reference);
        text.push_str(&format!("{index}\t,{number}\t,{ours}\t,,{at},,{income},{outgo},0.00,支付宝,{kind},\n"));
    }
    text.push_str("#---账务明细列表结束---\n");
    for (name, is_income) in [("支出合计", false), ("收入合计", true)] {
        let of = || rows.iter().filter(move |(_, amount, _)| amount.is_positive() == is_income);
        let sum: i64 = of().map(|(_, amount, _)| amount.minor()).sum();
        text.push_str(&format!("#{name}：{}笔，共{}元\n", of().count(), Money::new(sum, Currency::CNY).amount()));
    }
    text.push_str(&format!("#导出时间：[{}]\n", china_time(now)));
    text
}

fn details(merchant: &str, day: Date, lines: &[Line], now: Timestamp) -> String {
    let (from, until) = day_in_china(day);
    let mut text = format!(
        "#支付宝业务明细查询\n#账号：[{merchant}0156]\n#起始日期：[{}]   终止日期：[{}]\n#{bar}业务明细列表{bar}\n{COLUMNS}\n",
        china_time(from),
        china_time(until),
        bar = "-".repeat(40),
    );
    // What goes to the bank is in another bill.
    let trades = || lines.iter().filter(|line| line.kind != LineKind::Payout);
    trades().for_each(|line| text.push_str(&row(line)));
    text.push_str(&format!("#{bar}业务明细列表结束{bar}\n", bar = "-".repeat(40)));
    for (name, received, kind) in
        [("交易合计", "商家实收", LineKind::Payment), ("退款合计", "商家实收退款", LineKind::Refund)]
    {
        let of_kind = || trades().filter(|line| line.kind == kind);
        let sum: i64 = of_kind().map(|line| line.gross.minor()).sum();
        let sum = Money::new(sum, Currency::CNY).amount();
        text.push_str(&format!("#{name}：{}笔，{received}共{sum}元，商家优惠共0.00元\n", of_kind().count()));
    }
    text.push_str(&format!("#导出时间：[{}]\n", china_time(now)));
    text
}

fn row(line: &Line) -> String {
    let (kind, back) = match line.kind {
        LineKind::Refund => ("退款", line.reference.as_str()),
        _ => ("交易", ""),
    };
    let (at, gross, kept) =
        (china_time(line.at), line.gross.amount(), Money::new(-line.fee.minor(), line.fee.currency()));
    let description = line.description.replace([',', '"', '\n'], " ");
    format!(
        "{}\t,{}\t,{kind}    ,{description},{at},{at},,,,,pay***@payer.example,{gross},{gross},0.00,0.00,0.00,0.00,0.00,,0.00,0.00,{back},{},0.00,\n",
        line.payment,
        line.payment_reference,
        kept.amount(),
    )
}
