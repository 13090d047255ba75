//! What a rule would do with the lines that wait, and doing it.

use crate::apply::{self, Applicable, Applied};
use crate::replay;
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::id::MatchRuleId;
use kernel::{Currency, Date, Money, Permission};
use std::collections::{BTreeMap, HashMap};
use web::session::{Desk, Visit};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web};

#[derive(Template)]
#[template(path = "reconciliation/rule_apply.html")]
struct Apply {
    v: View,
    found: Applicable,
    applied: Option<Applied>,
    days: (Date, Date),
}

impl Apply {
    fn count(&self) -> i64 {
        i64::try_from(self.found.lines.len()).unwrap_or(i64::MAX)
    }

    /// What the lines come to, by currency.
    fn sums(&self) -> Vec<Money> {
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for waiting in &self.found.lines {
            let currency = waiting.amount.currency();
            let sum = sums.entry(currency).or_insert_with(|| Money::zero(currency));
            *sum = sum.plus(waiting.amount).unwrap_or(*sum);
        }
        sums.into_values().collect()
    }

    fn back(&self) -> String {
        format!("/statements/rules/{}", self.found.rule.id)
    }
}

/// The open lines of the last months that the rule would take.
async fn look(web: &Web, visit: &Visit, id: MatchRuleId) -> Result<(Applicable, (Date, Date)), Fail> {
    let days = replay::days(None, None, replay::today(&web.app, &visit.context).await?)?;
    let (app, context) = (web.app.clone(), visit.context.clone());
    let done = tokio::task::spawn_blocking(move || apply::applicable(&app, &context, id, days)).await;
    Ok((done.map_err(|error| Error::Broken(error.to_string()))??, days))
}

pub async fn preview(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let (found, days) = look(&web, &visit, path_id(&id)?).await?;
    Ok(Page::new(Apply { v: visit.view, found, applied: None, days }))
}

/// Does it, line by line: one that is refused stops no other, and pressed twice, what was done is open no longer.
pub async fn run(
    State(web): State<Web>,
    Path(id): Path<String>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<impl IntoResponse, Fail> {
    let KeyedForm { mut visit, value, .. } = form;
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let id: MatchRuleId = path_id(&id)?;
    let version = value.get("version").and_then(|version| version.parse().ok());
    let days = replay::days(None, None, replay::today(&web.app, &visit.context).await?)?;
    let (app, context) = (web.app.clone(), visit.context.clone());
    let done = tokio::task::spawn_blocking(move || apply::apply(&app, &context, id, (version, days))).await;
    let (applied, status) = match done.map_err(|error| Error::Broken(error.to_string()))? {
        Ok(applied) => (Some(applied), None),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            (None, Some(refusal.status()))
        }
    };
    let (found, days) = look(&web, &visit, id).await?;
    let page = Page::new(Apply { v: visit.view, found, applied, days });
    Ok(match status {
        Some(status) => page.with_status(status),
        None => page,
    })
}
