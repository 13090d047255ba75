//! Who may do what: every call of the API and every page, for every role, programs without rights, and nobody.
//!
//! The tables [`api::CALLS`] and [`pages::PAGES`] say what each asks for; what the roles then may is the policies'. A call or
//! page that is not in its table fails the tests, and so does a line of a table that nothing serves.

mod api;
mod foreign;
mod pages;

use crate::harness::trade::text;
use crate::harness::{TestApp, cny};
use kernel::{Actor, Permission};
use policy::Policies;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// What the policies say.
fn permits(actor: &Actor, permission: Permission) -> bool {
    static POLICIES: OnceLock<Policies> = OnceLock::new();
    POLICIES.get_or_init(|| Policies::load().unwrap()).permits(actor, permission)
}

/// One of each thing, so that every address leads somewhere.
struct World {
    customer: String,

    item: String,
    order: Value,
    draft_order: Value,
    invoice: Value,
    payment: Value,
    credit_note: Value,
    entry: String,
    period: String,
    user: String,
}

impl World {
    async fn of(app: &TestApp, customer: &str, item: &str) -> World {
        let lines = json!([{ "item": item, "quantity": "2" }]);
        let order = app.order(customer, "CNY", lines.clone()).await;
        let submitted = app.submit(&order).await.expect(200);
        let invoice = app.invoice_by_id(&text(&submitted, "/invoice")).await;
        let payment = app.pay(customer, cny("10.00"), &[(&invoice, "5.00")]).await.expect(201);
        let path = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
        let credit_note = app.api.post(&path, &json!({ "reason": "x", "amount": cny("1.00") })).await.expect(201);
        let entries = app.api.get("/journal-entries?limit=1").await.expect(200);
        let periods = app.api.get("/periods").await.expect(200);
        let users = app.api.get("/users").await.expect(200);
        World {
            customer: customer.to_owned(),

            item: item.to_owned(),
            draft_order: app.order(customer, "CNY", lines).await,
            order,
            invoice,
            payment,
            credit_note,
            entry: text(&entries, "/data/0/id"),
            period: text(&periods, "/data/0/id"),
            user: text(&users, "/data/0/id"),
        }
    }

    /// The address with ids of this world in it. What has none of its own gets one that names nothing.
    fn address(&self, pattern: &str) -> String {
        const NOBODYS: &str = "01h455vb4pex5vsknk084sn02q";
        let id = |value: &Value| text(value, "/id");
        let code = if pattern.contains("accounts") { "1122" } else { "VAT13" };
        let file = if pattern.contains("statement") { "statement.html" } else { "document.html" };
        let pattern = pattern.replace("{kind}", "customers");
        let pattern = pattern.replace("{contact}", &format!("con_{NOBODYS}"));
        let pattern = pattern.replace("{address}", &format!("adr_{NOBODYS}"));
        let pattern = pattern.replace("{code}", code).replace("{file}", file).replace("{step}", "deposit");
        let pattern = pattern.replace("{day}", "2026-11-22");
        let room = pattern.split("/{").next().and_then(|before| before.rsplit('/').next()).unwrap_or("");
        let id = match room {
            "customers" => self.customer.clone(),
            "items" => self.item.clone(),
            "orders" if pattern.ends_with("submit") || pattern.ends_with("edit") => id(&self.draft_order),
            "orders" => id(&self.order),
            "invoices" => id(&self.invoice),
            "payments" => id(&self.payment),
            "credit-notes" => id(&self.credit_note),
            "journal-entries" | "journal" | "entries" => self.entry.clone(),
            "periods" => self.period.clone(),
            "users" => self.user.clone(),
            "checkouts" => format!("ckt_{NOBODYS}"),
            "api-keys" => format!("key_{NOBODYS}"),
            "jobs" => format!("job_{NOBODYS}"),
            "mails" => format!("mai_{NOBODYS}"),
            "proof" => format!("aud_{NOBODYS}"),
            "refunds" => format!("ref_{NOBODYS}"),
            "disputes" => format!("dsp_{NOBODYS}"),
            "differences" => format!("bdf_{NOBODYS}"),
            "gateways" | "bills" => format!("gwc_{NOBODYS}"),
            "general-ledger" => "1122".to_owned(),
            "pay" => text(&self.invoice, "/pay_url").rsplit('/').next().unwrap().to_owned(),
            _ => "none".to_owned(),
        };
        match pattern.split_once('{') {
            None => pattern,
            Some((before, rest)) => format!("{before}{id}{}", rest.split_once('}').unwrap().1),
        }
    }
}

/// Lines of a table: words, separated by spaces.
fn lines(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|words| !words.is_empty()).collect()
}
