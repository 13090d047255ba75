//! Three months of the demonstration company, told through the API day by day with a fixed seed.

use super::bank::{self, Bank, Unheard};
use super::client::{Client, text};
use super::clock::StoryClock;
use super::company::{ABROAD, BUYERS, Buyer, ITEMS, RATE_KWD, RATES, TAXES};
use crate::failure::Failure;
use futures_util::future::try_join_all;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kernel::{Currency, Money};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::fmt::Display;

/// Days that the story lasts; it ends yesterday.
const DAYS: i32 = 92;
/// Days between two files of the bank, and those at the end of which the books hear from the bank alone.
const STATEMENT_DAYS: i32 = 31;
const SILENT_DAYS: i32 = 13;
/// Orders in it.
const ORDERS: u64 = 200;
/// Who pays in advance, how much in fen, and under which words.
const ADVANCES: usize = 5;
const ADVANCE_MINOR: i64 = 2_000_000;
const ADVANCE: &str = "预付款";
/// The offset of the company's zone.
const ZONE: SignedDuration = SignedDuration::from_hours(8);

/// Chance that depends on the seed alone.
struct Dice(ChaCha12Rng);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

/// A customer of the story with its id.
struct Known {
    id: String,
    buyer: &'static Buyer,
}

/// An invoice that will be paid on a day, or never.
struct Debt {
    invoice: String,
    customer: usize,
    total: Money,
    pay_on: Date,
    /// Out of a hundred: how much of it is paid; 0 = nothing.
    share: i64,
    reference: String,
}

impl Debt {
    /// What is paid of it, or more than it.
    fn paid(&self) -> Result<Money, Failure> {
        self.total.share(self.share, 100).map_err(|error| broken(&error))
    }
}

fn broken(error: &dyn Display) -> Failure {
    Failure::refused(format!("The demonstration could not be made: {error}"))
}

/// Whether a cheque of this day was cleared before the story ends.
const fn is_cleared(day: i32) -> bool {
    day + 6 < DAYS
}

/// Tells the story; returns the id of the customer that has the portal login.
pub async fn tell(client: &Client, clock: &StoryClock, today: Date) -> Result<String, Failure> {
    let mut dice = Dice(ChaCha12Rng::seed_from_u64(20_261_123));
    let first = plus_days(today, -DAYS);
    clock.stand_at(at(first, 8, 0));
    let items = set_up(client, first).await?;
    let customers = take_up(client).await?;
    bank::set_up(client).await?;
    let (mut bank, mut statements, mut unheard) = (Bank::default(), Vec::new(), Vec::new());
    let mut debts: Vec<Debt> = Vec::new();
    let mut told = 0_u64;
    for day in 0..DAYS {
        let date = plus_days(first, day);
        set_rates(client, date, first).await?;
        let due_orders = ORDERS * u64::try_from(day + 1).unwrap_or(0) / u64::try_from(DAYS).unwrap_or(1);
        clock.stand_at(at(date, 10, 30));
        let orders = (told..due_orders).map(|number| order(&mut dice, number, &customers, &items)).collect::<Vec<_>>();
        told = due_orders;
        let submitted =
            try_join_all(orders.into_iter().map(|(number, customer, body)| submit(client, number, customer, body)))
                .await?;
        for invoice in submitted.into_iter().flatten() {
            debts.push(debt(&mut dice, invoice, &customers, date)?);
        }
        clock.stand_at(at(date, 16, 0));
        let (paid, open): (Vec<Debt>, Vec<Debt>) = debts.into_iter().partition(|d| d.pay_on <= date && d.share > 0);
        debts = open;
        let method =
            |d: &Debt| if d.total.currency() == Currency::CNY { customers[d.customer].buyer.method } else { "" };
        let is_silent = |d: &Debt| day + SILENT_DAYS >= DAYS && method(d) == "bank_transfer";
        let (silent, paid): (Vec<Debt>, Vec<Debt>) = paid.into_iter().partition(is_silent);
        for debt in silent {
            let (payer, minor) = (customers[debt.customer].buyer.name, debt.paid()?.minor());
            unheard.push(Unheard { on: date, payer, invoice: debt.invoice, minor });
        }
        let payments = paid.iter().enumerate().map(|(i, d)| pay(client, d, &customers[d.customer], date, day, i));
        try_join_all(payments).await?;
        let is_at_the_bank = |d: &&Debt| method(d) == "bank_transfer" || method(d) == "cheque" && is_cleared(day);
        for debt in paid.iter().filter(is_at_the_bank) {
            bank.paid(date, debt.paid()?.minor(), customers[debt.customer].buyer.name, &debt.reference);
        }
        if (day + 1) % STATEMENT_DAYS == 0 {
            bank.charges(date, -3_000, "账户管理费");
            statements.push(bank.tell(client).await?);
        }
    }
    settle_some_stories(client, clock, today, &debts, &customers).await?;
    let yesterday = plus_days(today, -1);
    bank.paid(yesterday, ADVANCE_MINOR, customers[ADVANCES].buyer.name, ADVANCE);
    bank.charges(yesterday, 4_217, "结息");
    bank.bought(yesterday, 68_000, "示例办公用品商店", "办公用品");
    bank.hear(client, unheard).await?;
    clock.stand_at(at(yesterday, 18, 0));
    bank.tell(client).await?;
    if let Some(first) = statements.first() {
        client.post(&format!("/statements/{first}/close"), "demo-close", &json!({})).await?;
    }
    clock.run();
    Ok(customers[0].id.clone())
}

/// Tax codes and items; returns the items' ids.
async fn set_up(client: &Client, first: Date) -> Result<Vec<String>, Failure> {
    for (code, zh, en, rate) in TAXES {
        let body = json!({ "code": code, "name": { "zh-CN": zh, "en": en }, "rate": rate, "inclusive": false });
        client.post("/tax-codes", &format!("demo-tax-{code}"), &body).await?;
    }
    set_rates(client, first, first).await?;
    let mut ids = Vec::new();
    for item in &ITEMS {
        let body = json!({
            "code": item.code, "name": { "zh-CN": item.zh, "en": item.en }, "unit": item.unit,
            "price": { "currency": "CNY", "amount": item.price }, "tax_code": item.tax,
        });
        let made = client.post("/items", &format!("demo-item-{}", item.code), &body).await?;
        ids.push(text(&made, "/id"));
    }
    Ok(ids)
}

async fn take_up(client: &Client) -> Result<Vec<Known>, Failure> {
    let mut known = Vec::new();
    for (number, buyer) in BUYERS.iter().enumerate() {
        known.push(Known { id: take_in(client, number, buyer).await?, buyer });
    }
    Ok(known)
}

/// A customer; returns its id.
async fn take_in(client: &Client, number: usize, buyer: &Buyer) -> Result<String, Failure> {
    let locale = if buyer.country == "CN" { "zh-CN" } else { "en" };
    let mut body = json!({
        "name": buyer.name, "kind": "company", "country": buyer.country, "currency": buyer.currency,
        "email": format!("ap{number}@example.com"), "locale": locale, "payment_terms_days": buyer.terms_days,
    });
    if !buyer.limit.is_empty() {
        body["credit_limit"] = json!({ "currency": buyer.currency, "amount": buyer.limit });
    }
    let made = client.post("/customers", &format!("demo-customer-{number}"), &body).await?;
    Ok(text(&made, "/id"))
}

/// Rates change with the month.
async fn set_rates(client: &Client, date: Date, first: Date) -> Result<(), Failure> {
    let months =
        (i32::from(date.year()) - i32::from(first.year())) * 12 + i32::from(date.month()) - i32::from(first.month());
    if date != first && date.day() != 1 {
        return Ok(());
    }
    for (currency, rates) in RATES {
        let rate = rates[usize::try_from(months).unwrap_or(0).min(rates.len() - 1)];
        let body = json!({ "base": currency, "quote": "CNY", "rate": rate, "valid_from": date.to_string() });
        client.post("/exchange-rates", &format!("demo-rate-{currency}-{date}"), &body).await?;
    }
    Ok(())
}

/// A new order: its number in the story, the customer, the body.
fn order(dice: &mut Dice, number: u64, customers: &[Known], items: &[String]) -> (u64, usize, Value) {
    let customer = usize::try_from(dice.below(u64::try_from(customers.len()).unwrap_or(1))).unwrap_or(0);
    let buyer = customers[customer].buyer;
    let domestic = buyer.country == "CN";
    let mut lines: Vec<Value> = Vec::new();
    for _ in 0..=dice.below(4) {
        let index = usize::try_from(dice.below(ITEMS.len() as u64)).unwrap_or(0);
        let item = &ITEMS[index];
        let mut line = json!({ "item": items[index], "quantity": (1 + dice.below(item.lot_max)).to_string() });
        if !domestic {
            let column = match buyer.currency {
                "EUR" => 0,
                "USD" => 1,
                _ => 2,
            };
            line["unit_price"] = json!({ "currency": buyer.currency, "amount": item.abroad[column] });
            line["tax_code"] = json!("VAT0");
        }
        if dice.percent(15) {
            line["discount"] = json!({ "percent": "5" });
        }
        lines.push(line);
    }
    let mut body = json!({ "customer": customers[customer].id, "currency": buyer.currency, "lines": lines });
    if domestic && dice.percent(40) {
        body["fees"] =
            json!([{ "description": "运费", "amount": { "currency": "CNY", "amount": "50.00" }, "tax_code": "VAT9" }]);
    }
    (number, customer, body)
}

/// An issued invoice: its id, customer, and total.
struct Issued {
    number: u64,
    invoice: String,
    customer: usize,
    total: Value,
}

/// Orders and submits; `None` when the order waits on hold.
async fn submit(client: &Client, number: u64, customer: usize, body: Value) -> Result<Option<Issued>, Failure> {
    let order = client.post("/orders", &format!("demo-order-{number}"), &body).await?;
    // The last few stay drafts, so that there is something to submit.
    if number + 3 >= ORDERS {
        return Ok(None);
    }
    let path = format!("/orders/{}/submit", text(&order, "/id"));
    let answer = client.post(&path, &format!("demo-submit-{number}"), &json!({})).await?;
    let invoice = text(&answer, "/invoice");
    if invoice.is_empty() {
        return Ok(None);
    }
    let total = order.pointer("/total").cloned().unwrap_or_default();
    Ok(Some(Issued { number, invoice, customer, total }))
}

/// When and how much of an invoice will be paid.
fn debt(dice: &mut Dice, issued: Issued, customers: &[Known], date: Date) -> Result<Debt, Failure> {
    let buyer = customers[issued.customer].buyer;
    let late = !dice.percent(buyer.punctual);
    let terms = u64::try_from(buyer.terms_days).unwrap_or(0);
    let wait = if late { terms + 3 + dice.below(45) } else { terms.saturating_sub(dice.below(terms.max(2))) };
    let share = match dice.below(100) {
        0..4 => 0,
        4..10 => 40 + i64::try_from(dice.below(40)).unwrap_or(0),
        10..13 => 103,
        _ => 100,
    };
    let currency = Currency::parse(&text(&issued.total, "/currency")).map_err(|error| broken(&error))?;
    let total = Money::parse(&text(&issued.total, "/amount"), currency).map_err(|error| broken(&error))?;
    Ok(Debt {
        invoice: issued.invoice,
        customer: issued.customer,
        total,
        pay_on: plus_days(date, i32::try_from(wait).unwrap_or(0)),
        share,
        reference: format!("{:08}", 26_000_000 + issued.number * 37 + dice.below(30)),
    })
}

/// A payment; what exceeds the invoice stays as the customer's credit.
async fn pay(client: &Client, debt: &Debt, known: &Known, date: Date, day: i32, index: usize) -> Result<(), Failure> {
    let amount = debt.paid()?;
    let allocated = Money::new(amount.minor().min(debt.total.minor()), amount.currency());
    let body = json!({
        "customer": known.id, "method": known.buyer.method,
        "amount": { "currency": debt.total.currency().code(), "amount": amount.amount() },
        "received_on": date.to_string(), "reference": debt.reference,
        "allocations": [{ "invoice": debt.invoice, "amount": { "currency": debt.total.currency().code(), "amount": allocated.amount() } }],
    });
    let answer = client.post("/payments", &format!("demo-payment-{day}-{index}"), &body).await?;
    if known.buyer.method == "cheque" && is_cleared(day) {
        let id = text(&answer, "/id");
        for step in ["deposit", "clear"] {
            let path = format!("/payments/{id}/cheque/{step}");
            client.post(&path, &format!("demo-cheque-{day}-{index}-{step}"), &json!({})).await?;
        }
    }
    Ok(())
}

/// A few things that every company meets: a credit note, an advance.
async fn settle_some_stories(
    client: &Client,
    clock: &StoryClock,
    today: Date,
    debts: &[Debt],
    customers: &[Known],
) -> Result<(), Failure> {
    let yesterday = plus_days(today, -1);
    clock.stand_at(at(yesterday, 17, 0));
    if let Some(debt) = debts.iter().find(|d| d.share == 0) {
        let body =
            json!({ "reason": "短装退货", "amount": { "currency": debt.total.currency().code(), "amount": "100.00" } });
        let path = format!("/invoices/{}/credit-notes", debt.invoice);
        client.post(&path, "demo-credit-note", &body).await?;
    }
    let body = json!({
        "customer": customers[ADVANCES].id, "method": "bank_transfer",
        "amount": { "currency": "CNY", "amount": Money::new(ADVANCE_MINOR, Currency::CNY).amount() },
        "received_on": yesterday.to_string(), "reference": ADVANCE,
    });
    client.post("/payments", "demo-advance", &body).await?;
    sell_abroad(client, yesterday).await
}

/// Invoices in currencies that do not come out even, paid in part.
async fn sell_abroad(client: &Client, date: Date) -> Result<(), Failure> {
    let rate = json!({ "base": "KWD", "quote": "CNY", "rate": RATE_KWD, "valid_from": date.to_string() });
    client.post("/exchange-rates", "demo-rate-KWD", &rate).await?;
    for (number, (buyer, sales)) in ABROAD.iter().enumerate() {
        let customer = take_in(client, BUYERS.len() + number, buyer).await?;
        let money = |amount: &str| json!({ "currency": buyer.currency, "amount": amount });
        for (sale, (price, part)) in sales.iter().enumerate() {
            let once = |what: &str| format!("demo-abroad-{what}-{number}-{sale}");
            let line = json!({
                "description": "温度传感器(境内交付)", "quantity": "1", "unit_price": money(price), "tax_code": "VAT13",
            });
            let order = json!({ "customer": customer, "currency": buyer.currency, "lines": [line] });
            let order = client.post("/orders", &once("order"), &order).await?;
            let path = format!("/orders/{}/submit", text(&order, "/id"));
            let submitted = client.post(&path, &once("submit"), &json!({})).await?;
            let payment = json!({
                "customer": customer, "method": buyer.method, "amount": money(part), "received_on": date.to_string(),
                "allocations": [{ "invoice": text(&submitted, "/invoice"), "amount": money(part) }],
            });
            client.post("/payments", &once("payment"), &payment).await?;
        }
    }
    Ok(())
}

fn plus_days(date: Date, days: i32) -> Date {
    date.checked_add(jiff::Span::new().days(days)).unwrap_or(date)
}

/// An hour of a day in the company's zone.
fn at(date: Date, hour: i8, minute: i8) -> Timestamp {
    let local = jiff::tz::TimeZone::UTC.to_timestamp(date.at(hour, minute, 0, 0));
    local.map_or(Timestamp::UNIX_EPOCH, |utc| utc - ZONE)
}
