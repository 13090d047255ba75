//! The form of a rule; beside it what it would have done, and the button that switches it on.

use crate::commands::{RecordReplay, RemoveRule, WriteRule};
use crate::match_rule::{Fits, MatchRule, RuleData};
use crate::rulebook::{self, Example};
use crate::rules::rule_input::{AmountInput, RuleInput, check};
use crate::{queries, replay};
use ::store::{Conn, Error, Tx};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{MatchRuleId, StatementLineId};
use kernel::{Currency, Money, Permission, Refusal, Scope};
use serde::Deserialize;
use web::session::{Desk, Visit};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

/// What the forms send, and what they show when they come back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/conditions/direction")]
    direction: String,
    #[serde(rename = "/conditions/text")]
    text: String,
    #[serde(rename = "/conditions/payer")]
    payer: String,
    #[serde(rename = "/conditions/code")]
    code: String,
    /// Of both amounts.
    #[serde(rename = "/conditions/least/currency")]
    currency: String,
    #[serde(rename = "/conditions/least/amount")]
    least: String,
    #[serde(rename = "/conditions/most/amount")]
    most: String,
    #[serde(rename = "/action")]
    action: String,
    #[serde(rename = "/account")]
    account: String,
    #[serde(rename = "/from")]
    from: String,
    #[serde(rename = "/until")]
    until: String,
    version: Option<i64>,
}

/// What was typed, where something was.
fn typed(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Form {
    fn input(&self) -> RuleInput {
        let amount = |text: &str| typed(text).map(|amount| AmountInput { currency: self.currency.clone(), amount });
        RuleInput {
            name: self.name.clone(),
            direction: typed(&self.direction),
            text: typed(&self.text),
            payer: typed(&self.payer),
            code: typed(&self.code),
            least: amount(&self.least),
            most: amount(&self.most),
            action: self.action.clone(),
            account: typed(&self.account).filter(|_| self.action == "post"),
        }
    }

    fn of(rule: &MatchRule) -> Form {
        let RuleData { name, conditions, account } = rule.data.clone();
        let amount = |money: Option<Money>| money.map(Money::amount).unwrap_or_default();
        let way = |incoming| if incoming { "in" } else { "out" };
        Form {
            name,
            direction: conditions.incoming.map(way).unwrap_or_default().to_owned(),
            text: conditions.text.unwrap_or_default(),
            payer: conditions.payer.unwrap_or_default(),
            code: conditions.code.unwrap_or_default(),
            currency: conditions.amount.as_ref().map(|of| of.currency.code().to_owned()).unwrap_or_default(),
            least: amount(conditions.amount.as_ref().and_then(|of| of.least())),
            most: amount(conditions.amount.as_ref().and_then(|of| of.most())),
            action: if account.is_some() { "post" } else { "ignore" }.to_owned(),
            account: account.unwrap_or_default(),
            version: Some(rule.version),
            ..Form::default()
        }
    }

    /// A rule for lines like this one.
    fn like(line: &queries::Line) -> Form {
        Form {
            name: line.payer.clone().unwrap_or_else(|| line.text.clone()).chars().take(100).collect(),
            direction: if line.amount.is_positive() { "in" } else { "out" }.to_owned(),
            payer: line.payer.clone().unwrap_or_default().chars().take(100).collect(),
            code: line.code.clone().unwrap_or_default().chars().take(40).collect(),
            text: if line.payer.is_none() { line.text.chars().take(100).collect() } else { String::new() },
            currency: line.amount.currency().code().to_owned(),
            action: "post".to_owned(),
            ..Form::default()
        }
    }
}

#[derive(Template)]
#[template(path = "reconciliation/rule.html")]
struct Edit {
    v: View,
    /// `None` for a new one.
    rule: Option<MatchRule>,
    form: Form,
    accounts: Vec<(String, String)>,
    currencies: Vec<String>,
    examples: Vec<Example>,
    /// Who asked for the replay.
    by: String,
}

impl Edit {
    fn sums(&self, fits: &Fits) -> (Money, Money) {
        (Money::new(fits.in_minor, fits.currency), Money::new(fits.out_minor, fits.currency))
    }

    /// What an example is instead.
    fn instead(&self, example: &Example) -> String {
        match (example.line.state.as_str(), &example.customer, example.accounts.is_empty()) {
            (_, Some(customer), _) => customer.clone(),
            ("ignored", ..) => self.v.t("line-ignored"),
            ("open", ..) => self.v.t("line-filter-open"),
            (_, None, false) => example.accounts.join(", "),
            (_, None, true) => self.v.t("line-matched"),
        }
    }
}

/// The page of a rule, or of a new one.
async fn page(web: &Web, visit: Visit, id: Option<MatchRuleId>, form: Option<Form>) -> Result<Page<Edit>, Fail> {
    let v = visit.view;
    let locale = v.l.locale();
    let (rule, examples, accounts, home, by) = web
        .app
        .read(&visit.context, Permission::StatementRead, move |conn, scope| {
            let rule = id.map(|id| rulebook::one(conn, scope, id)).transpose()?;
            let replay = rule.as_ref().and_then(|rule| rule.replay.as_ref());
            let examples = replay.map(|replay| rulebook::examples(conn, scope, replay)).transpose()?;
            let by = identity::queries::actor_names(conn, scope.organisation(), replay.map(|one| one.by.as_str()))?;
            let home = ::store::books::load(conn, scope.organisation())?.currency;
            let accounts = super::accounts(conn, scope, locale)?;
            Ok((rule, examples.unwrap_or_default(), accounts, home, by.into_values().next()))
        })
        .await?;
    let form = form.or_else(|| rule.as_ref().map(Form::of));
    let mut form = form.unwrap_or_else(|| Form { action: "post".to_owned(), ..Form::default() });
    if form.currency.is_empty() {
        home.code().clone_into(&mut form.currency);
    }
    let currencies = Currency::all().into_iter().filter(Currency::in_use).map(|one| one.code().to_owned()).collect();
    let by = by.unwrap_or_else(|| v.t("actor-house"));
    Ok(Page::new(Edit { v, rule, form, accounts, currencies, examples, by }))
}

/// An empty form, or one for lines like the one that the address names.
pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let form = match visit.view.asked("line").as_str() {
        "" => None,
        id => {
            let id: StatementLineId = path_id(id)?;
            let read = move |conn: &mut Conn, scope: &Scope| queries::line(conn, scope, id);
            Some(Form::like(&web.app.read(&visit.context, Permission::StatementRead, read).await?))
        }
    };
    page(&web, visit, None, form).await
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRead)?;
    page(&web, visit, Some(path_id(&id)?), None).await
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    write(web, request, None).await
}

pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    web.app.authorise(&request.visit.context.actor, Permission::StatementRules)?;
    let id = path_id(&id)?;
    write(web, request, Some(id)).await
}

async fn write(web: Web, request: KeyedForm<Form>, id: Option<MatchRuleId>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let change = move |_: Option<MatchRule>| Ok(data.clone());
            let command = WriteRule { id, version: form.version, change, position: None };
            web.app.write_once(&visit.context, once, command, |_, id| went(id, "rule-saved")).await
        }
    };
    answer(&web, visit, (id, Some(form)), result).await
}

fn went(id: MatchRuleId, done: &str) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/statements/rules/{id}?done={done}").into_bytes()))
}

/// Asks what the rule would have done.
pub async fn replay(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let id: MatchRuleId = path_id(&id)?;
    let today = replay::today(&web.app, &visit.context).await?;
    let result = match replay::days(typed(&form.from).as_deref(), typed(&form.until).as_deref(), today) {
        Err(refusal) => Err(refusal.into()),
        Ok(days) => {
            let (app, context) = (web.app.clone(), visit.context.clone());
            let done = tokio::task::spawn_blocking(move || replay::replay(&app, &context, id, days)).await;
            match done.map_err(|error| Error::Broken(error.to_string()))? {
                Err(error) => Err(error),
                Ok((version, replay)) => {
                    let command = RecordReplay { id, version, replay };
                    web.app.write_once(&visit.context, once, command, |_, id| went(id, "rule-replayed")).await
                }
            }
        }
    };
    answer(&web, visit, (Some(id), None), result).await
}

/// Takes a rule out of use.
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::StatementRules)?;
    let id: MatchRuleId = path_id(&id)?;
    let told = |_: &mut Tx<'_>, _| Ok((303, b"/statements/rules?done=rule-removed".to_vec()));
    let command = RemoveRule { id, version: form.version };
    let result = web.app.write_once(&visit.context, once, command, told).await;
    answer(&web, visit, (Some(id), None), result).await
}

/// Goes on, or shows the page again with what was typed and what was wrong with it.
async fn answer(
    web: &Web,
    mut visit: Visit,
    (id, form): (Option<MatchRuleId>, Option<Form>),
    result: Result<::store::Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal: Refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(web, visit, id, form).await?.with_status(refusal.status()).into_response())
        }
    }
}
