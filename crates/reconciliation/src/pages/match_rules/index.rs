//! The list of rules, in the order in which they are tried.

use crate::commands::{SwitchRule, WriteRule};
use crate::match_rule::MatchRule;
use crate::rulebook;
use ::store::{Command, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::MatchRuleId;
use kernel::{Permission, Refusal};
use std::collections::HashMap;
use web::session::{Desk, Visit};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

#[derive(Template)]
#[template(path = "reconciliation/rules.html")]
struct Rules {
    v: View,
    rules: Vec<MatchRule>,
    accounts: Vec<(String, String)>,
    /// Names of people by the trail's name for them.
    people: HashMap<String, String>,
}

impl Rules {
    fn conditions(&self, rule: &MatchRule) -> String {
        super::conditions(&self.v, &rule.data)
    }

    fn action(&self, rule: &MatchRule) -> String {
        super::action(&self.v, &rule.data, &self.accounts)
    }

    fn place(&self, index: &usize) -> i64 {
        i64::try_from(*index).unwrap_or(i64::MAX)
    }

    /// What the last replay found, and when and by whom it was asked.
    fn replayed(&self, rule: &MatchRule) -> Option<(String, String)> {
        let replay = rule.replay.as_ref()?;
        let found = [("fits", replay.fitting().into()), ("other", replay.other.into())];
        let by = self.people.get(&replay.by).cloned().unwrap_or_else(|| self.v.t("actor-house"));
        Some((self.v.ta("rule-replay-short", &found), format!("{by} · {}", self.v.date_time(&replay.at))))
    }
}

async fn page(web: &Web, visit: Visit) -> Result<Page<Rules>, Fail> {
    let v = visit.view;
    let locale = v.l.locale();
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let rules = rulebook::all(conn, scope)?;
        let accounts = super::accounts(conn, scope, locale)?;
        let by = rules.iter().filter_map(|rule| rule.replay.as_ref()).map(|replay| replay.by.as_str());
        let people = identity::queries::actor_names(conn, scope.organisation(), by)?;
        Ok((rules, accounts, people))
    };
    let (rules, accounts, people) = web.app.read(&visit.context, Permission::StatementRead, read).await?;
    Ok(Page::new(Rules { v, rules, accounts, people }))
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    page(&web, visit).await
}

type Form = KeyedForm<HashMap<String, String>>;

fn number(value: &HashMap<String, String>, name: &str) -> Option<i64> {
    value.get(name)?.parse().ok()
}

/// Puts a rule in another place.
pub async fn place(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    web.app.authorise(&form.visit.context.actor, Permission::StatementRules)?;
    let change =
        |old: Option<MatchRule>| old.map(|rule| rule.data).ok_or_else(|| Refusal::not_found("match_rule_not_found"));
    let id: MatchRuleId = path_id(&id)?;
    let (version, position) = (number(&form.value, "version"), number(&form.value, "position"));
    let command = WriteRule { id: Some(id), version, change, position };
    act(&web, form, command, |_| "/statements/rules?done=rule-placed".to_owned()).await
}

/// Switches a rule on or off.
pub async fn switch(State(web): State<Web>, Path(id): Path<String>, form: Form) -> Result<Response, Fail> {
    web.app.authorise(&form.visit.context.actor, Permission::StatementRules)?;
    let id: MatchRuleId = path_id(&id)?;
    let active = form.value.get("active").is_some_and(|active| active == "true");
    let command = SwitchRule { id, version: number(&form.value, "version"), active };
    let done = if active { "rule-on" } else { "rule-off" };
    act(&web, form, command, move |id| format!("/statements/rules/{id}?done={done}")).await
}

/// Does it, or shows the list with why not.
async fn act<C: Command<Output = MatchRuleId>>(
    web: &Web,
    form: Form,
    command: C,
    to: impl Fn(MatchRuleId) -> String + Send + 'static,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, .. } = form;
    let went = move |_: &mut ::store::Tx<'_>, id| Ok::<_, Error>((303, to(id).into_bytes()));
    match web.app.write_once(&visit.context, once, command, went).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(web, visit).await?.with_status(refusal.status()).into_response())
        }
    }
}
