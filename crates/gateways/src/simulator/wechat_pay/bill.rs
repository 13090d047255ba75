//! The bill of a day: a table whose values begin with back-ticks. Source as of the connector (`providers::wechat_pay`).

use super::no::No;
use crate::bill::day_in_china;
use crate::providers::alipay::signed::china_time;
use crate::providers::wechat_pay::bill::hash;
use crate::simulator::Simulator;
use crate::simulator::bill::{Line, LineKind, lines};
use crate::simulator::face::Face;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::{Currency, Date, Money};
use serde::Deserialize;
use serde_json::json;

const COLUMNS: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,\
    应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,\
    订单金额,申请退款金额,费率备注";
const TOTALS: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

const MOVED: &str = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
const MOVED_TOTALS: &str = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

#[derive(Deserialize)]
pub(super) struct Asked {
    bill_date: String,
}

/// GET /v3/bill/tradebill
pub(super) async fn find(State(simulator): State<Simulator>, Query(asked): Query<Asked>) -> Result<Response, No> {
    place(&simulator, &asked.bill_date, "trade")
}

/// GET /v3/bill/fundflowbill
pub(super) async fn find_funds(State(simulator): State<Simulator>, Query(asked): Query<Asked>) -> Result<Response, No> {
    place(&simulator, &asked.bill_date, "funds")
}

/// Where the bill is, and what it has to be.
fn place(simulator: &Simulator, day: &str, kind: &str) -> Result<Response, No> {
    let day: Date = day.parse().map_err(|_| No::param("bill_date"))?;
    if simulator.house.config.clock.now() < day_in_china(day).1 {
        return Err(No::new(StatusCode::BAD_REQUEST, "NO_STATEMENT_EXIST", "the day is not over"));
    }
    let address = format!("{}/v3/billdownload/file?token={kind}.{day}", simulator.house.public_url);
    let hash = hash(text(simulator, day, kind).as_bytes());
    Ok(Json(json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": address })).into_response())
}

#[derive(Deserialize)]
pub(super) struct Token {
    token: String,
}

/// GET /v3/billdownload/file
pub(super) async fn file(State(simulator): State<Simulator>, Query(asked): Query<Token>) -> Result<Response, No> {
    let named = asked.token.split_once('.').and_then(|(kind, day)| Some((kind, day.parse().ok()?)));
    let (kind, day): (&str, Date) = named.ok_or_else(|| No::param("token"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain;charset=utf-8")], text(&simulator, day, kind)).into_response())
}

fn text(simulator: &Simulator, day: Date, kind: &str) -> String {
    if kind == "trade" { bill(simulator, day) } else { funds(simulator, day) }
}

/// All that moved the balance, less fees: nobody reads those there.
fn funds(simulator: &Simulator, day: Date) -> String {
    let (from, until) = day_in_china(day);
    let now = simulator.house.config.clock.now();
    let lines = simulator.with_book(|book| lines(book, Face::WeChatPay, now, from, until));
    let mut text = format!("\u{feff}{MOVED}\r\n");
    let (mut counts, mut sums) = ([0, 0], [0, 0]);
    for (index, line) in lines.iter().enumerate() {
        let kind = match line.kind {
            LineKind::Payment => "交易",
            LineKind::Refund => "退款",
            LineKind::Dispute => "其他",
            LineKind::Payout if line.gross.is_positive() => "提现退票",
            LineKind::Payout => "提现",
        };
        let size = line.gross.minor().abs();
        let side = usize::from(!line.gross.is_positive());
        counts[side] += 1;
        sums[side] += size;
        let (at, amount) = (china_time(line.at), Money::new(size, Currency::CNY).amount());
        let cells =
            [&at, &line.id, &index.to_string(), kind, kind, ["收入", "支出"][side], &amount, "0.00", "", "", ""];
        text.push_str(&format!("`{}\r\n", cells.join(",`")));
    }
    let yuan = |side: usize| Money::new(sums[side], Currency::CNY).amount();
    let [income, outgo] = counts;
    let totals = [lines.len().to_string(), income.to_string(), yuan(0), outgo.to_string(), yuan(1)];
    text.push_str(&format!("{MOVED_TOTALS}\r\n`{}\r\n", totals.join(",`")));
    text
}

fn bill(simulator: &Simulator, day: Date) -> String {
    let config = &simulator.house.config;
    let (from, until) = day_in_china(day);
    let mut lines = simulator.with_book(|book| lines(book, Face::WeChatPay, config.clock.now(), from, until));
    // What goes to the bank is in another bill.
    lines.retain(|line| line.kind != LineKind::Payout);
    let mut text = format!("\u{feff}{COLUMNS}\r\n");
    lines.iter().for_each(|line| text.push_str(&row(&config.wechat_pay.app_id, &config.merchant, line)));
    let sum = |kind: LineKind| {
        let minor: i64 = lines.iter().filter(|line| line.kind == kind).map(|line| line.gross.minor()).sum();
        Money::new(minor.abs(), Currency::CNY).amount()
    };
    let fees: i64 = lines.iter().map(|line| line.fee.minor()).sum();
    let (paid, back) = (sum(LineKind::Payment), sum(LineKind::Refund));
    let sums = [lines.len().to_string(), paid.clone(), back.clone(), "0.00".to_owned(), exact(fees), paid, back];
    text.push_str(&format!("{TOTALS}\r\n`{}\r\n", sums.join(",`")));
    text
}

/// With five digits after the point.
fn exact(fen: i64) -> String {
    format!("{}000", Money::new(fen, Currency::CNY).amount())
}

fn row(app: &str, merchant: &str, line: &Line) -> String {
    let nothing = "0.00".to_owned();
    let size = Money::new(line.gross.minor().abs(), line.gross.currency()).amount();
    let (state, paid, [id, number, back, how]) = match line.kind {
        LineKind::Refund => {
            ("REFUND", nothing.clone(), [&line.id, &line.reference, &size, "SUCCESS"].map(str::to_owned))
        }
        _ => ("SUCCESS", size.clone(), ["0", "0", "0.00", ""].map(str::to_owned)),
    };
    let [at, description] = [china_time(line.at), line.description.replace(['`', '\n'], " ")];
    let kind = if how.is_empty() { "" } else { "ORIGINAL" };
    let cells = [
        at.as_str(),
        app,
        merchant,
        "0",
        "",
        &line.payment,
        &line.payment_reference,
        "somebody",
        "NATIVE",
        state,
        "OTHERS",
        "CNY",
        &paid,
        "0.00",
        &id,
        &number,
        &back,
        "0.00",
        kind,
        &how,
        &description,
        "",
        &exact(line.fee.minor()),
        "0.60%",
        &paid,
        &back,
        "",
    ];
    format!("`{}\r\n", cells.join(",`"))
}
