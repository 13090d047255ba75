//! The page behind a pay link: what is owed, and every way to pay it.

use super::introduced::leave;
use super::last_way::{LastWay, on_by, remembering};
use super::offline::{Offline, way};
use super::ways::{Way, chosen, ways};
use crate::Online;
use crate::online::{Asked, Said, said};
use crate::queries::{self, Checkout, DueInvoice};
use crate::rules::checkout::CheckoutStatus;
use ::store::{Error, Once};
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::sse::Event as SseEvent;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use invoicing::documents::{File, Format};
use invoicing::queries::InvoiceView;
use kernel::capitals::chinese_capitals;
use kernel::id::{CheckoutId, InvoiceId};
use kernel::{Actor, Context, Currency, Fields, Locale, Money, Permission, Refusal};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use web::keyed::form_key;
use web::view::{Brand, BrandColour};
use web::{Anybody, Fail, Page, View, Web};

/// Whoever holds a pay link, let in.
pub(super) struct Guest {
    pub context: Context,
    pub view: View,
    pub invoice: DueInvoice,
    /// What is written on it.
    pub bill: InvoiceView,
    /// Where to transfer money to, one entry a line.
    pub bank: Vec<String>,
    pub attempts: Vec<Checkout>,
    /// The company's ways to pay online.
    said: Said,
    /// `paid`, `credited`, `written_off`, `void`: why nothing is left to pay; empty while something is.
    pub ended: &'static str,
}

/// Lets the holder of a pay link in; an unknown one is not found, too many requests are refused.
pub(super) async fn enter(web: &Web, online: &Online, anybody: &Anybody, token: &str) -> Result<Guest, Fail> {
    online.limits.pass(&anybody.source.address, web.app.now())?;
    let token = token.to_owned();
    let link = web.app.db().read(move |conn| invoicing::by_pay_token(conn, &token)).await?;
    let (organisation, invoice, customer) = link.ok_or_else(|| Refusal::not_found("not_found"))?;
    let actor = Actor::PayLink { invoice, customer };
    let context = web.context(organisation, actor, anybody.locale, anybody.source.clone())?;
    let vault = web.app.vault().clone();
    let found = web.app.read(&context, Permission::InvoiceRead, move |conn, scope| {
        let due = queries::due_invoice(conn, scope, invoice)?.ok_or_else(|| Refusal::not_found("not_found"))?;
        let bill = invoicing::queries::view(conn, &vault, scope, invoice)?;
        let attempts = queries::attempts(conn, scope, invoice)?;
        let books = ::store::books::load(conn, organisation)?;
        let settings = identity::settings(conn, organisation)?;
        Ok((due, bill, attempts, said(conn, organisation)?, books, settings, identity::profile(conn, organisation)?))
    });
    let (invoice, bill, attempts, said, books, settings, profile) = found.await?;
    let ended = if invoice.balance.is_positive() { "" } else { bill.status.name() };
    let colour = BrandColour::ALL.into_iter().find(|c| c.name() == profile.colour).unwrap_or_default();
    let logo = profile.logo.map(|logo| identity::logo::address(organisation, logo));
    let view = anybody.view(web, Brand { name: settings.name, colour, logo }, books.zone().clone())?;
    Ok(Guest { context, view, invoice, bill, bank: profile.bank_account, attempts, said, ended })
}

#[derive(Template)]
#[template(path = "payments/pay.html")]
struct Pay {
    v: View,
    token: String,
    invoice: DueInvoice,
    bill: InvoiceView,
    /// The online ways that fit what is left to pay.
    ways: Vec<Way>,
    /// How to pay without a provider, once that is asked for.
    offline: Option<Offline>,
    form: PayForm,
    /// An attempt whose outcome the provider has not told yet.
    waiting: Option<Checkout>,
    ended: &'static str,
}

impl Pay {
    /// What stands before the amount.
    fn symbol(&self) -> String {
        self.invoice.balance.currency().symbol(self.v.l.locale()).to_owned()
    }

    /// The total in the capitals that Chinese papers ask for.
    fn in_words(&self) -> Option<String> {
        let chinese = self.v.l.locale() == Locale::ZhCn && self.invoice.total.currency() == Currency::CNY;
        chinese.then(|| chinese_capitals(self.invoice.total.minor()))
    }

    /// What is paid or taken off already.
    fn settled(&self) -> Option<Money> {
        self.invoice.balance.minus(self.invoice.total).ok().filter(|settled| !settled.is_zero())
    }

    fn of(
        online: &Online,
        guest: Guest,
        token: String,
        how: Option<&'static str>,
        mut form: PayForm,
        last: &LastWay,
    ) -> Result<Pay, Error> {
        let Guest { view: v, invoice, bill, bank, attempts, said, ended, .. } = guest;
        let balance = invoice.balance;
        let ways = if balance.is_positive() { ways(&v, &online.offers(&said, balance)?) } else { Vec::new() };
        if form.method.is_empty() {
            form.method = last.among(&ways);
        }
        let amount = Money::parse(&form.amount, balance.currency()).ok();
        let amount = amount.filter(|part| part.is_positive() && part.minor() <= balance.minor()).unwrap_or(balance);
        let references = vec![invoice.number.clone()];
        let offline = how.filter(|_| balance.is_positive());
        let offline = offline.map(|how| Offline { how, amount, references, bank });
        let waiting = attempts.into_iter().find(|attempt| attempt.status.is_undecided());
        Ok(Pay { v, token, invoice, bill, ways, offline, form, waiting, ended })
    }
}

/// The invoice as a file, for whoever may pay it.
pub async fn document(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Path((token, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    let guest = enter(&web, &online, &anybody, &token).await?;
    Ok(invoicing::documents::invoice(&web, &guest.context, guest.invoice.id, format).await?)
}

/// What the payer chose.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PayForm {
    #[serde(rename = "/method")]
    method: String,
    /// A part of the balance; all of it when empty.
    #[serde(rename = "/invoices/0/amount")]
    amount: String,
    idempotency_key: String,
}

impl PayForm {
    /// The part that is to be paid, within what is open; none for all of it.
    fn part(&self, balance: Money) -> Result<Option<Money>, Refusal> {
        let mut fields = Fields::new();
        let part = part(&mut fields, "/invoices/0/amount", &self.amount, balance);
        fields.finish()?;
        Ok(part)
    }
}

/// Reads what a payer wants to pay of an invoice; none for all of it.
pub(super) fn part(fields: &mut Fields, pointer: &str, typed: &str, balance: Money) -> Option<Money> {
    let typed = Some(typed.trim()).filter(|text| !text.is_empty())?;
    let part = fields.money(pointer, typed, balance.currency());
    if part.minor() > balance.minor() {
        fields.note(pointer, "more_than_open");
    }
    Some(part)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    how: String,
    /// A part of the balance; all of it when empty.
    amount: String,
}

pub async fn show(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Path(token): Path<String>,
    Query(asking): Query<Asking>,
    last: LastWay,
) -> Result<impl IntoResponse, Fail> {
    let guest = enter(&web, &online, &anybody, &token).await?;
    let how = way(&asking.how);
    let method = how.unwrap_or_default().to_owned();
    let form = PayForm { method, amount: asking.amount, ..PayForm::default() };
    Ok(Page::new(Pay::of(&online, guest, token, how, form, &last)?).leaves_to_provider())
}

pub async fn begin(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Path(token): Path<String>,
    Form(form): Form<PayForm>,
) -> Result<Response, Fail> {
    let guest = enter(&web, &online, &anybody, &token).await?;
    let part = match form.part(guest.invoice.balance) {
        Ok(part) => part,
        Err(refusal) => return again(&online, guest, token, form, &refusal),
    };
    if let Some(how) = way(&form.method) {
        let part = part.map_or_else(String::new, |part| format!("&amount={}", part.amount()));
        return Ok(on_by(&web, &format!("/pay/{token}?how={how}{part}#how"), how));
    }
    let Some((method, gateway)) = chosen(&form.method) else {
        return again(&online, guest, token, form, &Refusal::field("/method", "not_a_choice"));
    };
    let asked = Asked {
        invoices: vec![(guest.invoice.id, part)],
        method,
        gateway,
        return_url: Some(format!("/pay/{token}/return")),
        payer: None,
    };
    match checkout(&web, &online, &guest, &token, &form, asked).await {
        Ok(leads_on) => Ok(leads_on),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            again(&online, guest, token, form, &refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins the payment and leads the browser on; first to where its payer is introduced, if somebody must know who they are.
async fn checkout(
    web: &Web,
    online: &Online,
    guest: &Guest,
    token: &str,
    form: &PayForm,
    asked: Asked,
) -> Result<Response, Error> {
    let once = Once {
        route: "POST /pay/{token}".to_owned(),
        key: form_key(&form.idempotency_key)?,
        request_hash: Sha256::digest(format!("{token}\n{}\n{}", form.method, form.amount)).into(),
        keep: true,
        waits: true,
    };
    if let Some(leaving) = online.introduction(web, &guest.context, &once, &asked, Some(token)).await? {
        return Ok(remembering(leave(web, &leaving), web, &form.method));
    }
    let id = begun(web, online, &guest.context, once, asked).await?;
    let to = next(web, &guest.context, id).await?.unwrap_or_else(|| format!("/pay/{token}/return?checkout={id}"));
    Ok(on_by(web, &to, &form.method))
}

/// Begins a checkout from a page.
pub(super) async fn begun(
    web: &Web,
    online: &Online,
    context: &Context,
    once: Once,
    asked: Asked,
) -> Result<CheckoutId, Error> {
    let answer = online.open(web, context, once, asked, |_, id| Ok((303, id.to_string().into_bytes()))).await?;
    let text = String::from_utf8(answer.body).map_err(|_| Error::Broken("kept checkout".to_owned()))?;
    text.parse().map_err(|_| Error::Broken("kept checkout".to_owned()))
}

/// The provider's page of a checkout that can be paid; nothing where it cannot.
pub(super) async fn next(web: &Web, context: &Context, id: CheckoutId) -> Result<Option<String>, Error> {
    let scope = context.scope();
    let found = web.app.db().read(move |conn| queries::checkout(conn, &scope, id)).await?;
    Ok(found.url.filter(|_| matches!(found.status, CheckoutStatus::Open | CheckoutStatus::Processing)))
}

/// The form's own key, or a fresh one where somebody sent none.
fn again(online: &Online, mut guest: Guest, token: String, form: PayForm, refusal: &Refusal) -> Result<Response, Fail> {
    guest.view.refused(refusal);
    let page = Page::new(Pay::of(online, guest, token, None, form, &LastWay::default())?);
    Ok(page.with_status(refusal.status()).leaves_to_provider().into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Watching {
    checkout: String,
}

/// What happens to the invoice and its attempts: leads the page to where it can be read.
pub async fn events(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Path(token): Path<String>,
    Query(watching): Query<Watching>,
) -> Result<impl IntoResponse, Fail> {
    let guest = enter(&web, &online, &anybody, &token).await?;
    let place = match watching.checkout.parse::<CheckoutId>() {
        Ok(id) => format!("/pay/{token}/return?checkout={id}"),
        Err(_) => format!("/pay/{token}"),
    };
    let invoice = guest.invoice.id;
    let changes = web.live.subscribe(guest.context.organisation).filter_map(move |event| {
        let ours = concerns(&event.payload, invoice) && event.kind != "checkout.open";
        let place = place.clone();
        async move { ours.then(|| SseEvent::default().event("location").data(place)) }
    });
    Ok(web::live::sse(changes))
}

/// Whether an event's payload names this invoice.
fn concerns(payload: &str, invoice: InvoiceId) -> bool {
    #[derive(Deserialize)]
    struct Payload {
        #[serde(default)]
        invoices: Vec<String>,
    }
    let id = invoice.to_string();
    serde_json::from_str::<Payload>(payload).is_ok_and(|payload| payload.invoices.contains(&id))
}
