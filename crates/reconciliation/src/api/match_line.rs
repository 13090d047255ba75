//! `POST /statement-lines/{id}/match`

use super::wire::{MatchInvoice, NewMatch, StatementLineView};
use crate::commands::{Answer, Beside, Paid, PostMatch, Rest, Settle};
use crate::queries;
use axum::extract::{Path, State};
use kernel::id::{CustomerId, EntryId, StatementLineId};
use kernel::{Fields, Money, Refusal};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Say what a line is: entries that are there, a customer's payment, or an account that the other side is posted to. Beside entries, a
/// `fee` or an account takes what the line differs by. Giving up more than one person may decide alone needs `invoice.write_off`.
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{id}/match", tag = "statements", request_body = NewMatch,
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 201, body = StatementLineView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn match_line(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<PostMatch, NewMatch>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let line: StatementLineId = path_id(&id)?;
    let command = read(line, value)?;
    let l = web.i18n.for_locale(context.locale);
    let answer = web.app.write_once(&context, once, command, move |tx, _| {
        let scope = tx.context().scope();
        let line = queries::line(tx.conn, &scope, line)?;
        let names = queries::names(tx.conn, &scope, [&line.proposed], [])?;
        json_body(201, &StatementLineView::new(line, &names, &l))
    });
    Ok(Kept(answer.await?))
}

fn read(line: StatementLineId, value: NewMatch) -> Result<PostMatch, Refusal> {
    let mut fields = Fields::new();
    let mut lines = vec![line];
    for (index, id) in value.lines.iter().enumerate() {
        match id.parse() {
            Ok(id) => lines.push(id),
            Err(_) => fields.note(&format!("/lines/{index}"), "not_found"),
        }
    }
    let mut entries = Vec::new();
    for (index, id) in value.entries.iter().enumerate() {
        match id.parse() {
            Ok(id) => entries.push(id),
            Err(_) => fields.note(&format!("/entries/{index}"), "not_found"),
        }
    }
    let said = Said {
        customer: customer(&mut fields, value.customer.as_deref()),
        invoices: invoices(&mut fields, &value.invoices),
        account: fields.optional_text("/account", value.account.as_deref(), 40),
        fee: value.fee.as_ref().and_then(|fee| fee.read(&mut fields, "/fee")),
        memo: fields.optional_text("/memo", value.memo.as_deref(), 200),
        entries,
    };
    let answer = said.answer(&mut fields);
    fields.finish()?;
    let answer = answer.ok_or_else(|| Refusal::field("/customer", "one_of_three"))?;
    Ok(PostMatch { lines, answer, tier: "hand", score: None, reasons: "[]".to_owned(), rule: None })
}

/// What was said of lines, field by field.
struct Said {
    entries: Vec<EntryId>,
    customer: Option<CustomerId>,
    invoices: Vec<Paid>,
    account: Option<String>,
    fee: Option<Money>,
    memo: Option<String>,
}

impl Said {
    /// What it comes to. What is said and would not be heard is noted.
    fn answer(self, fields: &mut Fields) -> Option<Answer> {
        let (has_entries, has_customer) = (!self.entries.is_empty(), self.customer.is_some());
        let mut alone = |is_said: bool, belongs: bool, pointer| {
            if is_said && !belongs {
                fields.note(pointer, "not_said_with_the_rest");
            }
        };
        alone(!self.invoices.is_empty(), has_customer && !has_entries, "/invoices");
        alone(self.fee.is_some(), has_entries && self.account.is_none(), "/fee");
        alone(self.memo.is_some(), self.account.is_some(), "/memo");
        let memo = self.memo.unwrap_or_default();
        let entries = self.entries;
        match (has_entries, self.customer, self.account, self.fee) {
            (true, None, None, None) => Some(Answer::Link(entries)),
            (true, None, None, Some(fee)) => Some(Answer::LinkBeside { entries, beside: Beside::Fee(fee) }),
            (true, None, Some(code), _) => Some(Answer::LinkBeside { entries, beside: Beside::Account { code, memo } }),
            (false, Some(customer), account, _) => {
                let rest = account.map(|code| Rest { code, memo });
                Some(Answer::Payment { customer, invoices: self.invoices, rest })
            }
            (false, None, Some(code), _) => Some(Answer::Account { code, memo }),
            _ => {
                fields.note("/customer", "one_of_three");
                None
            }
        }
    }
}

fn customer(fields: &mut Fields, id: Option<&str>) -> Option<CustomerId> {
    let parsed = id?.parse();
    if parsed.is_err() {
        fields.note("/customer", "not_found");
    }
    parsed.ok()
}

fn invoices(fields: &mut Fields, all: &[MatchInvoice]) -> Vec<Paid> {
    let mut paid = Vec::with_capacity(all.len());
    for (index, one) in all.iter().enumerate() {
        let at = |name: &str| format!("/invoices/{index}/{name}");
        let amount = one.amount.read(fields, &at("amount"));
        let settle = match (one.settle.as_deref(), &one.settle_amount) {
            (None, None) => None,
            (Some(name), Some(amount)) => {
                let amount = amount.read(fields, &at("settle_amount"));
                let settle = Settle::by_name(name);
                if settle.is_none() {
                    fields.note(&at("settle"), "not_a_choice");
                }
                settle.zip(amount)
            }
            (Some(_), None) => {
                fields.note(&at("settle_amount"), "required");
                None
            }
            (None, Some(_)) => {
                fields.note(&at("settle"), "required");
                None
            }
        };
        match (one.invoice.parse(), amount) {
            (Ok(invoice), Some(amount)) => {
                let taken = one.paid.as_ref().and_then(|money| money.read(fields, &at("paid")));
                paid.push(Paid { invoice, amount, paid: taken, settle });
            }
            (Ok(_), None) => {}
            (Err(_), _) => fields.note(&at("invoice"), "not_found"),
        }
    }
    paid
}
