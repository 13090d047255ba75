//! What was collected goes to the merchant's bank, and sometimes comes back.

use super::book::{Book, Entry, Payout};
use super::courier::Parcel;
use super::face::{Face, Happening};
use super::payment::State;
use super::refused::Refused;
use super::scenario::NoticePlan;
use super::{House, Simulator};
use axum::Json;
use axum::extract::{ConnectInfo, State as From};
use http::HeaderMap;
use kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// POST /admin/payouts
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// The language, by its provider's name.
    provider: String,
    /// A pay-out that the bank sends back; else all that was collected is paid out.
    fails: Option<String>,
    /// Whether the merchant is told.
    #[serde(default)]
    silently: bool,
}

/// Pays out what was collected in a language, in each currency, or lets a pay-out come back.
pub(super) async fn pay_out(
    From(simulator): From<Simulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(order): Json<Order>,
) -> Result<Json<Value>, Refused> {
    super::api::from_here(peer, &headers)?;
    let face = Face::of_provider(&order.provider).ok_or(Refused::Field("provider"))?;
    let now = simulator.house.config.clock.now();
    let (paid, parcels) = simulator.with_book(|book| {
        match &order.fails {
            Some(id) => book.send_back(now, id).map(|payout| vec![payout]),
            None => Ok(book.pay_out(now, face)),
        }
        .map(|paid| {
            let parcels: Vec<Parcel> = paid.iter().filter_map(|payout| book.parcel_of_payout(now, payout)).collect();
            (paid, parcels)
        })
    })?;
    for parcel in parcels {
        if !order.silently {
            simulator.courier.send(parcel);
        }
    }
    let told: Vec<Value> = paid.iter().map(|payout| object(&simulator.house, payout)).collect();
    Ok(Json(json!({ "data": told })))
}

impl Book {
    /// What is there of each currency, less what the simulator keeps.
    fn pay_out(&mut self, now: Timestamp, face: Face) -> Vec<Payout> {
        let mut paid = Vec::new();
        for (currency, minor) in self.balances(now, face) {
            if minor > 0 {
                let payout = Payout {
                    face,
                    id: self.draw_id(face.payout_prefix()),
                    amount: Money::new(minor, currency),
                    created_at: now,
                    failed_at: None,
                };
                self.enter_new(Entry::Payout(payout.clone()));
                paid.push(payout);
            }
        }
        paid
    }

    fn balances(&mut self, now: Timestamp, face: Face) -> Vec<(Currency, i64)> {
        let mut moves: Vec<(Currency, i64)> = Vec::new();
        for payment in self.payments_of(face) {
            let Ok(payment) = self.payment(now, &payment.id) else { continue };
            if payment.state == State::Succeeded {
                let fee = payment.fee.map_or(0, Money::minor);
                moves.push((payment.amount.currency(), payment.amount.minor() - fee));
            }
        }
        let refunds = self.refunds_of(now, face).into_iter().filter(|refund| refund.state == State::Succeeded);
        moves.extend(refunds.map(|refund| (refund.amount.currency(), -refund.amount.minor())));
        for moved in self.disputes_of(face).into_iter().flat_map(|dispute| dispute.moved) {
            let minor = if moved.withdrawn { -moved.amount.minor() } else { moved.amount.minor() };
            moves.push((moved.amount.currency(), minor - moved.fee_minor));
        }
        let payouts = self.payouts_of(face).into_iter().filter(|payout| payout.failed_at.is_none());
        moves.extend(payouts.map(|payout| (payout.amount.currency(), -payout.amount.minor())));
        let mut sums: Vec<(Currency, i64)> = Vec::new();
        for (currency, minor) in moves {
            match sums.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum += minor,
                None => sums.push((currency, minor)),
            }
        }
        sums
    }

    fn send_back(&mut self, now: Timestamp, id: &str) -> Result<Payout, Refused> {
        let mut known = Face::ALL.into_iter().flat_map(|face| self.payouts_of(face));
        let mut payout = known.find(|payout| payout.id == id).ok_or(Refused::NotFound)?;
        drop(known);
        payout.failed_at = Some(now);
        self.enter_new(Entry::Payout(payout.clone()));
        Ok(payout)
    }

    /// Told where notifications of payments go; no call names a place for these.
    fn parcel_of_payout(&mut self, now: Timestamp, payout: &Payout) -> Option<Parcel> {
        let said = self.payments_of(payout.face).pop().map(|payment| payment.notify_url).unwrap_or_default();
        let url = self.address(payout.face, &said);
        let letter = self.letter(payout.face, now, Duration::ZERO, Happening::Payout(payout))?;
        Some(Parcel { face: payout.face, url, letters: vec![letter], plan: NoticePlan::default() })
    }
}

impl Payout {
    /// As the wire names it.
    pub(super) const fn state(&self) -> &'static str {
        if self.failed_at.is_some() { "failed" } else { "paid" }
    }
}

/// A pay-out in answers and notifications.
pub(super) fn object(house: &House, payout: &Payout) -> Value {
    json!({
        "object": "payout", "id": payout.id, "merchant": house.config.merchant, "state": payout.state(),
        "amount": payout.amount.minor(), "currency": payout.amount.currency().code(),
        "created_at": payout.created_at.to_string(),
    })
}
