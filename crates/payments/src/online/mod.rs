//! Paying online: what calls providers. Nothing here holds a transaction open; each step is a command of its own, so that
//! a crash between two of them is found by the next question.

mod ask;
mod bills;
mod connect;
mod introduction;
mod notify;
mod offers;
mod open;
mod refund;

pub use bills::fetch_due_bills;
pub use connect::{Tested, connect_all, test_all};
pub(crate) use introduction::{Intent, Leaving};
pub(crate) use offers::{Offer, Said, said};
pub use open::Asked;

use crate::commands::{ASK_FEE, COMPLETE, POLL_REFUND};
use crate::links::Limits;
use ::store::jobs::Job;
use ::store::{App, Error};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use futures_util::{StreamExt, stream};
use gateways::Registry;
use kernel::id::{CheckoutId, OrganisationId, RefundId};
use kernel::{Actor, Context, Locale, Source};
use std::sync::Arc;
use web::{Fail, Web};

/// The connections in use, and what guards the public pages. Cheap to clone; taken by handlers from the router's
/// extensions, where the server puts the registry.
#[derive(Clone, Default)]
pub struct Online {
    pub registry: Arc<Registry>,
    pub(crate) limits: Arc<Limits>,
}

impl FromRequestParts<Web> for Online {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Fail> {
        let registry = parts.extensions.get::<Arc<Registry>>().cloned();
        let registry = registry.ok_or_else(|| Error::Broken("the router has no registry of gateways".to_owned()))?;
        let limits = parts.extensions.get::<Arc<Limits>>().cloned().unwrap_or_default();
        Ok(Online { registry, limits })
    }
}

/// Kinds of job that [`run_job`] does.
pub const JOBS: &[&str] = &[POLL_REFUND, ASK_FEE, COMPLETE];

/// What a job is about.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Payload {
    Refund { refund: RefundId, asked: i32 },
    Fee { checkout: CheckoutId },
    Approved { approved: CheckoutId },
}

/// Does one job of ours.
pub async fn run_job(app: &App, registry: &Arc<Registry>, job: &Job) -> Result<(), Error> {
    let online = Online { registry: Arc::clone(registry), ..Online::default() };
    match serde_json::from_str(&job.payload)? {
        Payload::Refund { refund, asked } => {
            online.poll_refund(app, &house(app, job.organisation)?, refund, asked).await
        }
        Payload::Fee { checkout } => online.ask_fee(app, job.organisation, checkout).await,
        // Where this has no answer, the next question makes up for it.
        Payload::Approved { approved } => online.ask(app, job.organisation, approved).await.map(drop),
    }
}

/// How many checkouts are asked about in one round.
const ROUND: i64 = 100;

/// Asks the provider about every checkout whose next question is due, about so many at once; called every few seconds. Returns
/// how many.
pub async fn poll_due(app: &App, registry: &Arc<Registry>, at_once: usize) -> Result<usize, Error> {
    let online = Online { registry: Arc::clone(registry), ..Online::default() };
    let now = app.now();
    let due = app.db().read(move |conn| crate::store::due_polls(conn, now, ROUND)).await?;
    let count = due.len();
    let questions = stream::iter(due).map(|(organisation, checkout)| {
        let online = &online;
        async move {
            let asked = async { online.poll(app, &house(app, organisation)?, checkout).await };
            if let Err(error) = asked.await {
                tracing::error!(%checkout, %error, "a checkout could not be asked about");
            }
        }
    });
    questions.buffer_unordered(at_once).collect::<()>().await;
    Ok(count)
}

/// The context of the house's own work.
pub(crate) fn house(app: &App, organisation: OrganisationId) -> Result<Context, Error> {
    Ok(Context {
        organisation,
        actor: Actor::System { task: "payments" },
        now: app.now(),
        seed: app.seed()?,
        locale: Locale::default(),
        source: Source { address: "job".to_owned(), agent: String::new() },
        confirmed_at: None,
    })
}
