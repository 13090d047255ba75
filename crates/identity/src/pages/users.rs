//! Who may sign in: staff, and people of the portal.

use super::{Nothing, values_of};
use crate::choices;
use crate::commands::{CreateUser, NewUser, RemoveFactorOf, ResetPassword, UpdateUser};
use crate::queries::{self, User};
use crate::rules::token::temporary_password;
use crate::rules::user::{UserInput, check};
use crate::{Directory, once, require_step_up};
use ::store::{Conn, Error, Part};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{CustomerId, OrganisationId, UserId};
use kernel::{Permission, Role};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use serde::Deserialize;
use std::sync::Arc;
use web::session::Desk;
use web::view::{Columns, Pager, Picker, part};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "identity/users.html")]
struct Index {
    v: View,
    users: Vec<User>,
    customers: Vec<(CustomerId, String)>,
    pager: Pager,
}

impl Index {
    fn customer_of(&self, user: &User) -> &str {
        let found = self.customers.iter().find(|(id, _)| Some(*id) == user.customer);
        found.map_or("", |(_, name)| name.as_str())
    }
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let (vault, part) = (web.app.vault().clone(), part(&visit.view.query, &[])?);
    let read = part.clone();
    let (mut users, customers) = web
        .app
        .read(&visit.context, Permission::UserManage, move |conn, scope| {
            let organisation = scope.organisation();
            let users = queries::users(conn, &vault, organisation, &read)?;
            let customers = customers_of(conn, organisation, &users)?;
            Ok((users, customers))
        })
        .await?;
    let pager = Pager::by_id(&visit.view, &part, &mut users, |user| user.id);
    Ok(Page::new(Index { v: visit.view, users, customers, pager }))
}

/// The customers that people of the portal belong to, with their names.
fn customers_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    users: &[User],
) -> Result<Vec<(CustomerId, String)>, Error> {
    let mut customers: Vec<(CustomerId, String)> = Vec::new();
    for id in users.iter().filter_map(|user| user.customer) {
        if !customers.iter().any(|(known, _)| *known == id) {
            let name = queries::customer_name(conn, organisation, id)?;
            customers.push((id, name.unwrap_or_default()));
        }
    }
    Ok(customers)
}

/// The list as a file.
pub async fn file(State(web): State<Web>, Desk(visit): Desk, format: Format) -> Result<File, Fail> {
    let (v, vault) = (visit.view, web.app.vault().clone());
    Ok(web
        .app
        .read(&visit.context, Permission::UserManage, move |conn, scope| {
            let organisation = scope.organisation();
            let page = |before, limit| queries::users(conn, &vault, organisation, &Part::newest(before, limit));
            let users = whole_list(page, |user| user.id)?;
            let customers = customers_of(conn, organisation, &users)?;
            list_file(table(Index { v, users, customers, pager: Pager::default() }), format, "users")
        })
        .await?)
}

fn table(page: Index) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::Text;
    let columns = [
        ("name", "user-name", Text),
        ("email", "label-email", Text),
        ("roles", "label-roles", Text),
        ("customer", "label-customer", Text),
        ("inactive", "user-inactive", Text),
    ];
    let v = &page.v;
    let row = |user: &User| {
        let roles: Vec<String> = user.roles.iter().map(|role| v.role(role)).collect();
        vec![
            Cell::text(user.name.clone()),
            Cell::text(user.email.clone().unwrap_or_default()),
            Cell::text(roles.join(" · ")),
            Cell::text(page.customer_of(user)),
            Cell::text(if user.active { String::new() } else { v.t("user-inactive") }),
        ]
    };
    list_table(v, "nav-users", &Columns::read(&[], ""), &columns, page.users.iter().map(row))
}

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/email")]
    email: String,
    #[serde(rename = "/locale")]
    locale: String,
    #[serde(rename = "/customer")]
    customer: String,
    #[serde(skip)]
    roles: Vec<String>,
    inactive: bool,
    version: Option<i64>,
}

impl Form {
    fn with_roles(mut self, pairs: &[(String, String)]) -> Form {
        self.roles = values_of(pairs, "/roles");
        self
    }

    fn input(&self) -> UserInput {
        UserInput {
            name: self.name.clone(),
            email: self.email.clone(),
            locale: self.locale.clone(),
            roles: self.roles.clone(),
            customer: Some(self.customer.clone()),
        }
    }

    fn has(&self, role: &Role) -> bool {
        self.roles.iter().any(|name| name == role.name())
    }
}

impl From<User> for Form {
    fn from(user: User) -> Self {
        Form {
            name: user.name,
            email: user.email.unwrap_or_default(),
            locale: user.locale.tag().to_owned(),
            customer: user.customer.map(|id| id.to_string()).unwrap_or_default(),
            roles: user.roles.iter().map(|role| role.name().to_owned()).collect(),
            inactive: !user.active,
            version: Some(user.version),
        }
    }
}

#[derive(Template)]
#[template(path = "identity/user.html")]
struct Edit {
    v: View,
    /// `None` for a new user.
    id: Option<UserId>,
    form: Form,
    roles: Vec<Role>,
    /// Whom a new user is for: a customer, or ourselves.
    customer: Picker,
    /// There is a second factor to remove.
    second_factor: bool,
}

/// Whom a new user is for: `?customer=cus_…`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    customer: String,
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    let form = Form { locale: visit.context.locale.tag().to_owned(), customer: asked.customer, ..Form::default() };
    page(&web, visit, None, form, "", 200).await
}

pub async fn edit(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let user = web
        .app
        .read(&visit.context, Permission::UserManage, move |conn, scope| {
            queries::user(conn, &vault, scope.organisation(), id)
        })
        .await?;
    page(&web, visit, Some(id), user.into(), "", 200).await
}

/// `words` are what a customer is searched by.
async fn page(
    web: &Web,
    visit: Visit,
    id: Option<UserId>,
    form: Form,
    words: &str,
    status: u16,
) -> Result<Response, Fail> {
    let (words, own) = (words.to_owned(), form.customer.clone());
    let (found, second_factor) = web
        .app
        .read(&visit.context, Permission::UserManage, move |conn, scope| {
            let factor = id.map(|id| queries::second_factor(conn, scope.organisation(), id)).transpose()?.flatten();
            Ok((choices::customers(conn, scope, &words, &own)?, factor.is_some()))
        })
        .await?;
    let v = visit.view;
    let customer = found.picker("/customer", &v).or_nobody(v.t("user-for-us"));
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Customer).collect();
    Ok(Page::new(Edit { v, id, form, roles, customer, second_factor }).with_status(status).into_response())
}

/// Somebody's first or new password, told once.
#[derive(Template)]
#[template(path = "identity/user_password.html")]
struct Told {
    v: View,
    name: String,
    email: String,
    password: String,
}

pub async fn create(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, pairs } = request;
    web.app.authorise(&visit.context.actor, Permission::UserManage)?;
    let form = form.with_roles(&pairs);
    let field = |name: &str| pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim());
    // The button of the search; and words without a choice mean somebody who was not found yet, not one of ours.
    if field("action") == "find" || (form.customer.is_empty() && !field("find").is_empty()) {
        return page(&web, visit, None, form, field("find"), 200).await;
    }
    require_step_up(&visit)?;
    let password = temporary_password(once::secret(web.app.vault(), &visit.context, &once, "temporary-password"));
    let result = match check(&form.input()) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(data) => {
            let hash = directory.passwords().hashed(password.clone(), visit.context.ids().random()).await?;
            let command = CreateUser(NewUser { data, password_hash: Some(hash) });
            web.app.write_once(&visit.context, once, command, |_, id| Ok((200, id.to_string().into_bytes()))).await
        }
    };
    match result {
        Ok(_) => {
            visit.view.room = Some("/users");
            Ok(Page::new(Told { v: visit.view, name: form.name, email: form.email, password }).into_response())
        }
        Err(error) => again(&web, visit, None, form, error).await,
    }
}

pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let KeyedForm { visit, once, value: form, pairs } = request;
    require_step_up(&visit)?;
    let form = form.with_roles(&pairs);
    let result = match check(&form.input()) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(data) => {
            let command = UpdateUser { id, version: form.version, data, active: !form.inactive };
            let to = |_: &mut ::store::Tx<'_>, _| Ok((303, b"/users?done=user-saved".to_vec()));
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => again(&web, visit, Some(id), form, error).await,
    }
}

/// The form once more with what was typed and what was wrong with it.
async fn again(web: &Web, mut visit: Visit, id: Option<UserId>, form: Form, error: Error) -> Result<Response, Fail> {
    let refusal = error.for_form()?;
    visit.view.refused(&refusal);
    page(web, visit, id, form, "", refusal.status()).await
}

pub async fn reset_password(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let id: UserId = path_id(&id)?;
    let KeyedForm { mut visit, once, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::UserManage)?;
    require_step_up(&visit)?;
    let password = temporary_password(once::secret(web.app.vault(), &visit.context, &once, "temporary-password"));
    let password_hash = directory.passwords().hashed(password.clone(), visit.context.ids().random()).await?;
    let command = ResetPassword { id, password_hash };
    web.app.write_once(&visit.context, once, command, |_, id| Ok((200, id.to_string().into_bytes()))).await?;
    let (organisation, vault) = (visit.context.organisation, web.app.vault().clone());
    let user = web.app.db().read(move |conn| queries::user(conn, &vault, organisation, id)).await?;
    visit.view.room = Some("/users");
    let email = user.email.unwrap_or_default();
    Ok(Page::new(Told { v: visit.view, name: user.name, email, password }).into_response())
}

pub async fn remove_second_factor(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let id: UserId = path_id(&id)?;
    let KeyedForm { visit, once, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::UserManage)?;
    require_step_up(&visit)?;
    let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/users?done=second-factor-removed".to_vec()));
    let answer = web.app.write_once(&visit.context, once, RemoveFactorOf(id), to).await?;
    Ok(Went(answer).into_response())
}
