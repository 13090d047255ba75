//! Disputes, as a scenario: from this machine, and on the payer's page, the payer and their bank are spoken for.

use super::Simulator;
use super::api::from_here;
use super::dispute::Act;
use super::refused::Refused;
use super::wire::{DisputeObject, DisputeRequest};
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Redirect;
use axum::{Form, Json};
use http::HeaderMap;
use serde::Deserialize;
use std::net::SocketAddr;

/// POST /admin/disputes: the payer disputes a payment.
pub(super) async fn open(
    State(simulator): State<Simulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(ask): Json<DisputeRequest>,
) -> Result<Json<DisputeObject>, Refused> {
    from_here(peer, &headers)?;
    let now = simulator.house.config.clock.now();
    let (dispute, parcel) = simulator.with_book(|book| {
        let scenario = book.scenario_of_change("");
        book.dispute(now, ask, &scenario)
    })?;
    simulator.courier.send(parcel);
    Ok(Json(DisputeObject::of(&simulator.house, &dispute, None)))
}

/// POST /admin/disputes/{id}/{act}: `answer`, `win`, `lose`, `close`.
pub(super) async fn act(
    State(simulator): State<Simulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((id, act)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<DisputeObject>, Refused> {
    from_here(peer, &headers)?;
    let act = Act::named(&act).ok_or(Refused::Field("act"))?;
    let now = simulator.house.config.clock.now();
    let (dispute, parcel) = simulator.with_book(|book| {
        let scenario = book.scenario_of_change("");
        book.act_on_dispute(now, &id, (act, ""), &scenario)
    })?;
    simulator.courier.send(parcel);
    Ok(Json(DisputeObject::of(&simulator.house, &dispute, None)))
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    act: String,
}

/// POST /pay/{id}/dispute: the same from the payer's page.
pub(super) async fn press(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Redirect, Refused> {
    let now = simulator.house.config.clock.now();
    let (_, parcel) = simulator.with_book(|book| {
        let scenario = book.scenario_of_change("");
        match Act::named(&pressed.act) {
            Some(act) => {
                let dispute = book.open_dispute_of(&id)?;
                book.act_on_dispute(now, &dispute.id, (act, ""), &scenario)
            }
            None => {
                let ask = DisputeRequest { payment: id.clone(), amount: None, reason: String::new(), inquiry: false };
                book.dispute(now, ask, &scenario)
            }
        }
    })?;
    simulator.courier.send(parcel);
    Ok(Redirect::to(&format!("/pay/{id}")))
}
