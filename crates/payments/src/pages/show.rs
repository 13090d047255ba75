//! One payment: where its money went, and what can be done with it.

use super::parts::{self, Row};
use super::stamp;
use crate::api::receipt::file;
use crate::commands::drawable;
use crate::disputes::{self, Dispute};
use crate::queries::{self, Payment, PresentedAgain, Refund};
use crate::{AllocateCredit, ClearCheque, DepositCheque, Online, PresentCheque, RefundPayment};
use ::notifications::{Mail, Mailer};
use ::store::audit::{AuditRow, of_subject};
use ::store::{Command, Conn, Error, Once};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use identity::require_step_up;
use kernel::id::PaymentId;
use kernel::{Fields, Money, Permission, Refusal, RefusalKind, Scope};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web};

#[derive(Template)]
#[template(path = "payments/show.html")]
struct Show {
    v: View,
    payment: Payment,
    customer: String,
    /// The name of the account that the money is on.
    account: String,
    refunds: Vec<Refund>,
    disputes: Vec<Dispute>,
    credit: Money,
    /// What credit notes on its invoices add to that for a refund.
    drawable: Money,
    rows: Vec<Row>,
    allocate_at: String,
    trail: Vec<Happened>,
    refund_amount: String,
    reason: String,
    pairs: Vec<PresentedAgain>,
    mailing: Mailing,
}

/// The receipt by mail.
struct Mailing {
    /// A mail server is configured.
    is_on: bool,
    /// The customer's address; none where there is none, or the reader may not see it.
    on_file: Option<String>,
    /// What was sent before.
    mails: Vec<Mail>,
    /// The other address that was typed.
    to: String,
}

impl Show {
    fn method(&self) -> String {
        self.v.t(&self.payment.method.message())
    }

    fn pointer(&self, index: &usize) -> String {
        parts::pointer(*index)
    }

    fn paid_pointer(&self, index: &usize) -> String {
        parts::paid_pointer(*index)
    }

    fn is(&self) -> &'static str {
        stamp(&self.payment.status)
    }

    fn is_cheque(&self) -> bool {
        self.payment.method == crate::rules::payment::Method::Cheque
    }

    fn may_bounce(&self) -> bool {
        self.is_cheque() && (self.payment.status == "succeeded" || self.payment.deposited_on.is_some())
    }

    /// The payment that stands for this cheque since it bounced.
    fn presented_as(&self) -> Option<PaymentId> {
        self.pairs.iter().find(|pair| pair.bounced == self.payment.id).map(|pair| pair.payment)
    }

    /// The payment that this cheque was before it bounced.
    fn bounced_as(&self) -> Option<PaymentId> {
        self.pairs.iter().find(|pair| pair.payment == self.payment.id).map(|pair| pair.bounced)
    }

    fn may_present(&self) -> bool {
        let bounced = self.payment.status == "reversed" && self.payment.deposited_on.is_some();
        self.is_cheque() && bounced && self.presented_as().is_none()
    }

    /// Recorded by hand, and nothing of it paid back: what online money and refunds need is a refund.
    fn may_reverse(&self) -> bool {
        self.payment.status != "reversed" && self.payment.checkout.is_none() && self.payment.refunded.is_zero()
    }

    fn may_refund(&self) -> bool {
        let is_disputed = self.disputes.iter().any(|dispute| dispute.status.is_open());
        self.payment.status == "succeeded" && !is_disputed && (self.credit.is_positive() || self.drawable.is_positive())
    }

    /// How a mail stands, and where it goes.
    fn mailed(&self, mail: &Mail) -> String {
        let status = self.v.t(&format!("mail-status-{}", mail.status.name()));
        format!("{status} {}", mail.address.as_deref().unwrap_or_default())
    }

    /// What happened, `trail-payment-record`, with the amount that belongs to it.
    fn what(&self, happened: &Happened) -> String {
        let id = format!("trail-{}", happened.row.command.replace(['.', '_'], "-"));
        let told = self.v.l.find(&id, &[]).unwrap_or_else(|| self.v.t("trail-changed"));
        let refund = self.refunds.iter().find(|refund| refund.id.retyped() == happened.row.subject_id);
        refund.map_or(told.clone(), |refund| format!("{told} {}", self.v.money_text(&refund.amount)))
    }

    fn when(&self, happened: &Happened) -> String {
        let who = self.v.actor(&happened.row.actor_kind, happened.who.as_deref());
        format!("{} · {who}", self.v.date_time(&happened.row.created_at.0))
    }
}

/// A line of the payment's history, or of one of its refunds'.
struct Happened {
    row: AuditRow,
    /// The name of the person or the key; none for the house.
    who: Option<String>,
}

/// The history of a payment and of its refunds, oldest first.
fn history(conn: &mut Conn, scope: &Scope, id: PaymentId, refunds: &[Refund]) -> Result<Vec<Happened>, Error> {
    let mut rows = of_subject(conn, scope.organisation(), id)?;
    for refund in refunds {
        rows.extend(of_subject(conn, scope.organisation(), refund.id)?);
    }
    rows.sort_by_key(|row| row.audit_id);
    let names = identity::queries::actor_names(conn, scope.organisation(), rows.iter().map(|row| row.actor.as_str()))?;
    Ok(rows.into_iter().map(|row| Happened { who: names.get(&row.actor).cloned(), row }).collect())
}

async fn page(web: &Web, mailer: &Mailer, visit: Visit, id: PaymentId, form: RefundForm) -> Result<Page<Show>, Fail> {
    let locale = visit.view.l.locale();
    let (vault, is_on, to) = (web.app.vault().clone(), mailer.is_on(), form.to.clone());
    let sees_addresses = visit.view.may(Permission::CustomerRead);
    let (payment, customer, account, refunds, disputes, open, trail, drawable, pairs, mailing) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let payment = queries::get(conn, scope, id)?;
            let customer = crate::store::customer_name(conn, scope, payment.customer)?;
            let open = parts::offered(conn, scope, payment.customer)?;
            let accounts = ledger::queries::accounts(conn, scope)?;
            let account = accounts.into_iter().find(|account| account.code == payment.account);
            let account = account.map(|account| account.names.get(locale).to_owned()).unwrap_or_default();
            let refunds = queries::refunds(conn, scope, id)?;
            let disputes = disputes::of_payment(conn, scope, id)?;
            let trail = history(conn, scope, id, &refunds)?;
            let drawable = drawable(conn, scope, &payment)?;
            let pairs = queries::presented_again(conn, scope, id)?;
            let (on_file, mails) = if sees_addresses {
                let customer = customers::queries::get(conn, &vault, scope, payment.customer)?;
                (customer.email, ::notifications::queries::about(conn, &vault, scope, id.retyped())?)
            } else {
                (None, Vec::new())
            };
            let mailing = Mailing { is_on, on_file, mails, to };
            Ok((payment, customer, account, refunds, disputes, open, trail, drawable, pairs, mailing))
        })
        .await?;
    let rows = parts::rows(open, payment.amount.currency(), &form.parts);
    let refund_amount = match form.amount.as_str() {
        "" => payment.unallocated.plus(drawable).map_err(Error::from)?.amount(),
        typed => typed.to_owned(),
    };
    let (credit, allocate_at, reason) = (payment.unallocated, format!("/payments/{id}/allocate"), form.reason);
    Ok(Page::new(Show {
        v: visit.view,
        payment,
        customer,
        account,
        refunds,
        disputes,
        credit,
        drawable,
        rows,
        allocate_at,
        trail,
        refund_amount,
        reason,
        pairs,
        mailing,
    }))
}

pub async fn show(
    State(web): State<Web>,
    mailer: Mailer,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, &mailer, visit, path_id(&id)?, RefundForm::default()).await
}

pub async fn receipt(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file(&web, &visit.context, path_id(&id)?).await?.into_response())
}

/// Goes back to the payment, or shows it with what was wrong.
pub(super) async fn went(
    web: &Web,
    mailer: &Mailer,
    mut visit: Visit,
    id: PaymentId,
    form: RefundForm,
    done: &str,
    result: Result<(), Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/payments/{id}?done={done}")).into_response()),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422 | 429) => {
            visit.view.refused(&refusal);
            let status = refusal.status();
            Ok(page(web, mailer, visit, id, form).await?.with_status(status).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn once<C: Command>(web: &Web, visit: &Visit, once: Once, command: C) -> Result<(), Error> {
    let once = Once { keep: true, ..once };
    web.app.write_once(&visit.context, once, command, |_, _| Ok((303, Vec::new()))).await?;
    Ok(())
}

#[derive(Debug, Default, Deserialize)]
pub struct Nothing {}

pub async fn allocate(
    State(web): State<Web>,
    mailer: Mailer,
    Path(id): Path<String>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let id: PaymentId = path_id(&id)?;
    let KeyedForm { visit, once: key, pairs, .. } = request;
    let scope = visit.context.scope();
    let payment = web.app.db().read(move |conn| queries::get(conn, &scope, id)).await?;
    let typed = parts::typed(&pairs, payment.amount.currency().code());
    let result = match parts::chosen(&pairs, &typed) {
        Err(refusal) => Err(refusal.into()),
        Ok(allocations) => once(&web, &visit, key, AllocateCredit { payment: id, allocations }).await,
    };
    let form = RefundForm { parts: typed, ..RefundForm::default() };
    went(&web, &mailer, visit, id, form, "credit-allocated", result).await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RefundForm {
    /// What was typed to be set against invoices instead.
    #[serde(skip)]
    parts: parts::Typed,
    /// What was typed as another address for the receipt instead.
    #[serde(skip)]
    to: String,
    #[serde(rename = "/amount/amount")]
    amount: String,
    #[serde(rename = "/reason")]
    reason: String,
}

impl RefundForm {
    /// Where the receipt was to go, when its form comes back.
    pub(super) fn mailing(to: String) -> RefundForm {
        RefundForm { to, ..RefundForm::default() }
    }
}

pub async fn refund(
    State(web): State<Web>,
    online: Online,
    mailer: Mailer,
    Path(id): Path<String>,
    request: KeyedForm<RefundForm>,
) -> Result<Response, Fail> {
    let id: PaymentId = path_id(&id)?;
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRefund)?;
    require_step_up(&visit)?;
    let result = pay_back(&web, &online, &visit, id, once, &form).await;
    went(&web, &mailer, visit, id, form, "refund-begun", result).await
}

async fn pay_back(
    web: &Web,
    online: &Online,
    visit: &Visit,
    id: PaymentId,
    once: Once,
    form: &RefundForm,
) -> Result<(), Error> {
    let scope = visit.context.scope();
    let payment = web.app.db().read(move |conn| queries::get(conn, &scope, id)).await?;
    let mut fields = Fields::new();
    let amount = fields.money("/amount/amount", form.amount.trim(), payment.amount.currency());
    let reason = fields.text("/reason", &form.reason, 1, 200);
    fields.finish()?;
    let command = RefundPayment { payment: id, amount, reason, account: None };
    crate::api::refunds::begin(&web.app, online, &visit.context, once, command, &web.site.public_url).await?;
    Ok(())
}

pub async fn cheque(
    State(web): State<Web>,
    mailer: Mailer,
    Path((id, step)): Path<(String, String)>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let id: PaymentId = path_id(&id)?;
    let KeyedForm { visit, once: key, .. } = request;
    let (done, result) = match step.as_str() {
        "deposit" => ("cheque-deposited", once(&web, &visit, key, DepositCheque { payment: id, on: None }).await),
        "clear" => {
            ("cheque-cleared", once(&web, &visit, key, ClearCheque { payment: id, on: None, account: None }).await)
        }
        "present" => ("cheque-presented", once(&web, &visit, key, PresentCheque { payment: id }).await),
        _ => return Err(Refusal::new(RefusalKind::NotFound, "not_found").into()),
    };
    went(&web, &mailer, visit, id, RefundForm::default(), done, result).await
}
