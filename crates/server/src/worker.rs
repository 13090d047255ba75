//! Background work: jobs, roll-ups, seals, the poller of checkouts in doubt, live pages.

use crate::house::House;
use crate::index;
use futures_util::future::join_all;
use kernel::id::OrganisationId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::Error;
use store::audit::Reach;
use store::jobs::Job;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a worker rests when there is nothing to do.
const REST: Duration = Duration::from_millis(500);
/// How often roll-ups and seals have their turn, and the poller.
const UPKEEP: Duration = Duration::from_secs(1);
/// Entries rolled up and rows sealed in one go, and the rest after it while there are more: together so little of the
/// writer's time that payments do not notice.
const PORTION: i64 = 32;
const BREATH: Duration = Duration::from_millis(20);
/// After so many portions in a row it is time to catch up, in larger ones.
const BEHIND: u32 = 250;
const LARGE_PORTION: i64 = 256;
/// How often new entries get their voucher numbers.
const NUMBERING: Duration = Duration::from_secs(30);
/// How often old keys are forgotten and the whole trail is looked through.
const SWEEP: Duration = Duration::from_secs(3600);
const JOBS_AT_ONCE: i64 = 32;

/// The running tasks.
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Lets every task finish its turn.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(10), all).await.is_err() {
            tracing::warn!("background work did not end in time");
        }
    }
}

/// Starts the background work of a house.
pub fn start(house: &House) -> Background {
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(turns(stopped.clone(), REST, house.clone(), |house| Box::pin(async move { work(&house).await })));
    let in_a_row = Arc::new(AtomicU32::new(0));
    let keep_up = move |house| -> Turn {
        let in_a_row = Arc::clone(&in_a_row);
        Box::pin(async move { upkeep(&house, &in_a_row).await })
    };
    tasks.spawn(turns(stopped.clone(), UPKEEP, house.clone(), keep_up));
    let poll = |house: House| -> Turn {
        Box::pin(async move { payments::poll_due(&house.app, &house.registry).await.map(|_| false) })
    };
    tasks.spawn(turns(stopped.clone(), UPKEEP, house.clone(), poll));
    let numbering = |house| -> Turn { Box::pin(async move { number(&house, false).await }) };
    tasks.spawn(turns(stopped.clone(), NUMBERING, house.clone(), numbering));
    tasks.spawn(turns(stopped.clone(), SWEEP, house.clone(), |house| Box::pin(async move { sweep(&house).await })));
    let live = house.web.live.clone().follow(house.app.clone());
    let mut ended = stopped;
    tasks.spawn(async move {
        tokio::select! { () = live => {}, _ = ended.changed() => {} }
    });
    Background { stop, tasks }
}

type Turn = futures_util::future::BoxFuture<'static, Result<bool, Error>>;

/// Takes turns until told to stop; rests after a turn without work.
async fn turns(mut stopped: watch::Receiver<bool>, rest: Duration, house: House, turn: impl Fn(House) -> Turn) {
    while !*stopped.borrow() {
        let busy = match turn(house.clone()).await {
            Ok(busy) => busy,
            Err(error) => {
                tracing::warn!(%error, "background work failed; it is tried again");
                false
            }
        };
        if !busy {
            tokio::select! { () = tokio::time::sleep(rest) => {}, _ = stopped.changed() => {} }
        }
    }
}

/// One round of jobs; true when there were any.
async fn work(house: &House) -> Result<bool, Error> {
    let jobs = house.app.lease_jobs(JOBS_AT_ONCE).await?;
    let any = !jobs.is_empty();
    // All at once, so that their writes share commits.
    for ended in join_all(jobs.into_iter().map(|job| do_one(house, job))).await {
        ended?;
    }
    Ok(any)
}

async fn do_one(house: &House, job: Job) -> Result<(), Error> {
    let failure = perform(house, &job).await.err().map(|error| error.to_string());
    if let Some(reason) = &failure {
        tracing::warn!(kind = job.kind, attempt = job.attempt, reason, "a job failed");
    }
    house.app.end_job(job, failure).await
}

async fn perform(house: &House, job: &Job) -> Result<(), Error> {
    match job.kind.as_str() {
        "search.index" => index::update(house, job).await,
        kind if payments::JOBS.contains(&kind) => payments::run_job(&house.app, &house.registry, job).await,
        other => Err(Error::Broken(format!("nobody does jobs of the kind {other}"))),
    }
}

/// One round of what need not be done often; true when there may be more.
async fn sweep(house: &House) -> Result<bool, Error> {
    let mut more = house.app.prune_keys().await? >= 1000;
    more |= number(house, true).await?;
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        more |= sealed(house, organisation, Reach::All, LARGE_PORTION).await?;
    }
    Ok(more)
}

/// Numbers entries that have no voucher number yet; true when there may be more.
async fn number(house: &House, thorough: bool) -> Result<bool, Error> {
    let mut more = false;
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        // What waited long for its commit is rare; it is looked for as seldom as this.
        more |= sealed(house, organisation, Reach::Recent, PORTION).await?;
        let look = move |conn: &mut store::Conn| ledger::unnumbered(conn, organisation, thorough);
        for some in house.app.db().read(look).await? {
            more = true;
            house.app.maintain(move |conn| ledger::number_some(conn, organisation, &some)).await?;
        }
    }
    Ok(more)
}

/// Seals a portion of what is not sealed yet; true when there may be more.
async fn sealed(house: &House, organisation: OrganisationId, reach: Reach, portion: i64) -> Result<bool, Error> {
    let sealed = house.app.seal_audit(organisation, reach, portion).await?;
    Ok(i64::try_from(sealed).unwrap_or(0) >= portion)
}

/// One round of upkeep; true when there may be more. `in_a_row`: the rounds before it after which there was more.
async fn upkeep(house: &House, in_a_row: &AtomicU32) -> Result<bool, Error> {
    let rounds = in_a_row.load(Ordering::Relaxed);
    let portion = if rounds < BEHIND { PORTION } else { LARGE_PORTION };
    let organisations = house.app.db().read(crate::house::organisations).await?;
    let mut more = house.app.maintain(move |conn| ledger::roll_tail(conn, portion)).await? >= portion;
    for (organisation, _) in organisations {
        more |= sealed(house, organisation, Reach::New, portion).await?;
    }
    in_a_row.store(if more { rounds.saturating_add(1) } else { 0 }, Ordering::Relaxed);
    if more {
        tokio::time::sleep(BREATH).await;
    }
    Ok(more)
}
