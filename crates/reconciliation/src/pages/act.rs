//! What is done with a line at the bench. Each form leads to the next line that is left.

use super::asked::Asked;
use super::bench;
use crate::commands::{Answer, Beside, NoteLine, Paid, PostMatch, Rest, SetAside, Settle, Unmatch, renamed};
use crate::desk::{self, Taken};
use crate::queries;
use ::store::{Command, Error, Once, Tx};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{StatementId, StatementLineId, UserId};
use kernel::{Currency, Fields, Permission, Refusal};
use std::collections::HashMap;
use web::format::ungrouped;
use web::session::Visit;
use web::wire::path_id;
use web::{Fail, KeyedForm, Web, Went};

type Form = KeyedForm<HashMap<String, String>>;

/// A form about a line, before it is read.
struct Act {
    visit: Visit,
    once: Once,
    value: HashMap<String, String>,
    pairs: Vec<(String, String)>,
    line: queries::Line,
    currency: Currency,
    asked: Asked,
    /// What the command and the form call otherwise: the command's pointer, and the form's.
    names: Vec<(String, String)>,
}

/// Where the person is led.
#[derive(Clone, Copy)]
enum Then {
    /// To the next line that is left.
    Next,
    /// To the same line.
    Here,
}

impl Act {
    /// Who may match is let in; `way` is the part of the page that the form stands in.
    async fn begin(web: &Web, id: &str, form: Form, way: &str) -> Result<Act, Fail> {
        let KeyedForm { visit, once, value, pairs } = form;
        web.app.authorise(&visit.context.actor, Permission::StatementMatch)?;
        let id: StatementLineId = path_id(id)?;
        let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
            let line = queries::line(conn, scope, id)?;
            let currency = queries::statement(conn, scope, line.statement)?.currency;
            Ok((line, currency))
        };
        let (line, currency) = web.app.read(&visit.context, Permission::StatementMatch, read).await?;
        let mut asked = Asked::read(value.get("at").map_or("", String::as_str));
        asked.line = line.id.to_string();
        asked.customer = value.get("/customer").cloned().unwrap_or_default();
        way.clone_into(&mut asked.hand);
        Ok(Act { visit, once, value, pairs, line, currency, asked, names: Vec::new() })
    }

    fn field(&self, name: &str) -> &str {
        self.value.get(name).map_or("", |value| value.trim())
    }

    /// The line, and those that are taken together with it.
    fn lines(&self) -> Vec<StatementLineId> {
        let mut lines = vec![self.line.id];
        let marked = self.asked.taken_with(&self.asked.line);
        for line in marked.iter().filter_map(|id| id.parse().ok()) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Does it, or shows the bench with what was typed and why not.
    async fn finish<C: Command>(
        self,
        web: &Web,
        command: Result<C, Refusal>,
        (done, then): (&'static str, Then),
    ) -> Result<Response, Fail> {
        let Act { mut visit, once, pairs, line, currency, asked, names, .. } = self;
        let (statement, of) = (line.statement, line.id);
        let at = asked.clone();
        let went =
            move |tx: &mut Tx<'_>, _| Ok((303, next(tx, &at, statement, of, currency, (done, then))?.into_bytes()));
        let result = match command {
            Err(refusal) => Err(refusal.into()),
            Ok(command) => {
                let answer = web.app.write_once(&visit.context, Once { keep: true, ..once }, command, went).await;
                answer.map_err(|error| renamed(error, &names))
            }
        };
        match result {
            Ok(answer) => Ok(Went(answer).into_response()),
            Err(error) => {
                let refusal = shown(error)?;
                let view = &mut visit.view;
                view.refused(&refusal);
                view.path = format!("/statements/{statement}");
                view.query = asked.query(&of.to_string());
                let page = bench::page(web, visit, statement, asked, pairs).await?;
                Ok(page.with_status(refusal.status()).into_response())
            }
        }
    }
}

/// What is shown beside what was typed: that somebody else has to give up so much, too, for there is less to be typed instead.
fn shown(error: Error) -> Result<Refusal, Error> {
    match error {
        Error::Refused(refusal) if refusal.code == "write_off_not_allowed" => Ok(*refusal),
        other => other.for_form(),
    }
}

/// The address of the bench once a line is dealt with.
fn next(
    tx: &mut Tx<'_>,
    asked: &Asked,
    statement: StatementId,
    of: StatementLineId,
    currency: Currency,
    (done, then): (&str, Then),
) -> Result<String, Error> {
    let scope = tx.context().scope();
    let line = match then {
        Then::Here => Some(of),
        Then::Next => {
            let waiting: Vec<_> = match asked.state.as_str() {
                "asked" => desk::asked_lines(tx.conn, &scope, statement)?.into_iter().map(|(line, _)| line).collect(),
                _ => Vec::new(),
            };
            desk::next(tx.conn, &scope, statement, &asked.filter(currency, &waiting), of)?
        }
    };
    let left = match then {
        Then::Here => asked.clone(),
        // Marks of lines that were not taken stand.
        Then::Next if asked.is_marked(&asked.line) => Asked { with: Vec::new(), ..asked.clone() },
        Then::Next => asked.clone(),
    };
    let to = left.link(statement, &line.map(|line| line.to_string()).unwrap_or_default());
    let glue = if to.contains('?') { '&' } else { '?' };
    let was = match then {
        Then::Here => String::new(),
        Then::Next => format!("&was={of}"),
    };
    Ok(format!("{to}{glue}done={done}{was}"))
}

fn by_hand(lines: Vec<StatementLineId>, answer: Answer) -> PostMatch {
    PostMatch { lines, answer, tier: "hand", score: None, reasons: "[]".to_owned(), rule: None }
}

/// A candidate is right.
pub async fn take(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "").await?;
    let nth = act.field("candidate").parse().unwrap_or(usize::MAX);
    match desk::taken(&act.line, nth, true) {
        Ok(Taken::Match(command)) => act.finish(&web, Ok(command), ("line-matched", Then::Next)).await,
        Ok(Taken::Aside(command)) => act.finish(&web, Ok(command), ("line-set-aside", Then::Next)).await,
        Err(refusal) => act.finish::<PostMatch>(&web, Err(refusal), ("line-matched", Then::Next)).await,
    }
}

/// A customer's payment, and what of it is for which invoice.
pub async fn pay(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let mut act = Act::begin(&web, &id, form, "pay").await?;
    let mut fields = Fields::new();
    let (rows, invoices): (Vec<String>, Vec<Paid>) =
        invoices(&mut fields, &act.pairs, act.currency).into_iter().unzip();
    act.names = (0..).zip(rows).map(|(place, row): (usize, _)| (format!("/invoices/{place}"), row)).collect();
    act.names.extend(["/account", "/memo"].map(|name| (name.to_owned(), format!("/left{name}"))));
    let memo = fields.optional_text("/left/memo", Some(act.field("/left/memo")), 200).unwrap_or_default();
    let code = Some(act.field("/left/account").to_owned()).filter(|code| !code.is_empty());
    let rest = code.map(|code| Rest { code, memo });
    let customer = act.field("/customer").parse();
    if customer.is_err() {
        fields.note("/customer", "required");
    }
    let command = fields.finish().and_then(|()| {
        let customer = customer.map_err(|_| Refusal::field("/customer", "required"))?;
        Ok(by_hand(act.lines(), Answer::Payment { customer, invoices, rest }))
    });
    act.finish(&web, command, ("line-matched", Then::Next)).await
}

/// What is typed for each invoice, with what the form calls its row; rows without an amount are left out.
fn invoices(fields: &mut Fields, pairs: &[(String, String)], currency: Currency) -> Vec<(String, Paid)> {
    let mut paid = Vec::new();
    for (name, id) in pairs {
        let Some(start) = name.strip_suffix("/invoice") else { continue };
        let field = |rest: &str| {
            let pair = pairs.iter().find(|(own, _)| own.strip_prefix(start).is_some_and(|end| end == rest));
            pair.map(|(_, typed)| typed.trim()).filter(|typed| !typed.is_empty())
        };
        let Some(amount) = field("/amount") else {
            if field("/settle_amount").is_some() {
                fields.note(&format!("{start}/amount"), "required");
            }
            continue;
        };
        let amount = fields.money(&format!("{start}/amount"), &ungrouped(amount), currency);
        let settle = match (field("/settle"), field("/settle_amount")) {
            (None, None) => None,
            (Some(name), Some(less)) => {
                let less = fields.money(&format!("{start}/settle_amount"), &ungrouped(less), currency);
                let settle = Settle::by_name(name);
                if settle.is_none() {
                    fields.note(&format!("{start}/settle"), "not_a_choice");
                }
                settle.map(|settle| (settle, less))
            }
            (Some(_), None) => {
                fields.note(&format!("{start}/settle_amount"), "required");
                None
            }
            (None, Some(_)) => {
                fields.note(&format!("{start}/settle"), "required");
                None
            }
        };
        match id.parse() {
            Ok(invoice) => paid.push((start.to_owned(), Paid { invoice, amount, paid: None, settle })),
            Err(_) => fields.note(&format!("{start}/amount"), "not_found"),
        }
    }
    paid
}

/// Entries that are there.
pub async fn link(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let mut act = Act::begin(&web, &id, form, "link").await?;
    act.asked.entry = act.field("entry").to_owned();
    let named = act.pairs.iter().filter(|(name, _)| name == "/entries");
    let entries: Vec<_> = named.filter_map(|(_, id)| id.parse().ok()).collect();
    let mut fields = Fields::new();
    if entries.is_empty() {
        fields.note("/entries", "required");
    }
    let beside = beside(&mut fields, &act);
    act.names = ["/account", "/memo"].map(|name| (name.to_owned(), format!("/rest{name}"))).into();
    let command = fields.finish().map(|()| {
        let answer = match beside {
            None => Answer::Link(entries),
            Some(beside) => Answer::LinkBeside { entries, beside },
        };
        by_hand(act.lines(), answer)
    });
    act.finish(&web, command, ("line-matched", Then::Next)).await
}

/// What was typed of what entries and lines differ by: a fee, or an account for the rest.
fn beside(fields: &mut Fields, act: &Act) -> Option<Beside> {
    let memo = fields.optional_text("/rest/memo", Some(act.field("/rest/memo")), 200);
    match (act.field("/fee"), act.field("/rest/account")) {
        ("", "") => {
            if memo.is_some() {
                fields.note("/rest/account", "required");
            }
            None
        }
        (fee, "") => Some(Beside::Fee(fields.money("/fee", fee, act.currency))),
        ("", code) => Some(Beside::Account { code: code.to_owned(), memo: memo.unwrap_or_default() }),
        _ => {
            fields.note("/fee", "not_said_with_the_rest");
            None
        }
    }
}

/// The other side is on an account.
pub async fn post(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "post").await?;
    let mut fields = Fields::new();
    let code = fields.text("/account", act.field("/account"), 1, 40);
    let memo = fields.optional_text("/memo", Some(act.field("/memo")), 200).unwrap_or_default();
    let command = fields.finish().map(|()| by_hand(act.lines(), Answer::Account { code, memo }));
    act.finish(&web, command, ("line-matched", Then::Next)).await
}

pub async fn set_aside(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "aside").await?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", act.field("/reason"), 1, 200);
    let command = fields.finish().map(|()| SetAside { lines: act.lines(), aside: true, reason, by_rule: None });
    act.finish(&web, command, ("line-set-aside", Then::Next)).await
}

pub async fn take_up(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "").await?;
    let command = Ok(SetAside { lines: vec![act.line.id], aside: false, reason: String::new(), by_rule: None });
    act.finish(&web, command, ("line-taken-up", Then::Here)).await
}

pub async fn unmatch(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "undo").await?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", act.field("/reason"), 1, 200);
    let command = fields.finish().map(|()| Unmatch { line: act.line.id, reason });
    act.finish(&web, command, ("line-unmatched", Then::Here)).await
}

/// A note, and whom it asks.
pub async fn note(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    let act = Act::begin(&web, &id, form, "note").await?;
    let mut fields = Fields::new();
    let text = fields.text("/text", act.field("/text"), 1, 2000);
    let asked = match act.field("/asked") {
        "" => None,
        id => id.parse::<UserId>().map_err(|_| fields.note("/asked", "no_colleague")).ok(),
    };
    let done = if asked.is_some() { "line-asked" } else { "line-noted" };
    let command = fields.finish().map(|()| NoteLine { line: act.line.id, text, asked });
    act.finish(&web, command, (done, Then::Here)).await
}
