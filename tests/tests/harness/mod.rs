//! A whole house for a test: a fresh organisation on a fresh database, served on a port of this machine.
//!
//! Every scenario runs on both engines ([`both!`]) and ends with [`TestApp::finish`]: the data of the house must add up,
//! whatever the scenario did.

pub mod client;
pub mod clock;
pub mod engine;
mod founding;
pub mod post_office;
pub mod simulator;
pub mod trade;

pub use client::{Caller, Reply};
pub use engine::{Database, Engine};
pub use post_office::{Does, PostOffice};
pub use simulator::Simulator;
pub use trade::{cny, money};

use clock::TestClock;
use founding::found;
use identity::{NewApiKey, NewUser, UserData};
use kernel::id::{CustomerId, OrganisationId, UserId};
use kernel::{Actor, Clock, Context, Locale, Permission, Role, Source};
use serde_json::Value;
use server::config::Config;
use server::house::{House, Surroundings};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Command, Error, Tx};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Makes a test on SQLite and one on PostgreSQL of each scenario; `with mail` in a house that has a mail server.
macro_rules! both {
    (with mail: $($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $scenario() { crate::harness::run_mailing(crate::harness::Engine::Sqlite, super::$scenario); })+
        }
        mod postgres {
            $(#[test] fn $scenario() { crate::harness::run_mailing(crate::harness::Engine::Postgres, super::$scenario); })+
        }
    };
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $scenario() { crate::harness::run(crate::harness::Engine::Sqlite, super::$scenario); })+
        }
        mod postgres {
            $(#[test] fn $scenario() { crate::harness::run(crate::harness::Engine::Postgres, super::$scenario); })+
        }
    };
}
pub(crate) use both;

/// The day on which every story begins: ten in the morning in Shanghai.
pub const TODAY: &str = "2026-11-23";
const BEGINNING: &str = "2026-11-23T02:00:00Z";

pub const PASSWORD: &str = "Qm7-tangerine-Loft-29";

/// Whether the long variants are wanted.
pub fn is_long() -> bool {
    std::env::var("SHUNFU_LONG").is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Runs a scenario in a fresh house and looks whether the house is in order afterwards.
pub fn run(engine: Engine, scenario: impl AsyncFnOnce(&TestApp)) {
    run_in(engine, async || None, scenario);
}

/// [`run`] in a house that has a mail server.
pub fn run_mailing(engine: Engine, scenario: impl AsyncFnOnce(&TestApp)) {
    run_in(engine, async || Some(PostOffice::open().await), scenario);
}

fn run_in(engine: Engine, post: impl AsyncFnOnce() -> Option<PostOffice>, scenario: impl AsyncFnOnce(&TestApp)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(app) = TestApp::start(engine, post().await).await else {
            eprintln!("SHUNFU_TEST_POSTGRES names no server, so this was not tried on PostgreSQL");
            return;
        };
        scenario(&app).await;
        app.finish().await;
    });
}

/// A served house with one organisation.
pub struct TestApp {
    pub engine: Engine,
    pub house: House,
    pub clock: TestClock,
    pub organisation: OrganisationId,
    /// The owner's program.
    pub api: Caller,
    pub nobody: Caller,
    pub base: String,
    post: Option<PostOffice>,
    background: Option<server::worker::Background>,
    _stop: oneshot::Sender<()>,
    _database: Database,
    folder: TempDir,
}

impl TestApp {
    /// None where the engine is PostgreSQL and no server is named.
    pub async fn start(engine: Engine, post: Option<PostOffice>) -> Option<TestApp> {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(engine, folder.path())?;
        let config = Config {
            database: database.url.clone(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: folder.path().to_owned(),
            master_key_file: folder.path().join("master.key"),
            public_url: None,
            tls: None,
            // Whoever calls from this machine may say for whom.
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
            mail: post.as_ref().map(|post| {
                let url = format!("smtp://127.0.0.1:{}", post.port);
                notifications::MailerConfig::read(&url, "billing@shunfu.example", None).unwrap()
            }),
        };
        let key = server::house::prepare(&config).unwrap();
        let listener = tokio::net::TcpListener::bind(config.listen).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let clock = TestClock::from(BEGINNING);
        let house =
            server::house::open_in(&config, key, base.clone(), Surroundings::of(Arc::new(clock.clone()))).unwrap();
        let service = house.router().into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let ended = async { drop(stopped.await) };
            axum::serve(listener, service).with_graceful_shutdown(ended).await.unwrap();
        });
        let background = server::worker::start(&house);
        let nobody = Caller::nobody(&base);
        let (organisation, token) = found(&house, "顺付测试有限公司", "CN", "CNY").await;
        let api = nobody.with_key(&token);
        Some(TestApp {
            engine,
            house,
            clock,
            organisation,
            api,
            nobody,
            base,
            post,
            background: Some(background),
            _stop: stop,
            _database: database,
            folder,
        })
    }

    pub fn today(&self) -> kernel::Date {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        zone.to_datetime(self.clock.now()).date()
    }

    pub fn data_dir(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Another company in the same house; gives its owner's program.
    pub async fn another_organisation(&self) -> Caller {
        let (_, token) = found(&self.house, "Elsewhere Ltd", "DE", "EUR").await;
        self.nobody.with_key(&token)
    }

    /// The mail server of this house.
    pub fn post(&self) -> &PostOffice {
        self.post.as_ref().expect("a scenario with mail")
    }

    /// The house itself, acting in the organisation.
    pub fn system_context(&self) -> Context {
        self.context(Actor::System { task: "test" })
    }

    fn context(&self, actor: Actor) -> Context {
        Context {
            organisation: self.organisation,
            actor,
            now: self.clock.now(),
            seed: store::seed().unwrap(),
            locale: Locale::En,
            source: Source { address: "test".into(), agent: String::new() },
            confirmed_at: None,
        }
    }

    /// Somebody of the company with one role, who can sign in with [`PASSWORD`]; gives the mail.
    pub async fn staff(&self, role: Role) -> String {
        let email = format!("{}@shunfu.example", role.name());
        self.take_up(&email, vec![role], None).await;
        email
    }

    /// Somebody of a customer, who can sign in with [`PASSWORD`]; gives the mail.
    pub async fn buyer(&self, customer: &str) -> String {
        let email = format!("{}@buyer.example", customer.trim_start_matches("cus_"));
        self.take_up(&email, vec![Role::Customer], Some(customer.parse().unwrap())).await;
        email
    }

    async fn take_up(&self, email: &str, roles: Vec<Role>, customer: Option<CustomerId>) {
        let data = UserData {
            name: email.split('@').next().unwrap().to_owned(),
            email: email.to_owned(),
            locale: Locale::En,
            roles,
            customer,
        };
        let hash = identity::password::hash(PASSWORD, [7; 16]).unwrap();
        let command = TakeUp(NewUser { data, password_hash: Some(hash) });
        self.house.app.write(&self.system_context(), command).await.unwrap();
    }

    /// A key with one role.
    pub async fn key_of(&self, role: Role, scopes: Option<Vec<Permission>>) -> Caller {
        let data = NewApiKey {
            name: role.name().to_owned(),
            roles: vec![role],
            scopes,
            requests_per_minute: None,
            expires_in: None,
        };
        let token = self.house.app.write(&self.system_context(), MakeKey(data)).await.unwrap();
        self.nobody.with_key(&token)
    }

    /// What is wrong in the data, in words.
    pub fn findings(&self) -> Vec<String> {
        let premises = server::verify::Premises {
            db: self.house.app.db().clone(),
            vault: self.house.app.vault().clone(),
            data_dir: self.folder.path().to_owned(),
        };
        let verify = || server::verify::organisation_of(&premises, self.organisation, Vec::new());
        tokio::task::block_in_place(verify).unwrap().findings
    }

    /// Asks again until something is found; gives up after a while.
    pub async fn eventually<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the background work.
    pub async fn rest(&mut self) {
        if let Some(background) = self.background.take() {
            background.stop().await;
        }
    }

    /// The house must be in order: every entry balances, balances equal what they are made of, numbers have no gap, the
    /// trial balance comes to nothing, no job has failed for good.
    pub async fn finish(mut self) {
        assert_eq!(self.findings(), Vec::<String>::new());
        let report = self.api.get(&format!("/reports/trial-balance?as_of={}", self.today())).await.expect(200);
        assert_eq!(report["total_debit"], report["total_credit"], "{report}");
        self.every_entry_balances().await;
        self.rest().await;
        assert_eq!(self.findings(), Vec::<String>::new(), "after the background work");
    }

    /// Debits equal credits in each journal entry, as the API tells them.
    async fn every_entry_balances(&self) {
        let mut cursor = String::new();
        loop {
            let page = self.api.get(&format!("/journal-entries?limit=200&cursor={cursor}")).await.expect(200);
            for entry in page["data"].as_array().unwrap() {
                let sum = |side: &str| -> i64 {
                    entry["lines"].as_array().unwrap().iter().map(|line| trade::minor(&line[side])).sum()
                };
                assert_eq!(sum("debit"), sum("credit"), "{entry}");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return,
            }
        }
    }
}

struct TakeUp(NewUser);

impl Command for TakeUp {
    const NAME: &'static str = "user.create";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = UserId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId, Error> {
        identity::create_user(tx, &self.0)
    }
}

struct MakeKey(NewApiKey);

impl Command for MakeKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        Ok(identity::create_api_key(tx, &self.0)?.1)
    }
}

/// A list's rows.
pub fn rows(list: &Value) -> &Vec<Value> {
    list["data"].as_array().unwrap_or_else(|| panic!("no list: {list}"))
}
