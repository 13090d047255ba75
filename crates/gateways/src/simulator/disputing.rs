//! Disputes, as a scenario: from this machine the payer and their bank are spoken for.

use super::Simulator;
use super::api::from_here;
use super::dispute::Act;
use super::refused::Refused;
use super::wire::{DisputeObject, DisputeRequest};
use axum::Json;
use axum::extract::{ConnectInfo, Path, State};
use http::HeaderMap;
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
