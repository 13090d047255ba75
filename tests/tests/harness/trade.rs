//! What every story trades with: a customer, something to sell, invoices of a wanted amount, money that comes in.

use super::{Reply, TestApp};
use serde_json::{Value, json};

/// An amount on the wire.
pub fn money(currency: &str, amount: &str) -> Value {
    json!({ "currency": currency, "amount": amount })
}

pub fn cny(amount: &str) -> Value {
    money("CNY", amount)
}

/// The amount's digits without the point; nothing counts as zero.
pub fn minor(money: &Value) -> i64 {
    money["amount"].as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
}

/// The text at a pointer.
#[track_caller]
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}

impl TestApp {
    /// A company that is invoiced in CNY, within thirty days, without a limit.
    pub async fn customer(&self, name: &str) -> String {
        self.customer_with(json!({ "name": name })).await
    }

    /// A company, with what is told different.
    pub async fn customer_with(&self, told: Value) -> String {
        let mut body = json!({
            "name": "上海远航贸易有限公司", "kind": "company", "country": "CN", "currency": "CNY",
            "email": "ap@example.com", "locale": "zh-CN", "payment_terms_days": 30,
        });
        for (name, value) in told.as_object().unwrap() {
            body[name] = value.clone();
        }
        text(&self.api.post("/customers", &body).await.expect(201), "/id")
    }

    /// VAT13, VAT9 and VAT0, and the item of the main job; gives the item.
    pub async fn goods(&self) -> String {
        for (code, rate) in [("VAT13", "13"), ("VAT9", "9"), ("VAT0", "0")] {
            let body = json!({ "code": code, "name": format!("增值税 {rate}%"), "rate": rate, "inclusive": false });
            self.api.post("/tax-codes", &body).await.expect(201);
        }
        let body = json!({
            "code": "A-100", "name": { "zh-CN": "传感器", "en": "Sensor" }, "unit": "pcs",
            "price": cny("199.90"), "tax_code": "VAT13",
        });
        text(&self.api.post("/items", &body).await.expect(201), "/id")
    }

    /// An order that is still a draft.
    pub async fn order(&self, customer: &str, currency: &str, lines: Value) -> Value {
        let body = json!({ "customer": customer, "currency": currency, "lines": lines });
        self.api.post("/orders", &body).await.expect(201)
    }

    /// The order of the main job: 732.16 in all.
    pub async fn main_order(&self, customer: &str, item: &str) -> Value {
        let lines = json!([
            { "item": item, "quantity": "3" },
            { "description": "Freight", "quantity": "1", "unit_price": cny("50.00"), "tax_code": "VAT9" },
        ]);
        self.order(customer, "CNY", lines).await
    }

    pub async fn submit(&self, order: &Value) -> Reply {
        self.api.post(&format!("/orders/{}/submit", text(order, "/id")), &json!({})).await
    }

    /// An open invoice over exactly this amount, without tax.
    pub async fn invoice(&self, customer: &str, amount: &str) -> Value {
        self.invoice_in(customer, "CNY", amount).await
    }

    pub async fn invoice_in(&self, customer: &str, currency: &str, amount: &str) -> Value {
        let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": money(currency, amount) }]);
        let order = self.order(customer, currency, lines).await;
        let submitted = self.submit(&order).await.expect(200);
        self.invoice_by_id(&text(&submitted, "/invoice")).await
    }

    pub async fn invoice_by_id(&self, id: &str) -> Value {
        self.api.get(&format!("/invoices/{id}")).await.expect(200)
    }

    /// The invoice as it stands now.
    pub async fn again(&self, invoice: &Value) -> Value {
        self.invoice_by_id(&text(invoice, "/id")).await
    }

    /// Status and balance of an invoice as they stand now: `partially_paid 40.00`.
    pub async fn standing(&self, invoice: &Value) -> String {
        let now = self.again(invoice).await;
        format!("{} {}", text(&now, "/status"), text(&now, "/balance/amount"))
    }

    /// A bank transfer of today against invoices.
    pub async fn pay(&self, customer: &str, amount: Value, allocations: &[(&Value, &str)]) -> Reply {
        self.api.post("/payments", &payment(customer, amount, allocations)).await
    }

    /// Books as an accountant sees them: debits less credits of an account.
    pub async fn balance(&self, account: &str) -> String {
        let report = self.api.get(&format!("/reports/trial-balance?as_of={}", self.today())).await.expect(200);
        let rows = report["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["account"] == account);
        row.map_or_else(|| "0.00".to_owned(), |row| text(row, "/balance/amount"))
    }

    /// The lines of a document's journal entries, as `1122 732.16 -` (account, debit, credit), in order.
    pub async fn postings(&self, document: &Value) -> Vec<String> {
        let path = format!("/journal-entries?document={}", text(document, "/id"));
        let entries = self.api.get(&path).await.expect(200);
        let mut lines: Vec<String> = super::rows(&entries).iter().flat_map(entry_lines).collect();
        lines.sort();
        lines
    }
}

/// The body of a bank transfer of today.
pub fn payment(customer: &str, amount: Value, allocations: &[(&Value, &str)]) -> Value {
    let currency = amount["currency"].as_str().unwrap().to_owned();
    let mut body = json!({
        "customer": customer, "method": "bank_transfer", "amount": amount, "received_on": super::TODAY,
        "reference": "TT-1",
    });
    if !allocations.is_empty() {
        body["allocations"] = allocations
            .iter()
            .map(|(invoice, part)| json!({ "invoice": invoice["id"], "amount": money(&currency, part) }))
            .collect();
    }
    body
}

fn entry_lines(entry: &Value) -> Vec<String> {
    let amount = |line: &Value, side: &str| match line[side]["amount"].as_str() {
        None | Some("0.00") => "-".to_owned(),
        Some(amount) => amount.to_owned(),
    };
    let lines = entry["lines"].as_array().unwrap();
    lines.iter().map(|l| format!("{} {} {}", text(l, "/account"), amount(l, "debit"), amount(l, "credit"))).collect()
}
