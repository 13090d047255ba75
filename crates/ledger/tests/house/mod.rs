//! A company on a real database: SQLite always, PostgreSQL when `SHUNFU_TEST_POSTGRES` names a server.

#![allow(dead_code, clippy::unwrap_used)]

use diesel::connection::SimpleConnection;
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Actor, Clock, Context, Locale, Permission, Scope, Source, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::events::Subscriptions;
use store::{App, Authorizer, Command, Conn, DatabaseUrl, Db, Error, MasterKey, Migration, Tx, Vault, migrate};

pub const ORGANISATION: OrganisationId = OrganisationId::from_bytes([7; 16]);
pub const OTHER: OrganisationId = OrganisationId::from_bytes([8; 16]);
pub const CUSTOMER: CustomerId = CustomerId::from_bytes([3; 16]);
pub const STRANGER: CustomerId = CustomerId::from_bytes([4; 16]);
pub const ALL: Scope = Scope::Organisation(ORGANISATION);

/// May do everything.
struct Everything;
impl Authorizer for Everything {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

/// Noon of 23 November 2026 in Shanghai.
struct Noon;
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }
}

/// Whatever a test wants done in a transaction.
pub struct Work<F>(pub F);

impl<T: Send + 'static, F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static> Command for Work<F> {
    const NAME: &'static str = "test";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = T;
    fn run(&self, tx: &mut Tx<'_>) -> Result<T, Error> {
        (self.0)(tx)
    }
}

pub struct House {
    pub app: App,
    pub runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
    /// PostgreSQL's address and the schema of this test.
    postgres: Option<(String, String)>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

macro_rules! sql {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../../", $name, "/migrations/0001_", $name, ".sql")),
        }
    };
}

fn steps() -> Vec<Migration> {
    let own = [
        sql!(202611230100, "identity"),
        sql!(202611230200, "customers"),
        sql!(202611230400, "ledger"),
        sql!(202611230500, "receivables"),
        sql!(202611230600, "orders"),
        sql!(202611230700, "invoicing"),
        sql!(202611230800, "payments"),
    ];
    [migrate::MIGRATIONS, &own].concat()
}

/// The houses that a test is told in, on the chart of this name.
pub fn houses(chart: &str) -> Vec<House> {
    let mut houses = vec![House::sqlite(chart)];
    if let Ok(server) = std::env::var("SHUNFU_TEST_POSTGRES") {
        houses.push(House::postgres(chart, &server));
    }
    houses
}

impl House {
    fn sqlite(chart: &str) -> House {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("t.db").display().to_string());
        House::open(chart, &url, folder, None)
    }

    fn postgres(chart: &str, server: &str) -> House {
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run_sql(server, &format!("CREATE SCHEMA {name}"));
        let url = DatabaseUrl::Postgres(format!("{server}?options=-csearch_path%3D{name}"));
        let folder = tempfile::tempdir().unwrap();
        House::open(chart, &url, folder, Some((server.to_owned(), name)))
    }

    fn open(chart: &str, url: &DatabaseUrl, folder: tempfile::TempDir, postgres: Option<(String, String)>) -> House {
        migrate::migrate(url, &steps(), Noon.now()).unwrap();
        let vault = Vault::new(MasterKey::new([1; 32]));
        let db = Db::open(url).unwrap();
        let app = App::new(db, Arc::new(Everything), Arc::new(Noon), vault, Subscriptions::default());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let house = House { app, runtime, folder, postgres };
        for (organisation, byte) in [("07", 7), ("08", 8)] {
            house.sql(&format!(
                "INSERT INTO organisations VALUES ({}, 'Firm {byte}', 'CN', 'CNY', 'Asia/Shanghai', 'zh-CN', '{chart}', \
                 1, 'per_line', 'invoice', {no}, 0, {no}, '{{}}', {at}, 1)",
                house.id(organisation),
                no = if house.postgres.is_some() { "false" } else { "0" },
                at = house.at(),
            ));
        }
        for (customer, name) in [("03", "远航"), ("04", "Stranger")] {
            house.sql(&format!(
                "INSERT INTO customers VALUES ({}, {}, 'company', '{name}', 'CN', 'CNY', 'zh-CN', NULL, NULL, NULL, NULL, \
                 30, NULL, {no}, {at}, 1)",
                house.id("07"),
                house.id(customer),
                no = if house.postgres.is_some() { "false" } else { "0" },
                at = house.at(),
            ));
        }
        house
    }

    /// An id of one byte repeated, as the engine writes it.
    pub fn id(&self, byte: &str) -> String {
        if self.postgres.is_some() { format!("'{}'", byte.repeat(16)) } else { format!("X'{}'", byte.repeat(16)) }
    }

    pub fn at(&self) -> &'static str {
        if self.postgres.is_some() { "now()" } else { "0" }
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// Runs SQL behind everybody's back.
    pub fn sql(&self, sql: &str) {
        let sql = sql.to_owned();
        let result = self.runtime.block_on(self.app.maintain(move |conn: &mut Conn| Ok(conn.batch_execute(&sql)?)));
        result.unwrap();
    }

    /// A context with ids of its own.
    pub fn context(&self, organisation: OrganisationId) -> Context {
        let (mut seed, number) = ([0; 32], NEXT.fetch_add(1, Ordering::Relaxed));
        seed[..8].copy_from_slice(&number.to_be_bytes());
        Context {
            organisation,
            actor: Actor::System { task: "test" },
            // A later instant each, so that ids are in the order of the commands.
            now: self.app.now() + std::time::Duration::from_millis(number),
            seed,
            locale: Locale::En,
            source: Source::default(),
            confirmed_at: None,
        }
    }

    pub fn write<C: Command>(&self, command: C) -> Result<C::Output, Error> {
        self.app.write_now(&self.context(ORGANISATION), command)
    }

    pub fn within<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write(Work(work))
    }

    pub fn read<T: Send + 'static>(&self, query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static) -> T {
        self.app.db().read_now(query).unwrap()
    }

    pub fn maintain<T: Send + 'static>(&self, work: impl FnMut(&mut Conn) -> Result<T, Error> + Send + 'static) -> T {
        self.runtime.block_on(self.app.maintain(work)).unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.postgres {
            run_sql(server, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

fn run_sql(server: &str, sql: &str) {
    let mut conn = <diesel::PgConnection as diesel::Connection>::establish(server).unwrap();
    conn.batch_execute(sql).unwrap();
}

/// The code that a result was refused with; empty when it was not.
pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => String::new(),
        Err(Error::Refused(refusal)) => match refusal.fields.first() {
            Some(field) => format!("{} {}", field.pointer, field.code),
            None => refusal.code.to_owned(),
        },
        Err(other) => format!("{other}"),
    }
}
