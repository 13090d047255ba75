//! A payment provider that speaks HTTP: for the demonstration, the tests and for practising the bad days. It keeps its book in
//! memory and, where one is named, in a file that outlives it.
//!
//! It treats a merchant as a real provider would: signed requests with idempotency keys, a page of its own for the
//! payer, signed notifications that are repeated until they are taken, queries that tell the truth. It asks for no card
//! number anywhere. What goes wrong is chosen by the payer on the page, by words in a description (`sim:hang_after`),
//! or at `POST /admin/scenario` from this machine; [`scenario`] has the words. `POST /admin/disputes` lets a payer dispute what
//! was paid. Ids and chance follow from a seed.
//!
//! Beside its own language it speaks those of real providers, over one book ([`face`]): what goes wrong in one goes wrong in
//! all, and the providers' own libraries can judge what it says.
//!
//! Requests in its own are signed with HMAC-SHA256 over method, path with query, timestamp, idempotency key and body, joined by
//! line feeds; notifications over `timestamp.body`.

mod alipay;
mod api;
mod bill;
mod book;
mod connection;
mod courier;
mod dispute;
mod disputing;
mod draw;
mod face;
mod file;
pub mod keys;
mod page;
mod payment;
mod payout;
mod paypal;
mod plain;
mod refused;
pub mod scenario;
mod shelf;
mod stripe;
mod wechat_pay;
mod wire;
mod words;

use crate::Secret;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use book::Book;
use courier::Courier;
use file::BookFile;
use kernel::{Clock, Percent, SystemClock};
use keys::Keys;
use parking_lot::Mutex;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use paypal::PayPalConfig;
pub use wechat_pay::WeChatPayConfig;

/// Requests longer than this are refused.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// How a simulator is set up.
pub struct SimulatorConfig {
    /// The merchant's number and the name that the payer sees.
    pub merchant: String,
    pub merchant_name: String,
    /// Signs the merchant's requests.
    pub api_secret: Secret,
    /// Signs notifications.
    pub notification_secret: Secret,
    /// The key that a rotation goes to; used beside the present one by the word `rotated`.
    pub next_notification_secret: Option<Secret>,
    /// The keys of that language.
    pub wechat_pay: WeChatPayConfig,
    /// The ids of that one.
    pub paypal: PayPalConfig,
    /// Under which address payers reach it, without a slash at the end; the listener's address by default.
    pub public_url: Option<String>,
    /// What it keeps of each payment, rounded half up.
    pub fee: Percent,
    /// Pauses between the attempts to deliver a notification.
    pub retries: Vec<Duration>,
    /// How long a call hangs when it shall hang.
    pub hang: Duration,
    /// How late "pay, but notify late" is.
    pub late_after: Duration,
    /// How long a slow or unknown outcome is processing.
    pub settle_after: Duration,
    /// How many payments, and as many refunds, are remembered.
    pub capacity: usize,
    /// Where they are remembered over a restart; in memory alone when none is named.
    pub book: Option<PathBuf>,
    /// Ids and chance follow from it. Whoever names a file needs another at each start: ids must not come twice.
    pub seed: u64,
    /// Lets the seed choose a mishap for calls that name no scenario.
    pub surprises: bool,
    pub clock: Arc<dyn Clock>,
}

impl SimulatorConfig {
    /// The usual set-up: a fee of 0.60 %, no surprises.
    pub fn new(
        merchant: &str,
        merchant_name: &str,
        api_secret: Secret,
        notification_secret: Secret,
    ) -> SimulatorConfig {
        SimulatorConfig {
            merchant: merchant.to_owned(),
            merchant_name: merchant_name.to_owned(),
            api_secret,
            notification_secret,
            next_notification_secret: None,
            wechat_pay: WeChatPayConfig::default(),
            paypal: PayPalConfig::default(),
            public_url: None,
            fee: Percent::parse("0.60").unwrap_or(Percent::ZERO),
            retries: [1, 5, 30, 120, 600].map(Duration::from_secs).to_vec(),
            hang: Duration::from_secs(60),
            late_after: Duration::from_secs(10),
            settle_after: Duration::from_secs(20),
            capacity: 10_000,
            book: None,
            seed: 0,
            surprises: false,
            clock: Arc::new(SystemClock),
        }
    }
}

/// What stays the same while a simulator runs.
struct House {
    public_url: String,
    keys: Keys,
    config: SimulatorConfig,
}

/// A running simulator, as its handlers see it.
#[derive(Clone)]
struct Simulator {
    house: Arc<House>,
    book: Arc<Mutex<(Book, Option<BookFile>)>>,
    courier: Courier,
    closing: watch::Receiver<bool>,
}

impl Simulator {
    /// Looks into the book or changes it; what changed is in the file before anybody hears of it.
    fn with_book<T>(&self, act: impl FnOnce(&mut Book) -> T) -> T {
        let (book, file) = &mut *self.book.lock();
        let outcome = act(book);
        let news = book.take_news();
        if let Some(Err(error)) = file.as_mut().map(|file| file.add(&news, book)) {
            tracing::error!(%error, "the book could not be written; it is tried again with the next change");
        }
        outcome
    }

    /// Waits as a call does that hangs, or until the simulator closes.
    async fn hang(&self) {
        let mut closing = self.closing.clone();
        tokio::select! {
            () = tokio::time::sleep(self.house.config.hang) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}

/// Serves until `shutdown` completes; calls that hang are let go then, notifications under way are dropped.
pub async fn serve(
    listener: TcpListener,
    mut config: SimulatorConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let (close, closing) = watch::channel(false);
    let client = crate::http::client(crate::http::TimeOuts::default()).map_err(std::io::Error::other)?;
    let public_url = config.public_url.take().unwrap_or_else(|| format!("http://{address}"));
    let keys = Keys::read().map_err(std::io::Error::other)?;
    let house = Arc::new(House { public_url, keys, config });
    let mut book = Book::new(house.clone());
    let file = house.config.book.as_ref().map(|path| BookFile::open(path, &mut book)).transpose()?;
    let simulator = Simulator {
        book: Arc::new(Mutex::new((book, file))),
        courier: Courier::new(house.clone(), client, closing.clone()),
        house,
        closing,
    };
    axum::serve(listener, router(simulator).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            shutdown.await;
            close.send_replace(true);
        })
        .await
}

fn router(simulator: Simulator) -> Router {
    let (wechat_pay, paypal) = (wechat_pay::routes(&simulator), paypal::routes(&simulator));
    Router::new()
        .route("/sim/v1/payments", post(api::open).get(api::payment_by_reference))
        .route("/sim/v1/payments/{id}", get(api::payment))
        .route("/sim/v1/payments/{id}/close", post(api::close))
        .route("/sim/v1/refunds", post(api::refund).get(api::refund_by_reference))
        .route("/sim/v1/refunds/{id}", get(api::find_refund))
        .route("/sim/v1/bills/{day}", get(bill::own))
        .route("/admin/scenario", post(api::set_scenario))
        .route("/admin/disputes", post(disputing::open))
        .route("/admin/disputes/{id}/{act}", post(disputing::act))
        .route("/admin/payouts", post(payout::pay_out))
        .route("/admin/bills/mend", post(bill::mend))
        .route("/pay/{id}", get(page::show).post(page::choose))
        .route("/pay/{id}/dispute", post(disputing::press))
        .route("/assets/pay.css", get(page::style))
        .merge(stripe::routes())
        .merge(alipay::routes())
        .merge(wechat_pay)
        .merge(paypal)
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
        .with_state(simulator)
}
