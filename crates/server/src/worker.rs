//! Background work: jobs, roll-ups, seals, the poller of checkouts in doubt, live pages.

use crate::house::House;
use crate::index;
use crate::mails;
use futures_util::future::join_all;
use kernel::id::OrganisationId;
use reconciliation::Watch;
use std::time::{Duration, Instant};
use store::jobs::Job;
use store::{Error, Reach};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a worker rests when there is nothing to do.
const REST: Duration = Duration::from_millis(500);
/// How often roll-ups and seals have their turn, and the poller.
const UPKEEP: Duration = Duration::from_secs(1);
/// What is done in one go where much may have been left behind (rolled up, sealed, numbered), and the rest after it while there
/// is more: together so little of the writer's time that payments do not notice.
const PORTION: i64 = 32;
const BREATH: Duration = Duration::from_millis(20);
/// Each portion after which there is more is followed by one that is larger by a row, up to so many: in five seconds.
const PORTION_MAX: i64 = 256;
/// Payments of a portion that is put into the search index, three or four rows each. What is searched for can wait a little: after
/// each portion there is a rest as many times as long as the portion took, longer when the writer is busy.
const INDEXED: i64 = 48;
const INDEXING_RESTS: u32 = 5;
/// How often new entries get their voucher numbers.
const NUMBERING: Duration = Duration::from_secs(30);
/// How often it is looked whether a day is over whose bill providers have written.
const BILLS: Duration = Duration::from_secs(30);
/// How often lines of statements that wait are compared again where something was posted, and how many times as long as that took
/// rests after it: with all that is open of a large company it takes seconds.
const COMPARING: Duration = Duration::from_secs(60);
const COMPARING_RESTS: u32 = 30;
/// How often old keys are forgotten and the whole trail is looked through.
const SWEEP: Duration = Duration::from_secs(3600);
const JOBS_AT_ONCE: i64 = 32;
/// Questions to providers at once: each takes a while to answer, and the answers share commits; few enough that payments do not
/// notice.
const QUESTIONS_AT_ONCE: usize = 8;
/// Mails at once. They have a turn of their own: a mail server that does not answer keeps nothing else waiting.
const MAILS_AT_ONCE: usize = 4;

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
    let mut spawn = |rest, breath, turn: fn(House, i64) -> Turn| {
        tasks.spawn(turns(stopped.clone(), rest, breath, house.clone(), turn));
    };
    spawn(REST, Duration::ZERO, |house, _| Box::pin(async move { work(&house).await }));
    spawn(UPKEEP, BREATH, |house, portion| Box::pin(async move { upkeep(&house, portion).await }));
    spawn(UPKEEP, BREATH, |house, _| {
        Box::pin(async move { payments::poll_due(&house.app, &house.registry, QUESTIONS_AT_ONCE).await.map(|_| false) })
    });
    spawn(UPKEEP, BREATH, |house, _| Box::pin(async move { mails::send_due(&house, MAILS_AT_ONCE).await }));
    spawn(BILLS, BREATH, |house, _| {
        Box::pin(async move { payments::fetch_due_bills(&house.app, &house.registry).await.map(|_| false) })
    });
    spawn(UPKEEP, BREATH, |house, _| Box::pin(async move { indexed(&house, Reach::New).await }));
    spawn(NUMBERING, BREATH, |house, _| Box::pin(async move { indexed(&house, Reach::Recent).await }));
    spawn(SWEEP, BREATH, |house, _| Box::pin(async move { indexed(&house, Reach::All).await }));
    spawn(NUMBERING, BREATH, |house, portion| Box::pin(async move { number(&house, portion).await }));
    spawn(SWEEP, BREATH, |house, portion| Box::pin(async move { sweep(&house, portion).await }));
    tasks.spawn(compare(stopped.clone(), house.clone()));
    let live = house.web.live.clone().follow(house.app.clone());
    let mut ended = stopped;
    tasks.spawn(async move {
        tokio::select! { () = live => {}, _ = ended.changed() => {} }
    });
    Background { stop, tasks }
}

type Turn = futures_util::future::BoxFuture<'static, Result<bool, Error>>;

/// Takes turns until told to stop, `breath` between them while there is more to do, else `rest`.
async fn turns(
    mut stopped: watch::Receiver<bool>,
    rest: Duration,
    breath: Duration,
    house: House,
    turn: fn(House, i64) -> Turn,
) {
    let mut portion = PORTION;
    while !*stopped.borrow() {
        let more = match turn(house.clone(), portion).await {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(%error, "background work failed; it is tried again");
                false
            }
        };
        portion = if more { (portion + 1).min(PORTION_MAX) } else { (portion / 2).max(PORTION) };
        let pause = if more { breath } else { rest };
        if !pause.is_zero() {
            tokio::select! { () = tokio::time::sleep(pause) => {}, _ = stopped.changed() => {} }
        }
    }
}

/// Compares the lines of statements that wait, again and again until told to stop.
async fn compare(mut stopped: watch::Receiver<bool>, house: House) {
    let mut seen = Watch::default();
    while !*stopped.borrow() {
        let started = Instant::now();
        let organisations = house.app.db().read(crate::house::organisations).await.unwrap_or_default();
        for (organisation, _) in organisations {
            let app = house.app.clone();
            let compared = tokio::task::spawn_blocking(move || {
                let renewed = seen.renew(&app, organisation);
                (seen, renewed)
            });
            let Ok((kept, renewed)) = compared.await else { return };
            seen = kept;
            if let Err(error) = renewed {
                tracing::warn!(%error, "lines that wait were not compared again; it is tried again");
            }
        }
        let rest = COMPARING.max(started.elapsed() * COMPARING_RESTS);
        tokio::select! { () = tokio::time::sleep(rest) => {}, _ = stopped.changed() => {} }
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
        payments::MAIL_RECEIPT => payments::mail_receipt(&house.app, job).await,
        kind if payments::JOBS.contains(&kind) => payments::run_job(&house.app, &house.registry, job).await,
        other => Err(Error::Broken(format!("nobody does jobs of the kind {other}"))),
    }
}

/// One round of what need not be done often; true when there may be more.
async fn sweep(house: &House, portion: i64) -> Result<bool, Error> {
    let mut more = house.app.prune_keys().await? >= 1000;
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        more |= numbered(house, organisation, Reach::All, portion).await?;
        more |= sealed(house, organisation, Reach::All, portion).await?;
    }
    Ok(more)
}

/// Puts a portion of what was received into the search index; true when there may be more.
async fn indexed(house: &House, reach: Reach) -> Result<bool, Error> {
    let (started, mut more) = (Instant::now(), false);
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        more |= index::payments(house, organisation, reach, INDEXED).await? >= INDEXED;
    }
    if more {
        tokio::time::sleep((started.elapsed() * INDEXING_RESTS).min(UPKEEP)).await;
    }
    Ok(more)
}

/// One round of voucher numbers; true when there may be more. What waited long for its commit is rare, and looked for only when
/// all else has its number, or its seal.
async fn number(house: &House, portion: i64) -> Result<bool, Error> {
    let mut more = false;
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        if numbered(house, organisation, Reach::New, portion).await? {
            more = true;
            continue;
        }
        more |= numbered(house, organisation, Reach::Recent, portion).await?;
        more |= sealed(house, organisation, Reach::Recent, portion).await?;
    }
    Ok(more)
}

/// Numbers a portion of the entries that have no voucher number yet; true when there may be more.
async fn numbered(house: &House, organisation: OrganisationId, reach: Reach, portion: i64) -> Result<bool, Error> {
    let look = move |conn: &mut store::Conn| ledger::unnumbered(conn, organisation, reach, portion);
    let mut numbered = 0;
    for some in house.app.db().read(look).await? {
        numbered += house.app.maintain(move |conn| ledger::number_some(conn, organisation, &some)).await?;
    }
    Ok(i64::try_from(numbered).unwrap_or(0) >= portion)
}

/// Seals a portion of what is not sealed yet; true when there may be more.
async fn sealed(house: &House, organisation: OrganisationId, reach: Reach, portion: i64) -> Result<bool, Error> {
    let sealed = house.app.seal_audit(organisation, reach, portion).await?;
    Ok(i64::try_from(sealed).unwrap_or(0) >= portion)
}

/// Adds a portion of what changed the sums of days up; true when there may be more.
async fn added_up(house: &House, portion: i64) -> Result<bool, Error> {
    let (days, count) = house.app.db().read(move |conn| receivables::days::loose(conn, portion)).await?;
    if !days.is_empty() {
        house.app.maintain(move |conn| receivables::days::add_up(conn, &days)).await?;
    }
    Ok(count >= portion)
}

/// One round of upkeep; true when there may be more.
async fn upkeep(house: &House, portion: i64) -> Result<bool, Error> {
    let mut more = house.app.maintain(move |conn| ledger::roll_tail(conn, portion)).await? >= portion;
    more |= added_up(house, portion).await?;
    for (organisation, _) in house.app.db().read(crate::house::organisations).await? {
        more |= sealed(house, organisation, Reach::New, portion).await?;
    }
    Ok(more)
}
