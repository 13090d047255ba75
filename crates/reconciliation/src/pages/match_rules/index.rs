//! The list of rules, in the order in which they are tried.

use super::super::offer;
use crate::commands::{SetPosting, SwitchRule, WriteRule};
use crate::match_rule::MatchRule;
use crate::posting::{POST_FROM, POST_NOTHING, Posting, posting};
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
    posting: Posting,
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

    /// From where on lines can be posted by themselves: what is chosen, and in words. What a program chose is among them.
    fn choices(&self) -> Vec<(u16, String)> {
        let mut all = vec![SUREST, POST_FROM, POST_NOTHING];
        if !all.contains(&self.posting.from) {
            all.push(self.posting.from);
        }
        all.into_iter().map(|from| (from, self.words(&from))).collect()
    }

    fn words(&self, from: &u16) -> String {
        match *from {
            SUREST => self.v.t("posting-surest"),
            POST_FROM => self.v.t("posting-usual"),
            POST_NOTHING => self.v.t("statement-post-nothing"),
            other => self.v.tw("posting-from", "score", &offer::score(other.into())),
        }
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
        Ok((rules, posting(conn, scope.organisation())?, accounts, people))
    };
    let (rules, posting, accounts, people) = web.app.read(&visit.context, Permission::StatementRead, read).await?;
    Ok(Page::new(Rules { v, rules, posting, accounts, people }))
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    page(&web, visit).await
}

/// Only what names its invoice in full, with the amount and the payer's name or account.
const SUREST: u16 = 995;

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

/// Chooses from where on lines are posted by themselves.
pub async fn posting_from(State(web): State<Web>, form: Form) -> Result<Response, Fail> {
    web.app.authorise(&form.visit.context.actor, Permission::StatementRules)?;
    let from = number(&form.value, "/post_from").and_then(|from| u16::try_from(from).ok());
    let from = from.ok_or_else(|| Refusal::field("/post_from", "not_a_choice"))?;
    let command = SetPosting { from, version: number(&form.value, "version") };
    act(&web, form, command, |()| "/statements/rules?done=posting-set".to_owned()).await
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
async fn act<C: Command>(
    web: &Web,
    form: Form,
    command: C,
    to: impl Fn(C::Output) -> String + Send + 'static,
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
