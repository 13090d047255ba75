//! A fresh database for each test, and the smallest commands that show what the store does.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types};
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Actor, Clock, Context, Ids, Locale, Permission, Refusal, Source, Timestamp};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use store::events::Subscriptions;
use store::{App, Authorizer, Command, Conn, DatabaseUrl, Db, Error, MasterKey, Migration, Tx, Vault, counters};
use tempfile::TempDir;

/// The same test on both engines: `on_both! { a_test another_test }`.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&crate::bench::Bench::sqlite());
            }
            #[test]
            fn postgres() {
                if let Some(bench) = crate::bench::Bench::postgres() {
                    super::$name(&bench);
                }
            }
        }
    )*};
}
pub(crate) use on_both;

const IDENTITY: Migration = Migration {
    version: 2026_1123_0100,
    name: "identity",
    sql: include_str!("../../../identity/migrations/0001_identity.sql"),
};

/// The steps of the databases here.
pub fn steps() -> Vec<Migration> {
    let mut steps = store::migrate::MIGRATIONS.to_vec();
    steps.push(IDENTITY);
    steps
}

/// A clock that stands still until it is moved.
pub struct StillClock(Mutex<Timestamp>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub struct Everybody;

impl Authorizer for Everybody {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

pub struct Nobody;

impl Authorizer for Nobody {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        false
    }
}

/// A database of its own, gone when dropped.
pub struct Bench {
    pub url: DatabaseUrl,
    pub dir: TempDir,
    clock: Arc<StillClock>,
    /// Where the databases of PostgreSQL are made and removed.
    server: Option<String>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Bench {
    /// A SQLite database without tables.
    pub fn empty_sqlite() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(dir.path().join("shunfu.db").display().to_string());
        let clock = Arc::new(StillClock(Mutex::new("2026-11-23T08:00:00Z".parse().unwrap())));
        Bench { url, dir, clock, server: None }
    }

    /// A PostgreSQL database without tables; `None` where no server is named.
    pub fn empty_postgres() -> Option<Bench> {
        let Ok(server) = std::env::var("SHUNFU_TEST_POSTGRES") else {
            eprintln!("skipped on PostgreSQL: SHUNFU_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("shunfu_store_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (base, query) = server.split_once('?').map_or((server.as_str(), ""), |(base, query)| (base, query));
        let after_host = base.find("://").unwrap() + 3;
        let host_end = base[after_host..].find('/').map_or(base.len(), |at| after_host + at);
        let url = DatabaseUrl::Postgres(format!("{}/{name}?{query}", &base[..host_end]));
        let mut bench = Bench::empty_sqlite();
        bench.url = url;
        bench.server = Some(server);
        Some(bench)
    }

    pub fn sqlite() -> Bench {
        Bench::empty_sqlite().migrated()
    }

    pub fn postgres() -> Option<Bench> {
        Some(Bench::empty_postgres()?.migrated())
    }

    fn migrated(self) -> Bench {
        store::migrate::migrate(&self.url, &steps(), self.now()).unwrap();
        self
    }

    /// Another database of the same engine, without tables.
    pub fn another_empty(&self) -> Bench {
        match &self.url {
            DatabaseUrl::Sqlite(_) => Bench::empty_sqlite(),
            DatabaseUrl::Postgres(_) => Bench::empty_postgres().unwrap(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn wait_seconds(&self, seconds: i64) {
        *self.clock.0.lock().unwrap() += jiff::SignedDuration::from_secs(seconds);
    }

    pub fn master() -> MasterKey {
        MasterKey::new(*b"the master key of all the tests!")
    }

    pub fn app(&self) -> App {
        self.app_with(Everybody, Bench::master(), Subscriptions::default())
    }

    pub fn app_with(&self, who: impl Authorizer + 'static, master: MasterKey, subscriptions: Subscriptions) -> App {
        let db = Db::open(&self.url).unwrap();
        App::new(db, Arc::new(who), self.clock.clone(), Vault::new(master), subscriptions)
    }

    pub fn organisation() -> OrganisationId {
        OrganisationId::from_bytes([7; 16])
    }

    /// A fresh context of the house itself.
    pub fn context(&self) -> Context {
        Context {
            organisation: Bench::organisation(),
            actor: Actor::System { task: "test" },
            now: self.now(),
            seed: store::seed().unwrap(),
            locale: Locale::En,
            source: Source { address: "cli".into(), agent: "test".into() },
            confirmed_at: None,
        }
    }

    pub fn customer(&self) -> CustomerId {
        Ids::new(self.now(), store::seed().unwrap()).draw()
    }

    pub fn blobs_dir(&self) -> PathBuf {
        self.dir.path().join("blobs")
    }

    /// A connection behind the door's back.
    pub fn raw(&self) -> Conn {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                Conn::Sqlite(conn)
            }
            DatabaseUrl::Postgres(url) => Conn::Pg(PgConnection::establish(url).unwrap()),
        }
    }

    pub fn tamper(&self, sql: &str) {
        self.raw().batch_execute(sql).unwrap();
    }

    /// The number that a query gives.
    pub fn number(&self, sql: &str) -> i64 {
        number(&mut self.raw(), sql).unwrap()
    }

    pub fn rows(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let (Some(server), DatabaseUrl::Postgres(url)) = (&self.server, &self.url) else { return };
        let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
        let dropped = PgConnection::establish(server)
            .map(|mut conn| conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).is_ok());
        if !matches!(dropped, Ok(true)) {
            eprintln!("the database {name} stays behind");
        }
    }
}

/// The number that a query gives.
pub fn number(conn: &mut Conn, sql: &str) -> Result<i64, Error> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = sql_types::BigInt)]
        number: i64,
    }
    let query = sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS number"));
    let row: Number = match conn {
        Conn::Sqlite(c) => query.get_result(c)?,
        Conn::Pg(c) => query.get_result(c)?,
    };
    Ok(row.number)
}

/// Runs a future to its end.
pub fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().refusal().code
}

/// What a command does after it took its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Commit,
    Refuse,
    Panic,
    BreakARule,
}

/// Takes the next number of a series, tells of it, and ends as it is told.
#[derive(Debug, Clone, Copy)]
pub struct Count(pub &'static str, pub Then);

impl Command for Count {
    const NAME: &'static str = "test.count";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = i64;

    fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        let organisation = tx.organisation();
        let number = counters::next(tx.conn, organisation, self.0, 2026)?;
        let subject: CustomerId = tx.new_id();
        tx.audit(subject, &serde_json::json!({ "series": self.0, "number": number }))?;
        tx.emit("counted", subject, &serde_json::json!({ "number": number }))?;
        tx.enqueue("count.more", &serde_json::json!({ "number": number }), tx.now())?;
        match self.1 {
            Then::Commit => Ok(number),
            Then::Refuse => Err(Refusal::conflict("conflict").into()),
            Then::Panic => panic!("a defect in a command"),
            Then::BreakARule => {
                tx.conn.batch_execute("INSERT INTO counters SELECT * FROM counters")?;
                Ok(number)
            }
        }
    }
}

/// Begins the trail of the organisation.
#[derive(Debug, Clone, Copy)]
pub struct Begin;

impl Command for Begin {
    const NAME: &'static str = "test.begin";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        store::audit::begin(tx)
    }
}

/// The last number that a series gave.
pub fn last(bench: &Bench, series: &str) -> i64 {
    bench.number(&format!("SELECT coalesce(max(last), 0) FROM counters WHERE series = '{series}'"))
}

/// Runs `body` in as many threads at once; gives what each gave.
pub fn at_once<T: Send>(threads: usize, body: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = std::sync::Barrier::new(threads);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|number| {
                let (body, barrier) = (&body, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    body(number)
                })
            })
            .collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
