//! Jobs: work for later, leased by workers, repeated with back-off, laid aside as dead after too many tries.

use crate::conn::Conn;
use crate::each;
use crate::error::Error;
use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use kernel::id::{JobId, OrganisationId};
use schema::jobs;
use schema::types::{At, JsonText};

/// How long a worker has for a job before another may take it.
const LEASE_SECONDS: i64 = 120;
/// Tries before a job is laid aside for a person to look at.
const ATTEMPTS_MAX: i32 = 12;

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub organisation: OrganisationId,
    pub id: JobId,
    pub kind: String,
    /// JSON as it was put in.
    pub payload: String,
    /// This try's number, from 1.
    pub attempt: i32,
}

pub(crate) fn insert(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: JobId,
    kind: &str,
    payload: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::organisation_id.eq(organisation),
            jobs::job_id.eq(id),
            jobs::kind.eq(kind),
            jobs::payload.eq(JsonText(payload.to_owned())),
            jobs::run_at.eq(At(run_at)),
            jobs::attempts.eq(0),
            jobs::dead.eq(false),
            jobs::created_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes up to `limit` due jobs for [`LEASE_SECONDS`]. Runs in a write transaction of its own.
pub(crate) fn lease(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Job>, Error> {
    let until = At(now + jiff::SignedDuration::from_secs(LEASE_SECONDS));
    type Row = (OrganisationId, JobId, String, JsonText, i32);
    let due: Vec<Row> = {
        let query = jobs::table
            .filter(jobs::dead.eq(false))
            .filter(jobs::run_at.le(At(now)))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(At(now))))
            .order(jobs::run_at.asc())
            .select((jobs::organisation_id, jobs::job_id, jobs::kind, jobs::payload, jobs::attempts))
            .limit(limit);
        match conn {
            Conn::Sqlite(c) => query.load(c)?,
            Conn::Pg(c) => query.for_update().skip_locked().load(c)?,
        }
    };
    let mut leased = Vec::with_capacity(due.len());
    for (organisation, id, kind, payload, attempts) in due {
        let key = jobs::organisation_id.eq(organisation).and(jobs::job_id.eq(id));
        if attempts >= ATTEMPTS_MAX {
            // No worker came back from the last try: it may be this job that ends them.
            let error = Some("the worker did not come back");
            diesel::update(jobs::table.filter(key))
                .set((jobs::dead.eq(true), jobs::leased_until.eq(None::<At>), jobs::last_error.eq(error)))
                .execute(conn)?;
            continue;
        }
        diesel::update(jobs::table.filter(key))
            .set((jobs::leased_until.eq(until), jobs::attempts.eq(attempts + 1)))
            .execute(conn)?;
        leased.push(Job { organisation, id, kind, payload: payload.0, attempt: attempts + 1 });
    }
    Ok(leased)
}

/// The job is done; its row goes.
pub(crate) fn done(conn: &mut Conn, job: &Job) -> Result<(), Error> {
    let key = jobs::organisation_id.eq(job.organisation).and(jobs::job_id.eq(job.id));
    each!(conn, |c| diesel::delete(jobs::table.filter(key)).execute(c))?;
    Ok(())
}

/// The job failed: again later, twice as late each time, or dead. Says nothing when another worker has it by now.
pub(crate) fn failed(conn: &mut Conn, job: &Job, error: &str, now: Timestamp) -> Result<(), Error> {
    let dead = job.attempt >= ATTEMPTS_MAX;
    let seconds = 2_i64.saturating_pow(u32::try_from(job.attempt).unwrap_or(1).min(12));
    let run_at = At(now + jiff::SignedDuration::from_secs(seconds));
    let error: String = error.chars().take(500).collect();
    let key = jobs::organisation_id.eq(job.organisation).and(jobs::job_id.eq(job.id));
    diesel::update(jobs::table.filter(key.and(jobs::attempts.eq(job.attempt))))
        .set((
            jobs::leased_until.eq(None::<At>),
            jobs::run_at.eq(run_at),
            jobs::dead.eq(dead),
            jobs::last_error.eq(Some(error)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A job as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    pub id: JobId,
    pub kind: String,
    pub attempts: i32,
    /// Of the last try; empty before the first has failed.
    pub last_error: String,
    pub created_at: Timestamp,
    /// When it is tried next; dead jobs are not.
    pub run_at: Timestamp,
}

/// Jobs of an organisation before `before`, newest first: those that gave up, or those that wait.
pub fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    dead: bool,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<JobView>, Error> {
    let mut query = jobs::table
        .filter(jobs::organisation_id.eq(organisation))
        .filter(jobs::dead.eq(dead))
        .order(jobs::job_id.desc())
        .select((jobs::job_id, jobs::kind, jobs::attempts, jobs::last_error, jobs::created_at, jobs::run_at))
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(jobs::job_id.lt(before));
    }
    let rows: Vec<ViewRow> = query.load(conn)?;
    Ok(rows.into_iter().map(seen).collect())
}

/// The dead-letter list of an organisation, newest first, at most 200.
pub fn dead(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<JobView>, Error> {
    list(conn, organisation, true, None, 200)
}

type ViewRow = (JobId, String, i32, Option<String>, At, At);

fn seen((id, kind, attempts, error, created_at, run_at): ViewRow) -> JobView {
    let last_error = error.unwrap_or_default();
    JobView { id, kind, attempts, last_error, created_at: created_at.0, run_at: run_at.0 }
}

/// How many jobs of an organisation wait for their turn or their next try.
pub fn waiting(conn: &mut Conn, organisation: OrganisationId) -> Result<i64, Error> {
    let waiting = jobs::organisation_id.eq(organisation).and(jobs::dead.eq(false));
    Ok(jobs::table.filter(waiting).count().get_result(conn)?)
}

/// A job that gave up.
pub fn find_dead(conn: &mut Conn, organisation: OrganisationId, id: JobId) -> Result<Option<JobView>, Error> {
    let row: Option<ViewRow> = jobs::table
        .filter(jobs::organisation_id.eq(organisation).and(jobs::job_id.eq(id)).and(jobs::dead.eq(true)))
        .select((jobs::job_id, jobs::kind, jobs::attempts, jobs::last_error, jobs::created_at, jobs::run_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(seen))
}

/// Throws a dead job away. False when there is no such job.
pub fn discard(conn: &mut Conn, organisation: OrganisationId, id: JobId) -> Result<bool, Error> {
    let key = jobs::organisation_id.eq(organisation).and(jobs::job_id.eq(id)).and(jobs::dead.eq(true));
    Ok(each!(conn, |c| diesel::delete(jobs::table.filter(key)).execute(c))? == 1)
}

/// Gives a dead job another round of tries. False when there is no such job.
pub fn retry(conn: &mut Conn, organisation: OrganisationId, id: JobId, now: Timestamp) -> Result<bool, Error> {
    let key = jobs::organisation_id.eq(organisation).and(jobs::job_id.eq(id)).and(jobs::dead.eq(true));
    let rows = diesel::update(jobs::table.filter(key))
        .set((jobs::dead.eq(false), jobs::attempts.eq(0), jobs::run_at.eq(At(now))))
        .execute(conn)?;
    Ok(rows == 1)
}
