//! A payment provider in memory, behind the house's own trait: it keeps a book that the checks believe, answers late, twice, wrongly
//! or not at all, and writes letters about what happened.

use crate::chance::{Draw, StoryClock};
use crate::disputes::{self, Dispute};
use crate::errands::gate;
use gateways::{
    Bill, Call, CallError, Capabilities, Currencies, Event, Gateway, Lookup, Method, Notification, NotificationAnswer,
    NotificationError, NotificationParts, NotificationVerdict, OpenCheckout, Opened, PaymentState, ProviderPayment,
    ProviderRefund, RefundLookup, RefundRequest, RefundState,
};
use kernel::id::{CheckoutId, RefundId};
use kernel::{Date, Ids, Money, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard};

pub const MERCHANT: &str = "story-merchant";
/// After this long the caller hangs up.
const TIME_OUT_S: i64 = 30;
/// For how long a question may be answered with what was true before.
const STALE_S: i64 = 90;
const SIGNATURE: &str = "x-signature";

/// What kind of provider it is, drawn for each story.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Found by our number, too.
    pub finds_by_reference: bool,
    /// The payer agrees first, and the money is taken in a second step.
    pub in_two_steps: bool,
    /// The fee is told when asked for alone, else with the payment.
    pub fee_when_asked: bool,
    /// Of a hundred calls, so many go wrong.
    pub trouble: usize,
}

#[derive(Debug, Clone)]
pub struct Payment {
    pub reference: CheckoutId,
    pub provider_id: String,
    pub amount: Money,
    pub state: PaymentState,
    /// Whether it was said once that there will be no money.
    pub was_refused: bool,
    before: Option<PaymentState>,
    changed_s: i64,
    decides_s: Option<i64>,
    expires_s: i64,
    pub fee: Money,
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub reference: RefundId,
    pub provider_id: String,
    pub payment: usize,
    pub amount: Money,
    pub state: RefundState,
    decides_s: Option<i64>,
}

/// A notification in the post.
#[derive(Debug, Clone)]
pub struct Letter {
    pub id: String,
    pub body: Vec<u8>,
    pub signature: String,
    /// What it says is true, and about something of ours.
    pub is_honest: bool,
    /// It may come before what it is about is known, and is sent again then.
    pub may_wait: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// The connection was never made.
    Unsent,
    LostBefore,
    LostAfter,
    /// Answers with what was true before.
    Stale,
}

pub struct Book {
    draw: Draw,
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    keys: Vec<(String, usize)>,
    pub post: Vec<Letter>,
    trouble: usize,
    letters: usize,
}

pub struct Provider {
    clock: StoryClock,
    habits: Habits,
    capabilities: Capabilities,
    book: Mutex<Book>,
}

impl Provider {
    pub fn new(seed: u64, clock: StoryClock) -> Provider {
        let mut draw = Draw::new(seed, 2);
        let habits = Habits {
            finds_by_reference: draw.percent(70),
            in_two_steps: draw.percent(40),
            fee_when_asked: draw.percent(40),
            trouble: [0, 10, 25, 45][draw.below(4)],
        };
        let capabilities = Capabilities {
            methods: vec![Method::Card, Method::EWallet],
            currencies: Currencies::All,
            minor: Vec::new(),
            bounds: Vec::new(),
            idempotency_hours: 24,
            tells_fee: true,
            begins_with_payer: false,
            finds_by_reference: habits.finds_by_reference,
        };
        let book = Book {
            draw,
            payments: Vec::new(),
            refunds: Vec::new(),
            disputes: Vec::new(),
            keys: Vec::new(),
            post: Vec::new(),
            trouble: habits.trouble,
            letters: 0,
        };
        Provider { clock, habits, capabilities, book: Mutex::new(book) }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        let mut book = self.book.lock().unwrap();
        book.go_on(self.clock.second(), self.habits);
        book
    }

    /// From here on everything goes well.
    pub fn calm_down(&self) {
        self.book().trouble = 0;
    }

    /// A payer in front of the provider's page does something, if there is anything to do. `shown` are those that somebody was sent to:
    /// nobody finds a page whose address was lost on its way.
    pub fn payer_acts(&self, draw: &mut Draw, shown: &[CheckoutId]) -> Option<String> {
        let now = self.clock.second();
        let mut book = self.book();
        let is_waiting = |payment: &Payment| payment.is_payable(now) && shown.contains(&payment.reference);
        let waiting: Vec<usize> = (0..book.payments.len()).filter(|at| is_waiting(&book.payments[*at])).collect();
        let at = *draw.pick(&waiting)?;
        let state = match draw.below(10) {
            0 | 1 => PaymentState::Failed { reason: "declined".to_owned() },
            2 => {
                let later = now + [5, 90, 4_000, 200_000][draw.below(4)];
                book.payments[at].decides_s = Some(later);
                PaymentState::Processing
            }
            _ if self.habits.in_two_steps => PaymentState::Approved,
            _ => PaymentState::Succeeded,
        };
        let told = format!("payer: {} {state:?}", book.payments[at].reference);
        book.turn(at, state, now, self.habits);
        Some(told)
    }

    /// Something that somebody made up: unsigned, or signed and about another program's payment, or with another amount.
    pub fn strange_letter(&self, draw: &mut Draw) -> Option<Letter> {
        let mut book = self.book();
        let payment = draw.pick(&book.payments)?.clone();
        let succeeded = &PaymentState::Succeeded;
        let letter = match draw.below(5) {
            0 => {
                let mut forged = book.letter(&payment_words(&payment, succeeded, payment.amount, MERCHANT, None));
                forged.signature = hex(&Sha256::digest(&forged.body));
                forged
            }
            1 => {
                let more = payment.amount.plus(Money::new(1, payment.amount.currency())).unwrap();
                book.letter(&payment_words(&payment, succeeded, more, MERCHANT, None))
            }
            2 => book.letter(&payment_words(&payment, succeeded, payment.amount, "another-merchant", None)),
            3 => {
                let words = book.strange_dispute(&payment, draw);
                book.letter(&words)
            }
            _ => {
                let unknown = Ids::new(Timestamp::UNIX_EPOCH, draw.bytes()).draw();
                let theirs = Payment { reference: unknown, provider_id: "their-payment".to_owned(), ..payment };
                book.letter(&payment_words(&theirs, succeeded, theirs.amount, MERCHANT, None))
            }
        };
        Some(Letter { is_honest: false, ..letter })
    }

    async fn call<T>(
        &self,
        is_question: bool,
        effect: impl FnOnce(&mut Book, i64, bool) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let sent = self.clock.second();
        let trouble = self.book().trouble(is_question);
        if trouble == Trouble::Unsent {
            return Err(CallError::Unsent);
        }
        gate().await;
        let lost = |why: &str| Err(CallError::Unknown { why: why.to_owned() });
        if trouble == Trouble::LostBefore || self.clock.second() - sent > TIME_OUT_S {
            return lost("no answer");
        }
        let done = {
            let now = self.clock.second();
            effect(&mut self.book(), now, trouble == Trouble::Stale)
        };
        gate().await;
        if trouble == Trouble::LostAfter || self.clock.second() - sent > TIME_OUT_S {
            return lost("the answer is lost");
        }
        done
    }

    fn found(&self, book: &Book, lookup: &Lookup) -> Result<usize, CallError> {
        let at = book.payments.iter().position(|payment| match &lookup.provider_id {
            Some(id) => *id == payment.provider_id,
            None => self.habits.finds_by_reference && payment.reference == lookup.reference,
        });
        at.ok_or(CallError::NotFound)
    }

    fn told(&self, payment: &Payment, state: PaymentState) -> ProviderPayment {
        let is_paid = state == PaymentState::Succeeded;
        ProviderPayment {
            provider_id: payment.provider_id.clone(),
            fee: is_paid.then_some(payment.fee),
            paid_at: None,
            amount: payment.amount,
            merchant: MERCHANT.to_owned(),
            raw: String::new(),
            state,
        }
    }
}

impl Payment {
    fn is_payable(&self, now: i64) -> bool {
        let may = matches!(self.state, PaymentState::Open | PaymentState::Failed { .. });
        may && self.decides_s.is_none() && now < self.expires_s
    }
}

impl Book {
    fn trouble(&mut self, is_question: bool) -> Trouble {
        if !self.draw.percent(self.trouble) {
            return Trouble::None;
        }
        match self.draw.below(4) {
            0 => Trouble::Unsent,
            1 => Trouble::LostBefore,
            2 if is_question => Trouble::Stale,
            _ => Trouble::LostAfter,
        }
    }

    /// What happens by itself as time passes.
    fn go_on(&mut self, now: i64, habits: Habits) {
        for at in 0..self.payments.len() {
            let payment = &self.payments[at];
            if payment.decides_s.is_some_and(|then| then <= now) {
                let good = self.draw.percent(70);
                self.payments[at].decides_s = None;
                let bad = PaymentState::Failed { reason: "refused later".to_owned() };
                self.turn(at, if good { PaymentState::Succeeded } else { bad }, now, habits);
            } else if matches!(payment.state, PaymentState::Open | PaymentState::Approved) && payment.expires_s <= now {
                self.turn(at, PaymentState::Expired, now, habits);
            }
        }
        for at in 0..self.refunds.len() {
            if self.refunds[at].decides_s.is_some_and(|then| then <= now) {
                self.refunds[at].decides_s = None;
                self.refunds[at].state = match self.refunds[at].state {
                    RefundState::Processing if self.draw.percent(70) => RefundState::Succeeded,
                    _ => RefundState::Failed { reason: "the account is closed".to_owned() },
                };
                self.write_about_refund(at);
            }
        }
    }

    fn turn(&mut self, at: usize, state: PaymentState, now: i64, habits: Habits) {
        let payment = &mut self.payments[at];
        payment.before = Some(std::mem::replace(&mut payment.state, state.clone()));
        payment.changed_s = now;
        payment.was_refused |= matches!(state, PaymentState::Failed { .. } | PaymentState::Expired);
        let payment = payment.clone();
        let fee = (state == PaymentState::Succeeded && !habits.fee_when_asked).then_some(payment.fee);
        // Some are never written; not those that contradict what was said before, for nobody asks about what is decided.
        if payment.was_refused || self.trouble == 0 || self.draw.percent(85) {
            let letter = self.letter(&payment_words(&payment, &state, payment.amount, MERCHANT, fee));
            self.post.push(letter);
        }
    }

    fn write_about_refund(&mut self, at: usize) {
        let refund = &self.refunds[at];
        let words = json!({
            "merchant": MERCHANT, "refund": refund.reference, "provider_id": refund.provider_id,
            "payment": self.payments[refund.payment].reference, "state": refund_word(&refund.state),
            "minor": refund.amount.minor(), "currency": refund.amount.currency().code(),
        });
        let letter = self.letter(&words);
        self.post.push(letter);
    }

    pub fn letter(&mut self, words: &Value) -> Letter {
        self.letters += 1;
        let id = format!("letter-{}", self.letters);
        let mut words = words.clone();
        words["id"] = json!(id);
        let body = words.to_string().into_bytes();
        let may_wait = words.get("dispute").is_some();
        Letter { id, signature: signature(&body), body, is_honest: true, may_wait }
    }
}

impl Gateway for Provider {
    fn provider(&self) -> &'static str {
        "simulator"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&self, request: OpenCheckout) -> Call<'_, Opened> {
        Box::pin(self.call(false, move |book, now, _| {
            let kept = book.keys.iter().find(|(key, _)| *key == request.idempotency_key).map(|(_, at)| *at);
            let at = kept.unwrap_or_else(|| {
                let minor = request.amount.minor();
                book.payments.push(Payment {
                    reference: request.reference,
                    provider_id: format!("their-{}", book.payments.len()),
                    amount: request.amount,
                    state: PaymentState::Open,
                    was_refused: false,
                    before: None,
                    changed_s: now,
                    decides_s: None,
                    expires_s: request.expires_at.as_second(),
                    fee: Money::new(minor * 6 / 1000, request.amount.currency()),
                });
                book.keys.push((request.idempotency_key.clone(), book.payments.len() - 1));
                book.payments.len() - 1
            });
            let id = book.payments[at].provider_id.clone();
            let url = Some(format!("http://provider.example/{id}"));
            Ok(Opened { provider_id: Some(id), url, ..Opened::default() })
        }))
    }

    fn query(&self, lookup: Lookup) -> Call<'_, ProviderPayment> {
        Box::pin(self.call(true, move |book, now, stale| {
            let payment = &book.payments[self.found(book, &lookup)?];
            let before = payment.before.clone().filter(|_| stale && now - payment.changed_s < STALE_S);
            Ok(self.told(payment, before.unwrap_or_else(|| payment.state.clone())))
        }))
    }

    fn complete(&self, lookup: Lookup, _: String) -> Call<'_, ProviderPayment> {
        Box::pin(self.call(false, move |book, now, _| {
            let at = self.found(book, &lookup)?;
            if book.payments[at].state == PaymentState::Approved {
                book.turn(at, PaymentState::Succeeded, now, self.habits);
            }
            Ok(self.told(&book.payments[at], book.payments[at].state.clone()))
        }))
    }

    fn close(&self, lookup: Lookup) -> Call<'_, ProviderPayment> {
        Box::pin(self.call(false, move |book, now, _| {
            let at = self.found(book, &lookup)?;
            if matches!(book.payments[at].state, PaymentState::Open | PaymentState::Approved) {
                book.turn(at, PaymentState::Expired, now, self.habits);
            }
            Ok(self.told(&book.payments[at], book.payments[at].state.clone()))
        }))
    }

    fn refund(&self, request: RefundRequest) -> Call<'_, ProviderRefund> {
        Box::pin(self.call(false, move |book, now, _| {
            let payment = self.found(book, &request.payment)?;
            if let Some(known) = book.refunds.iter().find(|refund| refund.reference == request.reference) {
                return Ok(told_refund(known));
            }
            // What is with whoever disputed it cannot go back as well.
            let back: i64 = book.back(payment) + book.away(payment);
            if back + request.amount.minor() > book.payments[payment].amount.minor() {
                return Err(CallError::Refused { code: "too_much".to_owned(), message: String::new() });
            }
            let (state, later) = match book.draw.below(6) {
                0 => (RefundState::Processing, Some(now + 4_000)),
                1 => (RefundState::Succeeded, Some(now + 250_000)),
                _ => (RefundState::Succeeded, None),
            };
            let provider_id = format!("their-refund-{}", book.refunds.len());
            let (reference, amount) = (request.reference, request.amount);
            book.refunds.push(Refund { reference, provider_id, payment, amount, state, decides_s: later });
            let at = book.refunds.len() - 1;
            book.write_about_refund(at);
            Ok(told_refund(&book.refunds[at]))
        }))
    }

    fn query_refund(&self, lookup: RefundLookup) -> Call<'_, ProviderRefund> {
        Box::pin(self.call(true, move |book, _, _| {
            let known = book.refunds.iter().find(|refund| refund.reference == lookup.reference);
            known.map(told_refund).ok_or(CallError::NotFound)
        }))
    }

    fn verify<'a>(&'a self, parts: NotificationParts<'a>) -> Call<'a, Notification, NotificationError> {
        Box::pin(async move {
            let given = parts.headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
            if given != Some(&signature(parts.body)) {
                return Err(NotificationError::BadSignature);
            }
            let words: Value = serde_json::from_slice(parts.body).map_err(|_| NotificationError::Malformed)?;
            disputes::read(&words).or_else(|| read(&words, parts.received_at)).ok_or(NotificationError::Malformed)
        })
    }

    /// Writes none.
    fn bill(&self, _: Date) -> Call<'_, Option<Bill>> {
        Box::pin(async { Ok(None) })
    }

    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        let status = if verdict == NotificationVerdict::Ok { 200 } else { 503 };
        NotificationAnswer { status, content_type: "text/plain", body: Cow::Borrowed("") }
    }
}

impl Book {
    /// What of a payment went back, or is on its way.
    pub fn back(&self, payment: usize) -> i64 {
        let stands = |refund: &&Refund| !matches!(refund.state, RefundState::Failed { .. });
        let of_it = self.refunds.iter().filter(|refund| refund.payment == payment).filter(stands);
        of_it.map(|refund| refund.amount.minor()).sum()
    }
}

fn told_refund(refund: &Refund) -> ProviderRefund {
    ProviderRefund {
        provider_id: refund.provider_id.clone(),
        state: refund.state.clone(),
        amount: refund.amount,
        completed_at: None,
        raw: String::new(),
    }
}

fn payment_words(payment: &Payment, state: &PaymentState, amount: Money, merchant: &str, fee: Option<Money>) -> Value {
    let (word, reason) = match state {
        PaymentState::Failed { reason } => ("failed", reason.as_str()),
        PaymentState::Open => ("open", ""),
        PaymentState::Approved => ("approved", ""),
        PaymentState::Processing => ("processing", ""),
        PaymentState::Succeeded => ("succeeded", ""),
        PaymentState::Expired => ("expired", ""),
    };
    json!({
        "merchant": merchant, "payment": payment.reference, "provider_id": payment.provider_id, "state": word,
        "reason": reason, "minor": amount.minor(), "currency": amount.currency().code(), "fee": fee.map(Money::minor),
    })
}

fn refund_word(state: &RefundState) -> &'static str {
    match state {
        RefundState::Processing => "processing",
        RefundState::Succeeded => "succeeded",
        RefundState::Failed { .. } => "failed",
    }
}

fn read(words: &Value, at: Timestamp) -> Option<Notification> {
    let text = |name: &str| words[name].as_str().map(str::to_owned);
    let currency = kernel::Currency::parse(words["currency"].as_str()?).ok()?;
    let amount = Money::new(words["minor"].as_i64()?, currency);
    let provider_id = text("provider_id")?;
    let reason = text("reason").unwrap_or_default();
    let reference = text("payment")?.parse().ok()?;
    let event = match text("refund") {
        Some(refund) => Event::Refund {
            reference: refund.parse().ok()?,
            provider_id,
            payment: Lookup { reference, provider_id: None },
            state: match words["state"].as_str()? {
                "succeeded" => RefundState::Succeeded,
                "processing" => RefundState::Processing,
                _ => RefundState::Failed { reason },
            },
            amount,
        },
        None => Event::Payment {
            reference,
            provider_id,
            state: match words["state"].as_str()? {
                "open" => PaymentState::Open,
                "approved" => PaymentState::Approved,
                "processing" => PaymentState::Processing,
                "succeeded" => PaymentState::Succeeded,
                "expired" => PaymentState::Expired,
                _ => PaymentState::Failed { reason },
            },
            amount,
            fee: words["fee"].as_i64().map(|minor| Money::new(minor, currency)),
        },
    };
    Some(Notification { event_id: text("id")?, occurred_at: at, merchant: text("merchant")?, event })
}

fn signature(body: &[u8]) -> String {
    hex(&Sha256::new().chain_update(b"the provider's secret").chain_update(body).finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
