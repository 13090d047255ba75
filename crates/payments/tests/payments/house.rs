//! A company on a real database, its API on loopback, a payment provider beside it, and a clock that the test moves.

use axum::Extension;
use catalog::{LineInput, LineKind};
use customers::{CreateCustomer, CustomerInput};
use futures_util::future::BoxFuture;
use gateways::http::TimeOuts;
use gateways::simulator::{SimulatorConfig, serve};
use gateways::{Secret, SimulatorConnection, SimulatorGateway};
use identity::{NewOrganisation, create_organisation};
use invoicing::commands::{CreateInvoice, InvoiceInput};
use kernel::id::{CustomerId, GatewayConnectionId, InvoiceId, OrganisationId};
use kernel::{Actor, Clock, Context, Currency, Locale, Permission, Scope, Source, Timestamp};
use ledger::Chart;
use parking_lot::Mutex;
use payments::commands::ConnectGateway;
use payments::{Online, connect_all, poll_due};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use store::events::Subscriptions;
use store::{App, Archive, Authorizer, Blobs, Command, Conn, DatabaseUrl, Db, Error, MasterKey, Tx, Vault, migrate};
use tokio::net::TcpListener;
use web::session::{Authenticate, Caller, Session};
use web::{Site, Web};

pub const ORGANISATION: OrganisationId = OrganisationId::from_bytes([7; 16]);
pub const ALL: Scope = Scope::Organisation(ORGANISATION);
const MERCHANT: &str = "m_1001";

struct Everything;
impl Authorizer for Everything {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

struct Anyone;
impl Authenticate for Anyone {
    fn api_key<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Caller>, Error>> {
        let actor = Actor::System { task: "test" };
        Box::pin(async { Ok(Some(Caller { organisation: ORGANISATION, actor })) })
    }
    fn session<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Session>, Error>> {
        Box::pin(async { Ok(None) })
    }
}

/// A clock that stands still until it is moved.
pub struct SetClock(Mutex<Timestamp>);
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
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
    pub online: Online,
    pub customer: CustomerId,
    clock: Arc<SetClock>,
    browser: reqwest::Client,
    url: String,
    provider: String,
    connection: GatewayConnectionId,
    seeds: AtomicU8,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn new() -> House {
        let clock = Arc::new(SetClock(Mutex::new("2026-11-23T04:00:00Z".parse().unwrap())));
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::Sqlite(folder.path().join("t.db").display().to_string());
        let orders = store::Migration {
            version: 2026_1123_0600,
            name: "orders",
            sql: include_str!("../../../orders/migrations/0001_orders.sql"),
        };
        let steps = [
            migrate::MIGRATIONS,
            identity::MIGRATIONS,
            customers::MIGRATIONS,
            catalog::MIGRATIONS,
            ledger::MIGRATIONS,
            receivables::MIGRATIONS,
            &[orders],
            invoicing::MIGRATIONS,
            payments::MIGRATIONS,
        ]
        .concat();
        migrate::migrate(&database, &steps, clock.now()).unwrap();
        let vault = Vault::new(MasterKey::new([1; 32]));
        let app = App::new(
            Db::open(&database).unwrap(),
            Arc::new(Everything),
            clock.clone(),
            vault,
            Subscriptions::default(),
        );
        let online = Online::default();
        let url = serve_api(&app, &online, folder.path()).await;
        let provider = serve_provider(clock.clone()).await;
        let browser = gateways::http::builder().build().unwrap();
        let mut house = House {
            app,
            online,
            customer: CustomerId::NIL,
            clock,
            browser,
            url,
            provider,
            connection: GatewayConnectionId::NIL,
            seeds: AtomicU8::new(0),
            _folder: folder,
        };
        house.furnish().await;
        house
    }

    async fn furnish(&mut self) {
        self.write(Work(|tx: &mut Tx<'_>| {
            let new = NewOrganisation::usual(ORGANISATION, "远航科技", "CN", Currency::CNY);
            create_organisation(tx, &new)?;
            ledger::open_books(tx, Chart::by_name(&new.chart).unwrap())
        }))
        .await
        .unwrap();
        let input = CustomerInput {
            name: "上海远航贸易有限公司".into(),
            kind: "company".into(),
            country: "CN".into(),
            currency: "CNY".into(),
            ..CustomerInput::default()
        };
        let data = customers::rules::customer::check(&input).unwrap();
        self.customer = self.write(CreateCustomer { data, address: None }).await.unwrap();
        self.connection = self.connect("simulator").await;
        self.be_impatient();
    }

    /// A connection to the provider in the language of this one.
    pub async fn connect(&self, provider: &str) -> GatewayConnectionId {
        let (settings, secrets) = usual().connection(gateways::provider(provider).unwrap(), &self.provider);
        let connect = ConnectGateway {
            id: None,
            version: None,
            provider: provider.into(),
            name: provider.into(),
            settings,
            secrets: Some(secrets),
            active: true,
        };
        let id = self.write(connect).await.unwrap();
        connect_all(&self.app, &self.online.registry).await.unwrap();
        assert!(self.online.registry.get(id).is_some());
        id
    }

    /// The provider begins again with an empty book.
    pub async fn provider_forgets(&mut self) {
        self.provider = serve_provider(self.clock.clone()).await;
        self.be_impatient();
    }

    /// The same connection, but a call that hangs ends after a second.
    fn be_impatient(&self) {
        let ours = SimulatorConnection {
            base_url: self.provider.clone(),
            merchant: MERCHANT.into(),
            api_secret: Secret::new("api"),
            notification_secrets: vec![Secret::new("present")],
            time_outs: TimeOuts { connect: Duration::from_secs(5), total: Duration::from_secs(2) },
        };
        self.online
            .registry
            .connect(self.connection, Arc::new(SimulatorGateway::new(ours, self.clock.clone()).unwrap()));
    }

    pub fn context(&self) -> Context {
        let seed = self.seeds.fetch_add(1, Ordering::SeqCst);
        Context {
            organisation: ORGANISATION,
            actor: Actor::System { task: "test" },
            now: self.clock.now(),
            seed: [seed.checked_add(1).unwrap(); 32],
            locale: Locale::En,
            source: Source::default(),
            confirmed_at: None,
        }
    }

    pub async fn write<C: Command>(&self, command: C) -> Result<C::Output, Error> {
        self.app.write(&self.context(), command).await
    }

    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.app.db().read(query).await.unwrap()
    }

    pub fn pass(&self, seconds: i64) {
        let mut now = self.clock.0.lock();
        *now = Timestamp::from_second(now.as_second() + seconds).unwrap();
    }

    /// An issued invoice over this amount.
    pub async fn invoice(&self, amount: &str) -> InvoiceId {
        let line = LineInput {
            kind: LineKind::Item,
            item: None,
            description: Some("Sensor".into()),
            unit: None,
            quantity: "1".into(),
            unit_price: Some(("CNY".into(), amount.into())),
            tax_code: None,
            discount: None,
        };
        let input = InvoiceInput { customer: self.customer.to_string(), lines: vec![line], ..InvoiceInput::default() };
        self.write(CreateInvoice { input, issue: true }).await.unwrap()
    }

    pub async fn balance(&self, invoice: InvoiceId) -> i64 {
        let item = self.read(move |conn| receivables::item(conn, &ALL, invoice.retyped())).await;
        item.unwrap().open.minor()
    }

    /// What the customer has to its credit.
    pub async fn credit(&self) -> i64 {
        let customer = self.customer;
        let items = self.read(move |conn| receivables::items_of(conn, &ALL, customer, true)).await;
        let credits = items.iter().filter(|item| item.kind.side() == receivables::Side::Credit);
        credits.map(|item| item.open.minor()).sum()
    }

    pub async fn books_balance(&self) {
        let found = self.read(|conn| ledger::verify(conn, ORGANISATION)).await;
        assert!(found.is_empty(), "{found:?}");
        let found = self.read(|conn| receivables::verify(conn, ORGANISATION)).await;
        assert!(found.is_empty(), "{found:?}");
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let request = self.browser.post(format!("{}/api/v1{path}", self.url)).bearer_auth("sk_test");
        let answer = request.header("idempotency-key", key).json(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> Value {
        let request = self.browser.get(format!("{}/api/v1{path}", self.url)).bearer_auth("sk_test");
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn checkout(&self, key: &str, invoice: InvoiceId, method: &str) -> Value {
        let body = json!({ "invoices": [invoice], "method": method });
        let (status, checkout) = self.post("/checkouts", key, &body).await;
        assert_eq!(status, 201, "{checkout}");
        checkout
    }

    /// The payer presses a button at the provider.
    pub async fn choose(&self, checkout: &Value, choice: &str) {
        let url = checkout["url"].as_str().or(checkout["qr"].as_str());
        let url = url.unwrap_or_else(|| panic!("nowhere to pay: {checkout}"));
        let shown = self.visit(url).await;
        // Some addresses only lead to the page.
        let page = shown.headers().get("location").map_or(url, |page| page.to_str().unwrap());
        let answer = self.browser.post(page).form(&[("choice", choice)]).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303);
    }

    /// The payer looks at an address and goes nowhere.
    pub async fn visit(&self, url: &str) -> reqwest::Response {
        self.browser.get(url).send().await.unwrap()
    }

    /// The next calls go wrong in this way.
    pub async fn scenario(&self, words: &str, times: u32) {
        let body = json!({ "scenario": words, "times": times });
        let answer = self.browser.post(format!("{}/admin/scenario", self.provider)).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 204);
    }

    /// Waits until the checkout stands so, and answers with it.
    pub async fn until(&self, checkout: &Value, status: &str) -> Value {
        self.until_at("checkouts", checkout, status).await
    }

    /// The same, of whatever has an id in a folder.
    pub async fn until_at(&self, folder: &str, what: &Value, status: &str) -> Value {
        let path = format!("/{folder}/{}", what["id"].as_str().unwrap());
        for _ in 0..400 {
            let now = self.get(&path).await;
            if now["status"] == status {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not {status}: {}", self.get(&path).await);
    }

    /// Asks the provider about everything whose question is due.
    pub async fn poll(&self) -> usize {
        poll_due(&self.app, &self.online.registry, 1).await.unwrap()
    }
}

async fn serve_api(app: &App, online: &Online, folder: &std::path::Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let blobs = Blobs::in_folder(&folder.join("blobs")).unwrap();
    let messages =
        [customers::MESSAGES, catalog::MESSAGES, identity::MESSAGES, invoicing::MESSAGES, payments::MESSAGES];
    let web = Web {
        app: app.clone(),
        i18n: web::i18n::I18n::new(&messages).unwrap(),
        auth: Arc::new(Anyone),
        site: Arc::new(Site { public_url: url.clone(), trusted_proxies: Vec::new() }),
        live: web::live::Live::default(),
        archive: Archive::new(app.clone(), blobs),
    };
    let (routes, _) = payments::api::routes().split_for_parts();
    let speak = axum::middleware::from_fn_with_state(web.clone(), web::problem::speak);
    let router =
        routes.merge(payments::pages::routes()).layer(speak).layer(Extension(online.registry.clone())).with_state(web);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn usual() -> SimulatorConfig {
    SimulatorConfig::new(MERCHANT, "远航科技", Secret::new("api"), Secret::new("present"))
}

async fn serve_provider(clock: Arc<SetClock>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut config = usual();
    config.retries = vec![Duration::from_millis(20); 6];
    config.settle_after = Duration::from_millis(30);
    config.late_after = Duration::from_millis(50);
    config.hang = Duration::from_secs(20);
    config.clock = clock;
    tokio::spawn(serve(listener, config, std::future::pending()));
    url
}
