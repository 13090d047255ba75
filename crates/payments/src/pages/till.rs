//! Tills at the desk: what lies there by the books, what moved since the last count, and the form to count. A count is checked
//! first, so that whoever counts sees the difference before it is posted.

use crate::CountTill;
use crate::rules::till::faces;
use crate::rules::till_input::{CountData, CountInput, check_count};
use crate::till::{self, Since, Till, TillCount};
use ::store::{Conn, Error, Once};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Date, Money, Permission, Refusal, Scope};
use ledger::queries::Moved;
use std::collections::HashMap;
use web::session::Desk;
use web::view::{Pager, part};
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// How the counted sum stands to the books, as it would be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Preview {
    counted: Money,
    expected: Money,
    difference: Money,
}

/// A line of the form: a face value, what was typed, and what that comes to.
struct Face {
    face: Money,
    number: String,
    sum: Option<Money>,
}

#[derive(Template)]
#[template(path = "payments/till.html")]
struct Show {
    v: View,
    tills: Vec<Till>,
    /// Which of them is shown.
    at: usize,
    since: Since,
    counts: Vec<TillCount>,
    /// Names of people and keys by the trail's name for them.
    names: HashMap<String, String>,
    form: CountInput,
    preview: Option<Preview>,
    pager: Pager,
}

impl Show {
    fn till(&self) -> &Till {
        &self.tills[self.at]
    }

    fn link(&self, till: &Till) -> String {
        link(&till.account, till.currency())
    }

    fn faces(&self) -> Vec<Face> {
        let currency = self.till().currency();
        let typed = |at: usize| self.form.piles.get(at).map(|(.., number)| number.clone()).unwrap_or_default();
        let face = |(at, minor): (usize, &i64)| {
            let number = typed(at);
            let count = number.trim().parse::<i64>().ok().filter(|_| self.preview.is_some());
            let sum = count.and_then(|count| minor.checked_mul(count)).map(|minor| Money::new(minor, currency));
            Face { face: Money::new(*minor, currency), number, sum }
        };
        faces(currency).iter().enumerate().map(face).collect()
    }

    fn pointer(&self, index: &usize) -> String {
        format!("/denominations/{index}/number")
    }

    fn has_faces(&self) -> bool {
        !faces(self.till().currency()).is_empty()
    }

    fn sum_hint(&self) -> String {
        if self.has_faces() { self.v.t("till-sum-hint") } else { String::new() }
    }

    /// A difference wants a reason; a count that agrees may have a note.
    fn note_hint(&self) -> String {
        let agrees = self.preview.is_some_and(|seen| seen.difference.is_zero());
        if agrees { String::new() } else { self.v.t("till-why-hint") }
    }

    fn who(&self, count: &TillCount) -> &str {
        self.names.get(&count.by).map_or("", String::as_str)
    }

    /// What a movement was, in words.
    fn what(&self, moved: &Moved) -> String {
        let kind = self.v.t(&format!("entry-kind-{}", moved.kind.name().replace('_', "-")));
        if moved.memo.is_empty() { kind } else { format!("{kind} · {}", moved.memo) }
    }

    /// Its page: of the payment, else of the entry for who may see the journal.
    fn page_of(&self, moved: &Moved) -> String {
        match moved.document {
            Some(document) if document.prefix() == "pay" => format!("/payments/{document}"),
            _ if self.v.may(Permission::LedgerRead) => format!("/entries/{}", moved.entry),
            _ => String::new(),
        }
    }

    /// Whether it was recorded for a day that was counted already.
    fn is_late(&self, moved: &Moved) -> bool {
        self.till().last.as_ref().is_some_and(|last| moved.on <= last.on)
    }
}

/// The page of a till.
pub(super) fn link(account: &str, currency: Currency) -> String {
    format!("/payments/till?account={account}&currency={currency}")
}

/// A form with nothing typed yet.
fn blank(till: &Till, today: Date) -> CountInput {
    CountInput {
        account: till.account.clone(),
        currency: till.currency().code().to_owned(),
        on: today.to_string(),
        ..CountInput::default()
    }
}

/// Which of the tills is meant; the first where none is named, or one that is not there.
pub(super) fn chosen(tills: &[Till], account: &str, currency: &str) -> Option<usize> {
    let is_meant = |till: &Till| till.account == account && (currency.is_empty() || till.currency().code() == currency);
    tills.iter().position(is_meant).or(if tills.is_empty() { None } else { Some(0) })
}

/// What the books have in a till at the end of a day.
fn expected(conn: &mut Conn, scope: &Scope, account: &str, counted: Money, on: Date) -> Result<Preview, Error> {
    let held = ledger::queries::held(conn, scope, account, on)?.into_iter().map(|held| held.by_then);
    let currency = counted.currency();
    let expected = held.into_iter().find(|held| held.currency() == currency).unwrap_or_else(|| Money::zero(currency));
    Ok(Preview { counted, expected, difference: counted.minus(expected)? })
}

/// The page, with a count that was looked at where there is one.
async fn page(web: &Web, visit: Visit, form: Option<CountInput>, data: Option<CountData>) -> Result<Page<Show>, Fail> {
    let mut v = visit.view;
    let (part, today, locale) = (part(&v.query, &[])?, v.today, v.l.locale());
    let asked = match &form {
        Some(form) => (form.account.clone(), form.currency.clone()),
        None => (v.asked("account"), v.asked("currency")),
    };
    let read = part.clone();
    let (tills, at, since, mut counts, names, preview) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let tills = till::tills(conn, scope, locale, today)?;
            let at = chosen(&tills, &asked.0, &asked.1).ok_or_else(|| Refusal::not_found("till_not_found"))?;
            let one = &tills[at];
            let since = till::since(conn, scope, one, today)?;
            let counts = till::counts(conn, scope, (Some(&one.account), Some(one.currency())), &read)?;
            let actors = counts.iter().map(|count| count.by.as_str());
            let actors = actors.chain(one.last.as_ref().map(|last| last.by.as_str()));
            let names = identity::queries::actor_names(conn, scope.organisation(), actors)?;
            let preview = data.map(|data| expected(conn, scope, &one.account, data.counted, data.on)).transpose()?;
            Ok((tills, at, since, counts, names, preview))
        })
        .await?;
    v.room = Some("/payments");
    let pager = Pager::by_id(&v, &part, &mut counts, |count| count.id);
    let form = form.unwrap_or_else(|| blank(&tills[at], today));
    Ok(Page::new(Show { v, tills, at, since, counts, names, form, preview, pager }))
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, None, None).await
}

/// The form as it was typed, and the sums that whoever typed it had been shown.
fn read(pairs: &[(String, String)]) -> (CountInput, Option<String>) {
    let find = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let field = |name: &str| find(name).unwrap_or_default();
    let currency = field("/amount/currency");
    let own = Currency::parse(&currency).ok();
    let piles = own.map(faces).unwrap_or_default().iter().zip(own.into_iter().cycle()).enumerate();
    let pile = |(at, (minor, currency)): (usize, (&i64, Currency))| {
        let number = field(&format!("/denominations/{at}/number"));
        (currency.code().to_owned(), Money::new(*minor, currency).amount(), number)
    };
    let input = CountInput {
        account: field("/account"),
        amount: field("/amount/amount"),
        on: field("/on"),
        piles: piles.map(pile).collect(),
        note: field("/note"),
        expected: find("/expected/amount").map(|amount| (currency.clone(), amount)),
        currency,
    };
    (input, find("counted"))
}

/// Shows how a count stands to the books; posts it once that was seen.
pub async fn count(State(web): State<Web>, request: KeyedForm<HashMap<String, String>>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, pairs, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRecord)?;
    let (form, seen) = read(&pairs);
    let is_check = pairs.iter().any(|(name, _)| name == "check");
    let data = match check_count(&form) {
        Ok(data) => data,
        Err(refusal) => {
            visit.view.refused(&refusal);
            return Ok(page(&web, visit, Some(form), None).await?.with_status(refusal.status()).into_response());
        }
    };
    // What was typed since it was looked at was not seen beside the books.
    if is_check || data.expected.is_none() || seen.is_none_or(|seen| seen != data.counted.amount()) {
        return Ok(page(&web, visit, Some(form), Some(data)).await?.into_response());
    }
    let (once, command) = (Once { keep: true, ..once }, CountTill::from(data.clone()));
    let went = |_: &mut ::store::Tx<'_>, count: TillCount| {
        let to = format!("{}&done=till-counted", link(&count.account, count.counted.currency()));
        Ok((303, to.into_bytes()))
    };
    match web.app.write_once(&visit.context, once, command, went).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(&web, visit, Some(form), Some(data)).await?.with_status(refusal.status()).into_response())
        }
    }
}
