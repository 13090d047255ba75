//! A running simulator, a connector to it, an inbox for its notifications, and a clock that the test moves.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use gateways::http::TimeOuts;
use gateways::simulator::{SimulatorConfig, serve};
use gateways::{
    CallError, Device, Gateway, Lookup, Method, Notification, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, ProviderPayment, Secret, Secrets, Settings, SimulatorConnection,
    SimulatorGateway, Unfit,
};
use http::{HeaderMap, StatusCode};
use kernel::id::CheckoutId;
use kernel::{Clock, Currency, Ids, Locale, Money, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub const MERCHANT: &str = "m_1001";

/// Patience with a machine that does other work too; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that stands still until it is moved.
pub struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

/// A notification as it arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Clone)]
struct Inbox {
    sender: mpsc::UnboundedSender<Arrived>,
    /// How many deliveries are still answered with "send again".
    refusals: Arc<AtomicU32>,
    gateway: Arc<dyn Gateway>,
}

pub struct House {
    pub gateway: Arc<dyn Gateway>,
    pub base_url: String,
    pub clock: Arc<SetClock>,
    pub browser: reqwest::Client,
    pub refusals: Arc<AtomicU32>,
    /// How what is asked for is to be paid.
    pub method: Method,
    notify_url: String,
    arrived: mpsc::UnboundedReceiver<Arrived>,
    ids: Ids,
}

impl House {
    pub async fn new() -> House {
        House::with(|_| {}, |_| {}).await
    }

    /// A house whose simulator and connector differ from the usual ones.
    pub async fn with(
        simulator: impl FnOnce(&mut SimulatorConfig),
        connection: impl FnOnce(&mut SimulatorConnection),
    ) -> House {
        let clock = Arc::new(SetClock(Mutex::new(Timestamp::from_second(1_790_000_000).unwrap())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = usual();
        config.next_notification_secret = Some(Secret::new("next"));
        config.retries = vec![Duration::from_millis(5); 4];
        config.hang = Duration::from_secs(30);
        config.late_after = Duration::from_millis(50);
        config.clock = clock.clone();
        simulator(&mut config);
        tokio::spawn(serve(listener, config, std::future::pending()));
        let mut ours = SimulatorConnection {
            base_url: base_url.clone(),
            merchant: MERCHANT.to_owned(),
            api_secret: Secret::new("api"),
            notification_secrets: vec![Secret::new("present")],
            time_outs: TimeOuts { connect: PATIENCE, total: PATIENCE },
        };
        connection(&mut ours);
        House::at(base_url, clock.clone(), Arc::new(SimulatorGateway::new(ours, clock).unwrap())).await
    }

    /// A house whose connector speaks a provider's language.
    pub async fn speaking(provider: &str) -> House {
        House::connected(provider, &[], |_| {}).await
    }

    /// The same, with a connector that was told something else than the simulator goes by, and another simulator.
    pub async fn connected(
        provider: &str,
        told: &[(&'static str, &str)],
        simulator: impl FnOnce(&mut SimulatorConfig),
    ) -> House {
        let own = House::with(simulator, |_| {}).await;
        let (settings, secrets) = told_to(provider, &own.base_url, told);
        let gateway = gateways::provider(provider).unwrap().connect(&settings, secrets, own.clock.clone()).unwrap();
        let house = House::at(own.base_url, own.clock, gateway).await;
        house.say_where_to_notify(provider).await;
        house
    }

    /// As a merchant does at the desk of providers whose calls do not say it.
    async fn say_where_to_notify(&self, provider: &str) {
        let post = |path: &str| self.browser.post(format!("{}{path}", self.base_url));
        let said = match provider {
            "stripe" => {
                let form = [("url", self.notify_url.as_str()), ("enabled_events[0]", "*")];
                post("/v1/webhook_endpoints").bearer_auth("api").form(&form)
            }
            "paypal" => {
                let asked = post("/v1/oauth2/token").basic_auth("demonstration-client", Some("api"));
                let granted = asked.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
                let granted: serde_json::Value = granted.json().await.unwrap();
                let webhook = serde_json::json!({ "url": self.notify_url, "event_types": [{ "name": "*" }] });
                let token = granted["access_token"].as_str().unwrap();
                post("/v1/notifications/webhooks").bearer_auth(token).json(&webhook)
            }
            _ => return,
        };
        assert!(said.send().await.unwrap().status().is_success());
    }

    async fn at(base_url: String, clock: Arc<SetClock>, gateway: Arc<dyn Gateway>) -> House {
        let (sender, arrived) = mpsc::unbounded_channel();
        let refusals = Arc::new(AtomicU32::new(0));
        let inbox = Inbox { sender, refusals: refusals.clone(), gateway: gateway.clone() };
        let notify_url = open_inbox(inbox).await;
        let browser = gateways::http::builder().build().unwrap();
        let ids = Ids::new(clock.now(), [3; 32]);
        let method = gateway.capabilities().methods[0];
        House { gateway, base_url, clock, browser, refusals, method, notify_url, arrived, ids }
    }

    /// A house whose connector gives up after two seconds, so that a hanging call ends.
    pub async fn impatient() -> House {
        House::with(|_| {}, |ours| ours.time_outs.total = Duration::from_secs(2)).await
    }

    pub fn pass(&self, seconds: i64) {
        let mut now = self.clock.0.lock();
        *now = Timestamp::from_second(now.as_second() + seconds).unwrap();
    }

    pub fn ask(&mut self, fen: i64, description: &str) -> OpenCheckout {
        let reference: CheckoutId = self.ids.draw();
        OpenCheckout {
            reference,
            idempotency_key: format!("open-{reference}"),
            amount: Money::new(fen, Currency::CNY),
            method: self.method,
            device: Device::Desk,
            description: description.to_owned(),
            return_url: "https://seller.example/back".to_owned(),
            notify_url: self.notify_url.clone(),
            expires_at: Timestamp::from_second(self.clock.now().as_second() + 3600).unwrap(),
            locale: Locale::ZhCn,
        }
    }

    /// Opens a payment and names it.
    pub async fn open(&mut self, fen: i64, description: &str) -> (Lookup, Opened) {
        let ask = self.ask(fen, description);
        let opened = self.gateway.open(ask.clone()).await.unwrap();
        (Lookup { reference: ask.reference, provider_id: opened.provider_id.clone() }, opened)
    }

    /// Opens a payment and pays it, without looking at its notification.
    pub async fn paid(&mut self, fen: i64, description: &str) -> Lookup {
        let (lookup, opened) = self.open(fen, description).await;
        self.choose(&opened, "pay").await;
        lookup
    }

    pub fn next_id<K>(&mut self) -> kernel::Id<K> {
        self.ids.draw()
    }

    /// Draws ids as another house would have gone on.
    pub fn ids_go_on_from(&mut self, other: House) {
        self.ids = other.ids;
    }

    pub fn notify_url(&self) -> String {
        self.notify_url.clone()
    }

    /// The payer presses a button on the page; answers with where the browser is sent.
    pub async fn choose(&self, opened: &Opened, choice: &str) -> String {
        let address = opened.url.as_deref().or(opened.qr.as_deref()).unwrap();
        let shown = self.browser.get(address).send().await.unwrap();
        // Some addresses only lead to the page.
        let url = shown.headers().get("location").map_or(address, |page| page.to_str().unwrap());
        let response = self.browser.post(url).form(&[("choice", choice)]).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn query(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        self.gateway.query(lookup.clone()).await
    }

    /// The same, knowing only our own reference, as after a call in doubt.
    pub async fn query_by_reference(&self, reference: CheckoutId) -> Result<ProviderPayment, CallError> {
        self.gateway.query(Lookup { reference, provider_id: None }).await
    }

    pub async fn set_scenario(&self, words: &str, times: u32) {
        let body = serde_json::json!({ "scenario": words, "times": times });
        let url = format!("{}/admin/scenario", self.base_url);
        assert_eq!(self.browser.post(url).json(&body).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }

    /// The next notification that arrives.
    pub async fn arrival(&mut self) -> Arrived {
        tokio::time::timeout(PATIENCE, self.arrived.recv()).await.expect("a notification").unwrap()
    }

    /// The next notification, verified.
    pub async fn notification(&mut self) -> Notification {
        let arrived = self.arrival().await;
        self.verify(&arrived).await.unwrap()
    }

    pub async fn verify(&self, arrived: &Arrived) -> Result<Notification, NotificationError> {
        let received_at = self.clock.now();
        let parts = NotificationParts { headers: &arrived.headers, body: &arrived.body, received_at };
        self.gateway.verify(parts).await
    }

    /// Whether nothing has arrived so far.
    pub fn inbox_is_empty(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

/// Why a connector cannot be made of what it is told.
pub fn unfit(provider: &str, told: &[(&'static str, &str)]) -> Option<Unfit> {
    let (settings, secrets) = told_to(provider, "http://127.0.0.1:9", told);
    gateways::provider(provider).unwrap().connect(&settings, secrets, Arc::new(kernel::SystemClock)).err()
}

/// What a connector is told to reach the usual simulator, but for some fields.
fn told_to(provider: &str, base_url: &str, told: &[(&'static str, &str)]) -> (Settings, Secrets) {
    let provider = gateways::provider(provider).unwrap();
    let (mut settings, mut secrets) = usual().connection(provider, base_url);
    for (name, value) in told {
        let field = provider.fields.iter().find(|field| field.name == *name).unwrap();
        let kept = if field.kind.is_secret() { &mut secrets.0 } else { &mut settings };
        kept.insert((*name).to_owned(), (*value).to_owned());
        kept.retain(|_, value| !value.is_empty());
    }
    (settings, secrets)
}

fn usual() -> SimulatorConfig {
    SimulatorConfig::new(MERCHANT, "远航科技", Secret::new("api"), Secret::new("present"))
}

async fn open_inbox(inbox: Inbox) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/notifications", listener.local_addr().unwrap());
    let router = Router::new().route("/notifications", post(take)).with_state(inbox);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn take(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    inbox.sender.send(Arrived { headers, body: body.to_vec() }).unwrap();
    let again = inbox.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    let verdict = if again { NotificationVerdict::Retry } else { NotificationVerdict::Ok };
    let answer = inbox.gateway.answer(verdict);
    (StatusCode::from_u16(answer.status).unwrap(), answer.body.into_owned())
}
