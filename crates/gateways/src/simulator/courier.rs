//! Delivers notifications: signed, repeated with back-off until a 2xx, and wrong in the ways a scenario asks for.

use super::House;
use super::scenario::NoticePlan;
use crate::{Secret, signature};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// More parcels than this are not kept waiting; a further one is lost.
const PARCELS_MAX: usize = 2_000;

/// A key that is nobody's.
const FORGERS_KEY: &str = "not the key";

/// How old a stale notification claims to be, in seconds.
const STALE_S: i64 = 600;

/// One delivery of one event.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub event_id: String,
    pub body: String,
    /// How long to wait before it.
    pub wait: Duration,
}

/// Letters to one address, delivered one after another.
#[derive(Debug)]
pub(super) struct Parcel {
    pub url: String,
    pub letters: Vec<Letter>,
    pub plan: NoticePlan,
}

#[derive(Clone)]
pub(super) struct Courier {
    house: Arc<House>,
    client: reqwest::Client,
    room: Arc<Semaphore>,
    closing: watch::Receiver<bool>,
}

impl Courier {
    pub(super) fn new(house: Arc<House>, client: reqwest::Client, closing: watch::Receiver<bool>) -> Courier {
        Courier { house, client, room: Arc::new(Semaphore::new(PARCELS_MAX)), closing }
    }

    /// Sends in the background; what is not delivered when the simulator closes is lost.
    pub(super) fn send(&self, parcel: Parcel) {
        if parcel.plan.lost {
            return;
        }
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            tracing::warn!("too many notifications wait; one is lost");
            return;
        };
        let courier = self.clone();
        tokio::spawn(async move {
            let mut closing = courier.closing.clone();
            tokio::select! {
                () = courier.deliver(parcel) => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
            drop(permit);
        });
    }

    async fn deliver(&self, parcel: Parcel) {
        tokio::time::sleep(parcel.plan.late).await;
        for letter in &parcel.letters {
            tokio::time::sleep(letter.wait).await;
            self.deliver_one(&parcel.url, letter, &parcel.plan).await;
        }
    }

    async fn deliver_one(&self, url: &str, letter: &Letter, plan: &NoticePlan) {
        if self.attempt(url, letter, plan).await {
            return;
        }
        for pause in &self.house.config.retries {
            tokio::time::sleep(*pause).await;
            if self.attempt(url, letter, plan).await {
                return;
            }
        }
        tracing::warn!(event = letter.event_id, "notification given up");
    }

    /// Whether it was taken.
    async fn attempt(&self, url: &str, letter: &Letter, plan: &NoticePlan) -> bool {
        let at = self.house.config.clock.now().as_second() - if plan.stale { STALE_S } else { 0 };
        let at = at.to_string();
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("sim-event-id", &letter.event_id)
            .header("sim-signature", self.signature(&at, letter, plan))
            .header("sim-timestamp", at)
            .body(letter.body.clone());
        matches!(request.send().await, Ok(response) if response.status().is_success())
    }

    fn signature(&self, at: &str, letter: &Letter, plan: &NoticePlan) -> String {
        let forgers = Secret::new(FORGERS_KEY);
        let present = if plan.forged { &forgers } else { &self.house.config.notification_secret };
        let parts: [&[u8]; 2] = [at.as_bytes(), letter.body.as_bytes()];
        let mut header = format!("v1={}", signature::sign(present, b'.', &parts));
        if plan.rotated
            && let Some(next) = &self.house.config.next_notification_secret
        {
            header = format!("v1={},{header}", signature::sign(next, b'.', &parts));
        }
        header
    }
}
