//! `/jobs`

use crate::jobs::{DiscardJob, RetryJob};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::{Permission, Refusal};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::jobs::{self, JobView};
use utoipa::ToSchema;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// A piece of background work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    #[schema(example = "job_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// `search.index`
    pub kind: String,
    /// `waiting` or `dead`.
    pub state: &'static str,
    pub attempts: i32,
    /// Of the last try; for whoever repairs it.
    pub last_error: Option<String>,
    pub created_at: String,
    /// When it is tried next; null for jobs that gave up.
    pub run_at: Option<String>,
}

impl Job {
    fn new(job: JobView, dead: bool) -> Job {
        Job {
            id: job.id.to_string(),
            kind: job.kind,
            state: if dead { "dead" } else { "waiting" },
            attempts: job.attempts,
            last_error: Some(job.last_error).filter(|error| !error.is_empty()),
            created_at: job.created_at.to_string(),
            run_at: (!dead).then(|| job.run_at.to_string()),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
}

/// Background work that gave up, or that waits for its turn; newest first.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "house",
    params(("state" = Option<String>, Query, description = "`dead` (default) or `waiting`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Job>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
    slice: Slice,
) -> Result<Json<List<Job>>, Fail> {
    let dead = match asked.state.as_str() {
        "" | "dead" => true,
        "waiting" => false,
        _ => return Err(Refusal::field("/state", "not_a_choice").into()),
    };
    let rows = web
        .app
        .read(&context, Permission::SettingsRead, move |conn, scope| {
            jobs::list(conn, scope.organisation(), dead, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |job| job.id, |job| Job::new(job, dead))))
}

/// Nothing is needed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NothingAboutJob)]
#[serde(deny_unknown_fields, default)]
pub struct Nothing {}

/// Give a job that gave up another round of tries.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/retry", tag = "house", request_body = Nothing,
    params(("id" = String, Path, description = "`job_…`")),
    responses((status = 200, body = Job), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn retry(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RetryJob, Nothing>,
) -> Result<Kept, Fail> {
    let command = RetryJob(path_id(&id)?);
    let render = |_: &mut Tx<'_>, job| json_body(200, &Job::new(job, false));
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

/// Throw a job that gave up away: what it was to do is not done.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/discard", tag = "house", request_body = Nothing,
    params(("id" = String, Path, description = "`job_…`")),
    responses((status = 200, body = Job), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn discard(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<DiscardJob, Nothing>,
) -> Result<Kept, Fail> {
    let command = DiscardJob(path_id(&id)?);
    let render = |_: &mut Tx<'_>, job| json_body(200, &Job::new(job, true));
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}
