//! The one door: every change of state is a command that goes through [`App::write`] or [`App::write_once`].
//!
//! Authorise → open the transaction → idempotency → run → audit → events → commit. Web pages, the API, the command line, jobs,
//! demonstration data and tests use the same door; nothing else opens a write transaction.

use crate::conn::Conn;
use crate::db::{Db, Ending, Verdict, Work};
use crate::error::Error;
use crate::idempotency::{self, InFlight, Once};
use crate::reach::Reach;
use crate::seeds::{Seeds, SystemSeeds};
use crate::tx::{House, Tx};
use crate::vault::Vault;
use crate::{audit, events, jobs};
use kernel::id::OrganisationId;
use kernel::{Actor, Clock, Context, Permission, Scope, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;

/// Between two looks whether the first request with a key was answered; and how many, ten seconds in all.
const WAIT: Duration = Duration::from_millis(20);
const WAITS_MAX: u32 = 500;

/// A change of state. `run` may be called again when the database asks for it: no effect outside the transaction, ids only
/// from `tx`. It never renders documents, hashes passwords or calls out, and takes well under 50 ms.
pub trait Command: Send + 'static {
    /// `invoice.issue`: the name in the audit trail.
    const NAME: &'static str;
    /// What the actor must be allowed to do.
    const PERMISSION: Permission;
    /// What the command tells its caller.
    type Output: Send + 'static;

    /// Loads, decides, saves, posts, tells. A refusal rolls everything back.
    fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error>;
}

/// Decides role × action before the transaction.
pub trait Authorizer: Send + Sync {
    fn permits(&self, actor: &Actor, permission: Permission) -> bool;
}

/// A key that is held until this is dropped.
pub struct Held(#[expect(dead_code, reason = "only held")] Option<idempotency::Guard>);

/// The answer of a keyed write, as kept with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The body's bytes; for pages the address to go to.
    pub body: Vec<u8>,
    /// Whether it was kept from an earlier request with the same key.
    pub replayed: bool,
}

/// The application's core: database, policies, clock, keys. Cheap to clone.
#[derive(Clone)]
pub struct App {
    db: Db,
    clock: Arc<dyn Clock>,
    seeds: Arc<dyn Seeds>,
    house: Arc<House>,
    in_flight: Arc<InFlight>,
    /// Commands that were handed in.
    handed_in: Arc<AtomicU64>,
}

impl App {
    pub fn new(
        db: Db,
        authorizer: Arc<dyn Authorizer>,
        clock: Arc<dyn Clock>,
        vault: Vault,
        subscriptions: events::Subscriptions,
    ) -> App {
        let house = Arc::new(House { authorizer, vault, subscriptions, books: crate::books::Cache::default() });
        let (in_flight, handed_in) = (Arc::default(), Arc::default());
        App { db, clock, seeds: Arc::new(SystemSeeds), house, in_flight, handed_in }
    }

    /// The same with randomness from elsewhere, so that a run can be repeated.
    #[must_use]
    pub fn with_seeds(self, seeds: Arc<dyn Seeds>) -> App {
        App { seeds, ..self }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How many commands were handed in since the house was opened: whoever has many and no hurry sees by it whether others write as well.
    /// What the store does for itself does not count, for nobody waits for that.
    pub fn handed_in(&self) -> u64 {
        self.handed_in.load(Ordering::Relaxed)
    }

    /// Fresh randomness for a context.
    pub fn seed(&self) -> Result<[u8; 32], Error> {
        self.seeds.draw()
    }

    pub fn vault(&self) -> &Vault {
        &self.house.vault
    }

    /// Whether the actor may do this at all; rows and amounts are decided inside.
    pub fn permits(&self, actor: &Actor, permission: Permission) -> bool {
        self.house.authorizer.permits(actor, permission)
    }

    /// Refuses what the actor may not do.
    pub fn authorise(&self, actor: &Actor, permission: Permission) -> Result<(), Error> {
        self.house.authorise(actor, permission)
    }

    /// Runs queries that the actor may ask, bounded to the rows it may see. They see one state of things: an invoice that is paid
    /// between two of them is not half paid to its reader.
    pub async fn read<T: Send + 'static>(
        &self,
        context: &Context,
        permission: Permission,
        query: impl FnOnce(&mut Conn, &Scope) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.authorise(&context.actor, permission)?;
        let scope = context.scope();
        self.db.snapshot(move |conn| query(conn, &scope)).await
    }

    /// Runs a command once, for callers that cannot be cut off between commit and answer (jobs, tests, the command line).
    pub async fn write<C: Command>(&self, context: &Context, command: C) -> Result<C::Output, Error> {
        self.submit(context, command)?.await.map_err(|_| Error::OutcomeUnknown)?
    }

    /// [`App::write`] for callers outside the async runtime.
    pub fn write_now<C: Command>(&self, context: &Context, command: C) -> Result<C::Output, Error> {
        self.submit(context, command)?.blocking_recv().map_err(|_| Error::OutcomeUnknown)?
    }

    /// Hands a command in and goes on; the queue commits those that wait together. For callers outside the async runtime that have
    /// many to hand in: a file's lines.
    pub fn hand_in<C: Command>(&self, context: &Context, command: C) -> Result<HandedIn<C::Output>, Error> {
        Ok(HandedIn(self.submit(context, command)?))
    }

    /// Runs a command for its answer and takes everything back: what would happen if.
    pub async fn rehearse<C: Command>(&self, context: &Context, command: C) -> Result<C::Output, Error> {
        self.authorise(&context.actor, C::PERMISSION)?;
        let (house, context) = (Arc::clone(&self.house), context.clone());
        let outcome = self.transact(None, move |conn| -> Result<Never, Rehearsed<C::Output>> {
            let result = command.run(&mut Tx::new(conn, &context, &house));
            house.books.forget(context.organisation);
            Err(result.map_or_else(Rehearsed::Failed, Rehearsed::Output))
        })?;
        match outcome.await.map_err(|_| Error::OutcomeUnknown)? {
            Err(Rehearsed::Output(output)) => Ok(output),
            Err(Rehearsed::Failed(error)) => Err(error),
            Ok(never) => match never {},
        }
    }

    /// The answer that is kept under the request's key, for a request that was refused before its command was asked. Refuses
    /// a key that stands for another request.
    pub async fn kept(&self, context: &Context, once: Once) -> Result<Option<Answer>, Error> {
        let (house, context) = (Arc::clone(&self.house), context.clone());
        self.db.read(move |conn| idempotency::find(conn, &house.vault, &context, &once)).await
    }

    /// Holds a key for what takes longer than one transaction, which [`App::write_once`] answers in the end. Who asks with it meanwhile is
    /// told that the first is under way; across processes only the answer is kept, so what is done must be harmless twice.
    pub fn hold(&self, context: &Context, once: &Once) -> Result<Held, Error> {
        Ok(Held(self.in_flight.enter(context, once)?))
    }

    /// Runs a command at most once per key. `render` makes the answer's bytes inside the transaction; they are kept with the
    /// key and given again, byte for byte, to whoever asks with the same key and request. Without a key nothing is kept.
    pub async fn write_once<C: Command>(
        &self,
        context: &Context,
        once: Once,
        command: C,
        render: impl Fn(&mut Tx<'_>, C::Output) -> Result<(u16, Vec<u8>), Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        self.authorise(&context.actor, C::PERMISSION)?;
        let guard = self.entered(context, &once).await?;
        self.handed_in.fetch_add(1, Ordering::Relaxed);
        let (house, context) = (Arc::clone(&self.house), context.clone());
        let answer = self.transact(guard, move |conn| {
            idempotency::hold(conn, &context, &once)?;
            if let Some(kept) = idempotency::find(conn, &house.vault, &context, &once)? {
                return Ok(kept);
            }
            let mut tx = Tx::new(conn, &context, &house);
            let output = command.run(&mut tx)?;
            let (status, body) = render(&mut tx, output)?;
            tx.finish(C::NAME, &body)?;
            idempotency::keep(&mut tx, &once, status, &body)?;
            Ok::<_, Error>(Answer { status, body, replayed: false })
        })?;
        answer.await.map_err(|_| Error::OutcomeUnknown)?
    }

    /// Membership among the keys that are being answered; where the key waits, once the first with it has been.
    async fn entered(&self, context: &Context, once: &Once) -> Result<Option<idempotency::Guard>, Error> {
        let mut left = WAITS_MAX;
        loop {
            match self.in_flight.enter(context, once) {
                Err(Error::Refused(_)) if once.waits && left > 0 => left -= 1,
                entered => return entered,
            }
            tokio::time::sleep(WAIT).await;
        }
    }

    fn submit<C: Command>(
        &self,
        context: &Context,
        command: C,
    ) -> Result<oneshot::Receiver<Result<C::Output, Error>>, Error> {
        self.authorise(&context.actor, C::PERMISSION)?;
        self.handed_in.fetch_add(1, Ordering::Relaxed);
        let (house, context) = (Arc::clone(&self.house), context.clone());
        self.transact(None, move |conn| {
            let mut tx = Tx::new(conn, &context, &house);
            let output = command.run(&mut tx)?;
            tx.finish(C::NAME, &[])?;
            Ok(output)
        })
    }

    /// Leases due jobs; one worker's turn.
    pub async fn lease_jobs(&self, limit: i64) -> Result<Vec<jobs::Job>, Error> {
        let now = self.now();
        self.maintain(move |conn| jobs::lease(conn, now, limit)).await
    }

    /// Ends a leased job: done, or failed with a sentence for whoever looks.
    pub async fn end_job(&self, job: jobs::Job, failure: Option<String>) -> Result<(), Error> {
        let now = self.now();
        self.maintain(move |conn| match &failure {
            None => jobs::done(conn, &job),
            Some(error) => jobs::failed(conn, &job, error, now),
        })
        .await
    }

    /// Seals up to `limit` settled audit rows of an organisation; returns how many.
    pub async fn seal_audit(&self, organisation: OrganisationId, reach: Reach, limit: i64) -> Result<usize, Error> {
        let now = self.now();
        let look = move |conn: &mut Conn| audit::unsealed(conn, organisation, now, limit, reach);
        let ids = self.db.read(look).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let house = Arc::clone(&self.house);
        self.maintain(move |conn| audit::seal(conn, &house.vault, organisation, now, &ids)).await
    }

    /// Forgets old idempotency keys; returns how many, at most 1,000.
    pub async fn prune_keys(&self) -> Result<usize, Error> {
        let now = self.now();
        self.maintain(move |conn| idempotency::prune(conn, now)).await
    }

    /// Writes that are no commands: bookkeeping of the store about itself (leases, seals, roll-ups, sessions seen), which change
    /// nothing that the business knows and so leave no audit row.
    pub async fn maintain<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.transact(None, work)?.await.map_err(|_| Error::OutcomeUnknown)?
    }

    fn transact<T: Send + 'static, E: Outcome + Send + 'static>(
        &self,
        guard: Option<idempotency::Guard>,
        body: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>, Error> {
        let (reply, answer) = oneshot::channel();
        self.db.submit(Box::new(Ticket { body, result: None, reply, guard }))?;
        Ok(answer)
    }
}

/// A command that was handed in and not yet waited for.
#[derive(Debug)]
pub struct HandedIn<T>(oneshot::Receiver<Result<T, Error>>);

impl<T> HandedIn<T> {
    /// Its outcome, once it is committed or refused. Blocks.
    pub fn wait(self) -> Result<T, Error> {
        self.0.blocking_recv().map_err(|_| Error::OutcomeUnknown)?
    }
}

/// A rehearsal never commits.
enum Never {}

/// How a rehearsal's roll-back carries its result out.
enum Rehearsed<T> {
    Output(T),
    Failed(Error),
}

impl<T> Outcome for Rehearsed<T> {
    const REHEARSAL: bool = true;

    fn is_transient(&self) -> bool {
        matches!(self, Rehearsed::Failed(error) if error.is_transient())
    }
    fn is_storage_full(&self) -> bool {
        matches!(self, Rehearsed::Failed(error) if error.is_storage_full())
    }
    fn from_error(error: Error) -> Self {
        Rehearsed::Failed(error)
    }
}

/// What the queue must know of a failure.
trait Outcome {
    /// Whether it is always a failure that carries the result out, after much was written.
    const REHEARSAL: bool = false;

    fn is_transient(&self) -> bool;
    fn is_storage_full(&self) -> bool;
    fn from_error(error: Error) -> Self;
}

impl Outcome for Error {
    fn is_transient(&self) -> bool {
        Error::is_transient(self)
    }
    fn is_storage_full(&self) -> bool {
        Error::is_storage_full(self)
    }
    fn from_error(error: Error) -> Self {
        error
    }
}

/// A queued transaction with its caller.
struct Ticket<F, T, E> {
    body: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    /// Leaves the set of keys in flight when the ticket is answered, also if the caller went away.
    guard: Option<idempotency::Guard>,
}

impl<F, T, E> Work for Ticket<F, T, E>
where
    F: FnMut(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: Outcome + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Verdict {
        let result = (self.body)(conn);
        match result {
            Ok(value) => {
                self.result = Some(Ok(value));
                Verdict::Commit
            }
            Err(error) if error.is_transient() => Verdict::Again,
            Err(error) => {
                let error =
                    if error.is_storage_full() { E::from_error(Error::Unavailable("storage_full")) } else { error };
                self.result = Some(Err(error));
                Verdict::RollBack
            }
        }
    }

    fn is_rehearsal(&self) -> bool {
        E::REHEARSAL
    }

    fn answer(self: Box<Self>, ending: Ending) {
        let result = match (ending, self.result) {
            (Ending::AsDecided, Some(result)) => result,
            // A refusal stands whatever became of the transaction; a success does not.
            (Ending::Unknown, Some(Ok(_)) | None) => Err(E::from_error(Error::OutcomeUnknown)),
            (Ending::NotKept(why), _) => Err(E::from_error(Error::Unavailable(why))),
            (Ending::Unknown, Some(Err(error))) => Err(error),
            (Ending::AsDecided, None) => Err(E::from_error(Error::Broken("the command ended badly".into()))),
        };
        // Before the answer: whoever has it may ask again at once.
        drop(self.guard);
        // The caller may be gone; the result stands all the same.
        drop(self.reply.send(result));
    }
}
