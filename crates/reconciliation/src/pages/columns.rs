//! Which column of a bank's table is what: shown as it seems to be, corrected, looked at, and then read in.

use super::index::{NOTHING, post_from};
use crate::POST_NOTHING;
use crate::columns;
use crate::file::StatementFile;
use crate::import::{self, Asked};
use crate::rules::columns::{ROLES, Said, map, roles};
use crate::upload::Inbox;
use ::store::Error;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{OrganisationId, UserId};
use kernel::{Context, Currency, Permission, Refusal};
use statements::{ColumnMap, DateOrder, DecimalMark, Doubt, Format, Guess, Line};
use std::collections::HashMap;
use web::session::{Desk, Visit};
use web::{Fail, KeyedForm, Page, View, Web};

#[derive(Template)]
#[template(path = "reconciliation/columns.html")]
struct Columns {
    v: View,
    name: String,
    account: String,
    format: String,
    posts_nothing: bool,
    guess: Guess,
    roles: Vec<&'static str>,
    said: Said,
    lines: Vec<Line>,
}

impl Columns {
    /// What a column is called; its number where it has no name.
    fn title(&self, at: &usize) -> String {
        let name = self.guess.header.get(*at).map_or("", String::as_str);
        let number = i64::try_from(at + 1).unwrap_or_default();
        if name.is_empty() { self.v.tn("bank-column-number", &number) } else { name.to_owned() }
    }

    fn choices(&self) -> Vec<(&'static str, String)> {
        let word = |role: &str| match role {
            "" => self.v.t("bank-column-unread"),
            role => self.v.t(&format!("bank-column-{}", role.replace('_', "-"))),
        };
        ROLES.into_iter().map(|role| (role, word(role))).collect()
    }

    fn is(&self, at: &usize, role: &str) -> bool {
        self.roles.get(*at).is_some_and(|own| *own == role)
    }

    fn dates(&self) -> Vec<(&'static str, String)> {
        let all = DateOrder::ALL.into_iter();
        all.map(|order| (order.name(), self.v.t(&format!("bank-column-dates-{}", order.name())))).collect()
    }

    fn open(&self) -> Vec<String> {
        let words = |doubt: &Doubt| self.v.t(&format!("bank-column-doubt-{}", doubt.name().replace('_', "-")));
        self.guess.doubts.iter().map(words).collect()
    }

    fn cell(&self, row: &[String], at: &usize) -> String {
        row.get(*at).map(|cell| cell.chars().take(60).collect()).unwrap_or_default()
    }
}

/// What was chosen, as pairs of an address or a form.
struct Choice {
    pairs: Vec<(String, String)>,
}

impl Choice {
    fn field(&self, name: &str) -> &str {
        self.pairs.iter().rev().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    }

    fn asked(&self, file: StatementFile) -> Asked {
        let name = Some(self.field("name")).filter(|name| !name.is_empty()).unwrap_or("statement");
        Asked {
            file,
            name: name.chars().take(200).collect(),
            account: self.field("account").to_owned(),
            format: Format::by_name(self.field("format")),
            columns: None,
            dry_run: false,
            post_from: (self.field("post") == NOTHING).then_some(POST_NOTHING),
        }
    }

    /// The roles and what is said beside them: as chosen, or as guessed where nothing was chosen yet.
    fn read(&self, guess: &Guess) -> (Vec<&'static str>, Said) {
        let guessed = Said::of(&guess.map);
        if !self.pairs.iter().any(|(name, _)| name.starts_with("/columns/")) {
            return (roles(&guess.map, &guess.columns), guessed);
        }
        let chosen = |at| {
            let role = self.field(&format!("/columns/{at}"));
            ROLES.into_iter().find(|known| *known == role).unwrap_or_default()
        };
        let said = Said {
            dates: DateOrder::by_name(self.field("/dates")).unwrap_or(guessed.dates),
            decimal_mark: match self.field("/decimal_mark") {
                "point" => DecimalMark::Point,
                "comma" => DecimalMark::Comma,
                _ => guessed.decimal_mark,
            },
            is_turned: self.field("/is_turned") == "yes",
        };
        ((0..guess.columns.len()).map(chosen).collect(), said)
    }
}

/// The address of the page for a file that waits.
pub(super) fn address(asked: &Asked) -> String {
    let format = asked.format.map_or("", Format::name);
    let post = if asked.post_from == Some(POST_NOTHING) { NOTHING } else { "" };
    let said = [("account", asked.account.as_str()), ("name", &asked.name), ("format", format), ("post", post)];
    format!("/statements/columns?{}", serde_urlencoded::to_string(said).unwrap_or_default())
}

/// By whom a file that waits is known.
pub(super) fn whose(visit: &Visit) -> Result<(OrganisationId, UserId), Refusal> {
    let person = visit.view.who.as_ref().map(|who| who.id);
    Ok((visit.context.organisation, person.ok_or_else(|| Refusal::conflict("upload_gone"))?))
}

/// A file with the map that was chosen for it.
struct Looked {
    guess: Guess,
    roles: Vec<&'static str>,
    said: Said,
    map: Result<ColumnMap, Refusal>,
    lines: Result<Vec<Line>, Refusal>,
}

fn look(choice: &Choice, asked: &Asked, home: Currency) -> Result<Looked, Refusal> {
    let guess = columns::guess(asked, home)?;
    let (roles, said) = choice.read(&guess);
    let map = map(&guess.map, &guess.columns, &roles, said);
    let lines = map.clone().and_then(|map| columns::first_lines(asked, &map, home));
    Ok(Looked { guess, roles, said, map, lines })
}

async fn looked(
    web: &Web,
    context: &Context,
    inbox: &Inbox,
    visit: &Visit,
    choice: Choice,
) -> Result<(Asked, Looked), Error> {
    let asked = choice.asked(StatementFile::Path(inbox.kept(whose(visit)?)?));
    let (app, organisation) = (web.app.clone(), context.organisation);
    let done = tokio::task::spawn_blocking(move || {
        let home = app.db().read_now(move |conn| ::store::books::load(conn, organisation))?.currency;
        let looked = look(&choice, &asked, home)?;
        Ok::<_, Error>((asked, looked))
    });
    done.await.map_err(|error| Error::Broken(error.to_string()))?
}

fn page(mut v: View, asked: Asked, looked: Looked, refused: Option<&Refusal>) -> Page<Columns> {
    let Looked { guess, roles, said, map, lines } = looked;
    let refusal = refused.or(map.as_ref().err()).or(lines.as_ref().err());
    if let Some(refusal) = refusal {
        v.refused(refusal);
    }
    v.room = Some("/statements");
    let format = asked.format.map_or("", Format::name).to_owned();
    let posts_nothing = asked.post_from == Some(POST_NOTHING);
    let (name, account, lines) = (asked.name, asked.account, lines.unwrap_or_default());
    Page::new(Columns { v, name, account, format, posts_nothing, guess, roles, said, lines })
}

pub async fn show(
    State(web): State<Web>,
    Extension(inbox): Extension<Inbox>,
    Desk(visit): Desk,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementImport)?;
    let pairs = serde_urlencoded::from_str(&visit.view.query).unwrap_or_default();
    match looked(&web, &visit.context, &inbox, &visit, Choice { pairs }).await {
        Ok((asked, looked)) => Ok(page(visit.view, asked, looked, None).into_response()),
        // Nothing waits, or it is no table any more: a file is chosen on the list.
        Err(Error::Refused(_)) => Ok(Redirect::to("/statements").into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Reads the file in as was chosen, and keeps the choice for files to come.
pub async fn confirm(
    State(web): State<Web>,
    Extension(inbox): Extension<Inbox>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, pairs, .. } = form;
    web.app.authorise(&visit.context.actor, Permission::StatementImport)?;
    let choice = Choice { pairs };
    let post = choice.field("post").to_owned();
    let (mut asked, looked) = looked(&web, &visit.context, &inbox, &visit, choice).await?;
    if let (Ok(map), Ok(_)) = (&looked.map, &looked.lines) {
        asked.columns = Some(map.clone());
        asked.post_from = post_from(&web, &visit, &post);
    } else {
        return Ok(page(visit.view, asked, looked, None).with_status(422).into_response());
    }
    let (app, context, wanted) = (web.app.clone(), visit.context.clone(), asked.clone());
    let done = tokio::task::spawn_blocking(move || import::import(&app, &context, &wanted, &mut |_| {})).await;
    match done.map_err(|error| Error::Broken(error.to_string()))? {
        Ok(imported) => {
            inbox.let_go(whose(&visit)?);
            Ok(Redirect::to(&super::index::went(&imported)).into_response())
        }
        Err(error) => {
            let refusal = error.for_form()?;
            let status = refusal.status();
            Ok(page(visit.view, asked, looked, Some(&refusal)).with_status(status).into_response())
        }
    }
}
