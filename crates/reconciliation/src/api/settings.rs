//! `GET /statement-settings`, `PATCH /statement-settings`

use crate::commands::SetPosting;
use crate::posting::{Posting, posting};
use axum::Json;
use axum::extract::State;
use kernel::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// How statements are dealt with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementSettings {
    /// A line is posted by itself when its best candidate is this sure, in thousandths, and no other is as good; 1001 posts nothing.
    #[schema(example = 980)]
    pub post_from: u16,
    /// 0 where nobody chose yet.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Posting> for StatementSettings {
    fn from(posting: Posting) -> Self {
        StatementSettings { post_from: posting.from, version: posting.version }
    }
}

/// What is to be changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementSettingsChanges {
    /// In thousandths; 1001 posts nothing.
    #[schema(minimum = 950, maximum = 1001)]
    pub post_from: u16,
    /// The version that was looked at; where another stands, it is refused.
    #[serde(default)]
    #[schema(example = 0)]
    pub version: Option<i64>,
}

/// How statements are dealt with.
#[utoipa::path(
    get, path = "/api/v1/statement-settings", tag = "statements",
    responses((status = 200, body = StatementSettings), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api) -> Result<Json<StatementSettings>, Fail> {
    let read = |conn: &mut ::store::Conn, scope: &kernel::Scope| posting(conn, scope.organisation());
    Ok(Json(web.app.read(&context, Permission::StatementRead, read).await?.into()))
}

/// Change from where on lines are posted by themselves, for the files to come. Two candidates that tie never are.
#[utoipa::path(
    patch, path = "/api/v1/statement-settings", tag = "statements", request_body = StatementSettingsChanges,
    responses((status = 200, body = StatementSettings), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    request: Keyed<SetPosting, StatementSettingsChanges>,
) -> Result<Kept, Fail> {
    let StatementSettingsChanges { post_from, version } = request.value;
    let command = SetPosting { from: post_from, version };
    let shown = |tx: &mut ::store::Tx<'_>, ()| {
        let organisation = tx.organisation();
        json_body(200, &StatementSettings::from(posting(tx.conn, organisation)?))
    };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, shown).await?))
}
