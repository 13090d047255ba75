//! One story: a house of its own, its provider, the people in front of both, and what happened so far.

use crate::chance::{Draw, StoryClock, StorySeeds};
use crate::errands::Errand;
use crate::founding::found;
use crate::provider::{Letter, Provider};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use kernel::id::{GatewayConnectionId, OrganisationId};
use kernel::{Actor, Context, Locale, Source};
use serde_json::{Value, json};
use server::config::Config;
use server::house::{House, Surroundings};
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use store::{Conn, DatabaseUrl, Error};
use tempfile::TempDir;
use tower::ServiceExt;

const BEGINNING: &str = "2026-11-23T02:00:00Z";
const PUBLIC: &str = "http://house.example";
/// The largest answer.
const ANSWER_MAX: usize = 1 << 22;

/// A founded company with its customers, copied for every story: making one takes longer than most stories.
pub struct Template {
    folder: TempDir,
    token: String,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    customers: Vec<String>,
}

/// A folder whose files reach no disk, where the machine has such a place: what a commit does to a disk is tried elsewhere.
fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn config(folder: &Path) -> Config {
    Config {
        database: DatabaseUrl::Sqlite(folder.join("shunfu.db").display().to_string()),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir: folder.to_owned(),
        master_key_file: folder.join("master.key"),
        public_url: None,
        tls: None,
        trusted_proxies: Vec::new(),
        mail: None,
    }
}

fn open(folder: &Path, clock: StoryClock, seeds: Arc<StorySeeds>) -> House {
    let config = config(folder);
    let key = server::house::prepare(&config).unwrap();
    let around = Surroundings { clock: Arc::new(clock), seeds };
    server::house::open_in(&config, key, PUBLIC.to_owned(), around).unwrap()
}

impl Template {
    pub async fn make() -> Template {
        let folder = tempfile::tempdir().unwrap();
        let clock = StoryClock::from(BEGINNING);
        let house = open(folder.path(), clock, Arc::new(StorySeeds(Mutex::new(Draw::new(0, 0)))));
        let (organisation, token) = found(&house, "顺付模拟有限公司", "CN", "CNY").await;
        let provider = gateways::provider("simulator").unwrap();
        let told = gateways::simulator::SimulatorConfig::new(
            crate::provider::MERCHANT,
            "Story",
            gateways::Secret::new("story-secret"),
            gateways::Secret::new("story-secret"),
        );
        let (settings, secrets) = told.connection(provider, "http://127.0.0.1:1");
        let connect = payments::ConnectGateway {
            id: None,
            version: None,
            provider: "simulator".to_owned(),
            name: "Story".to_owned(),
            settings,
            secrets: Some(secrets),
            active: true,
        };
        let context = context(&house, organisation);
        let connection = house.app.write(&context, connect).await.unwrap();
        let mut customers = Vec::new();
        for name in ["远航", "长风"] {
            let body = json!({ "name": name, "kind": "company", "country": "CN", "currency": "CNY", "payment_terms_days": 30 });
            let (status, answer) = call(house.router(), &token, "/customers", &body, None).await;
            assert_eq!(status, 201, "{}", String::from_utf8_lossy(&answer));
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            customers.push(answer["id"].as_str().unwrap().to_owned());
        }
        Template { folder, token, organisation, connection, customers }
    }
}

fn context(house: &House, organisation: OrganisationId) -> Context {
    Context {
        organisation,
        actor: Actor::System { task: "story" },
        now: house.app.now(),
        seed: house.app.seed().unwrap(),
        locale: Locale::En,
        source: Source { address: "story".into(), agent: String::new() },
        confirmed_at: None,
    }
}

/// Something that somebody asks of the house, under a key, until it is answered.
#[derive(Debug, Clone)]
pub struct Wish {
    pub what: &'static str,
    pub path: String,
    pub body: Value,
    /// Status and bytes, once the house has committed itself.
    pub answer: Option<(u16, Vec<u8>)>,
    pub is_under_way: bool,
}

impl Wish {
    pub fn is_granted(&self) -> bool {
        self.answer.as_ref().is_some_and(|(status, _)| (200..300).contains(status))
    }

    pub fn json(&self) -> Value {
        self.answer.as_ref().map_or(Value::Null, |(_, body)| serde_json::from_slice(body).unwrap())
    }
}

/// A letter, how often it was carried, and whether it was taken.
pub struct Carried {
    pub letter: Letter,
    pub is_taken: bool,
    pub left: usize,
}

pub struct Stage {
    folder: TempDir,
    seeds: Arc<StorySeeds>,
    token: String,
    house: RefCell<Option<(House, Router)>>,
    pub organisation: OrganisationId,
    pub connection: GatewayConnectionId,
    pub customers: Vec<String>,
    pub clock: StoryClock,
    pub provider: Arc<Provider>,
    pub wishes: RefCell<Vec<Wish>>,
    pub letters: RefCell<Vec<Carried>>,
    pub log: RefCell<Vec<String>>,
    /// What cannot be, found by an errand.
    pub wrong: RefCell<Vec<String>>,
    pub kills: Cell<u32>,
}

impl Stage {
    pub fn new(template: &Template, seed: u64) -> Rc<Stage> {
        let folder = in_memory();
        for file in std::fs::read_dir(template.folder.path()).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
            }
        }
        let clock = StoryClock::from(BEGINNING);
        clock.advance_s(3600);
        let provider = Arc::new(Provider::new(seed, clock.clone()));
        let stage = Stage {
            folder,
            seeds: Arc::new(StorySeeds(Mutex::new(Draw::new(seed, 3)))),
            token: template.token.clone(),
            house: RefCell::new(None),
            organisation: template.organisation,
            connection: template.connection,
            customers: template.customers.clone(),
            clock,
            provider,
            wishes: RefCell::default(),
            letters: RefCell::default(),
            log: RefCell::default(),
            wrong: RefCell::default(),
            kills: Cell::new(0),
        };
        stage.start();
        Rc::new(stage)
    }

    /// Opens the house on what is on disk.
    pub fn start(&self) {
        let house = open(self.folder.path(), self.clock.clone(), Arc::clone(&self.seeds));
        let provider: Arc<Provider> = Arc::clone(&self.provider);
        house.registry.connect(self.connection, provider);
        let router = house.router();
        self.house.replace(Some((house, router)));
    }

    /// Ends the process; nobody who was under way goes on.
    pub fn kill(&self, errands: &mut Vec<Errand>) {
        errands.clear();
        self.house.replace(None);
        self.wishes.borrow_mut().iter_mut().for_each(|wish| wish.is_under_way = false);
        self.kills.set(self.kills.get() + 1);
        self.start();
    }

    pub fn house(&self) -> House {
        self.house.borrow().as_ref().unwrap().0.clone()
    }

    fn router(&self) -> Router {
        self.house.borrow().as_ref().unwrap().1.clone()
    }

    pub fn premises(&self) -> server::verify::Premises {
        let house = self.house();
        server::verify::Premises {
            db: house.app.db().clone(),
            vault: house.app.vault().clone(),
            data_dir: self.folder.path().to_owned(),
        }
    }

    pub fn read<T: Send + 'static>(&self, query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static) -> T {
        self.house().app.db().snapshot_now(query).unwrap()
    }

    /// The company's day.
    pub fn today(&self) -> kernel::Date {
        jiff::tz::TimeZone::get("Asia/Shanghai").unwrap().to_datetime(self.house().app.now()).date()
    }

    pub fn say(&self, line: String) {
        let second = self.clock.second();
        self.log.borrow_mut().push(format!("{second} {line}"));
    }

    /// Adds something to be asked for; gives its number.
    pub fn wish(&self, what: &'static str, path: String, body: Value) -> usize {
        let mut wishes = self.wishes.borrow_mut();
        wishes.push(Wish { what, path, body, answer: None, is_under_way: false });
        wishes.len() - 1
    }

    /// Asks once, under the wish's key. An answer that leaves it open is asked for again by whoever comes by.
    pub async fn fulfil(self: Rc<Stage>, number: usize) {
        let (path, body, what) = {
            let mut wishes = self.wishes.borrow_mut();
            let wish = &mut wishes[number];
            wish.is_under_way = true;
            (wish.path.clone(), wish.body.clone(), wish.what)
        };
        let key = format!("wish-{number}");
        let (status, answer) = call(self.router(), &self.token, &path, &body, Some(&key)).await;
        let mut wishes = self.wishes.borrow_mut();
        let wish = &mut wishes[number];
        wish.is_under_way = false;
        let told = String::from_utf8_lossy(&answer).chars().take(160).collect::<String>();
        self.say(format!("{what} {number}: {status} {told}"));
        if status >= 500 {
            self.wrong.borrow_mut().push(format!("{what} {number} was answered {status}: {told}"));
        }
        let is_open = status >= 500 || told.contains("idempotency_in_flight");
        match &wish.answer {
            // A refusal is not kept: whoever asks again may be granted it.
            Some(before) if before.0 < 300 && *before != (status, answer.clone()) => {
                self.wrong
                    .borrow_mut()
                    .push(format!("{what} {number} has another answer under the same key: {status} {told}"));
            }
            _ if is_open => {}
            _ => wish.answer = Some((status, answer)),
        }
    }

    /// Carries a letter to the house.
    pub async fn carry(self: Rc<Stage>, number: usize) {
        let letter = self.letters.borrow()[number].letter.clone();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1/gateways/{}/notifications", self.connection))
            .header("x-signature", &letter.signature)
            .body(Body::from(letter.body.clone()))
            .unwrap();
        let (status, _) = send(self.router(), request).await;
        self.say(format!("{} carried: {status}", letter.id));
        if status == 200 {
            self.letters.borrow_mut()[number].is_taken = true;
        } else if letter.is_honest && !(letter.may_wait && status == 503) {
            self.wrong.borrow_mut().push(format!("{} was answered {status}", letter.id));
        }
    }

    /// The payer's browser comes back from the provider.
    pub async fn come_back(self: Rc<Stage>, checkout: String) {
        let request = Request::get(format!("/checkouts/{checkout}/return")).body(Body::empty()).unwrap();
        let (status, _) = send(self.router(), request).await;
        self.say(format!("{checkout} came back: {status}"));
    }

    pub async fn get(&self, path: &str) -> Value {
        let request = Request::get(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::empty())
            .unwrap();
        let (status, body) = send(self.router(), request).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

async fn call(router: Router, token: &str, path: &str, body: &Value, key: Option<&str>) -> (u16, Vec<u8>) {
    let mut request = Request::post(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    send(router, request.body(Body::from(body.to_string())).unwrap()).await
}

async fn send(router: Router, mut request: Request<Body>) -> (u16, Vec<u8>) {
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4_000))));
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (status, axum::body::to_bytes(response.into_body(), ANSWER_MAX).await.unwrap().to_vec())
}
