//! Delivers notifications: signed, repeated with back-off until a 2xx, and wrong in the ways a scenario asks for.

use super::House;
use super::face::Face;
use super::scenario::NoticePlan;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// More parcels than this are not kept waiting; a further one is lost.
const PARCELS_MAX: usize = 2_000;

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
    pub face: Face,
    /// Nothing is sent where none is known.
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
        if parcel.plan.lost || parcel.url.is_empty() {
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
            self.deliver_one(&parcel, letter).await;
        }
    }

    async fn deliver_one(&self, parcel: &Parcel, letter: &Letter) {
        if self.attempt(parcel, letter).await {
            return;
        }
        for pause in &self.house.config.retries {
            tokio::time::sleep(*pause).await;
            if self.attempt(parcel, letter).await {
                return;
            }
        }
        tracing::warn!(event = letter.event_id, "notification given up");
    }

    /// Whether it was taken.
    async fn attempt(&self, parcel: &Parcel, letter: &Letter) -> bool {
        let at = self.house.config.clock.now().as_second() - if parcel.plan.stale { STALE_S } else { 0 };
        let signed = parcel.face.signed(&self.house, &parcel.plan, &letter.event_id, at, &letter.body);
        let mut request = self.client.post(&parcel.url).header("content-type", signed.content_type);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        let Ok(response) = request.body(signed.body).send().await else { return false };
        let status = response.status();
        response.bytes().await.is_ok_and(|answer| parcel.face.is_taken(status, &answer))
    }
}
