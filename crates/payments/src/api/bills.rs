//! `GET /gateways/{connection}/bills`, `GET /payouts`

use super::wire::{BillView, PayoutView};
use crate::bills;
use ::store::Part;
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::{GatewayConnectionId, PayoutId};
use kernel::{Date, Fields, Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// So many days back where none is named.
const DAYS: i64 = 31;

/// Of which days.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Days {
    from: Option<String>,
    to: Option<String>,
}

impl Days {
    /// Reads the days; the last month where none are named.
    fn read(self, today: Date) -> Result<(Date, Date), Refusal> {
        let mut fields = Fields::new();
        let mut day = |pointer, text: Option<String>| {
            text.filter(|text| !text.is_empty()).and_then(|text| fields.date(pointer, &text))
        };
        let (from, to) = (day("/from", self.from), day("/to", self.to));
        fields.finish()?;
        let to = to.unwrap_or(today);
        let usual = to.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(to);
        Ok((from.unwrap_or(usual), to))
    }
}

/// What a provider says happened day by day, compared with the books: the newest first, at most 200 days, of the last 31 where none are
/// named.
#[utoipa::path(
    get, path = "/api/v1/gateways/{connection}/bills", tag = "gateways",
    params(
        ("connection" = String, Path, description = "`gwc_…`"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query),
    ),
    responses((status = 200, body = List<BillView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn bills(
    State(web): State<Web>,
    Api(context): Api,
    Path(connection): Path<String>,
    Query(days): Query<Days>,
) -> Result<Json<List<BillView>>, Fail> {
    let connection: GatewayConnectionId = path_id(&connection)?;
    let now = web.app.now();
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
        bills::bills(conn, scope, Some(connection), days.read(today)?)
    };
    let found = web.app.read(&context, Permission::PaymentRead, read).await?;
    Ok(Json(List { data: found.into_iter().map(BillView::from).collect(), next_cursor: None }))
}

/// What providers sent to the bank, newest first.
#[utoipa::path(
    get, path = "/api/v1/payouts", tag = "payments",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<PayoutView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn payouts(State(web): State<Web>, Api(context): Api, slice: Slice) -> Result<Json<List<PayoutView>>, Fail> {
    let part = Part::newest(slice.before::<kernel::id::Payout>(), slice.limit + 1);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| bills::payouts(conn, scope, &part);
    let rows = web.app.read(&context, Permission::PaymentRead, read).await?;
    Ok(Json(List::of(rows, slice, |payout: &bills::Payout| -> PayoutId { payout.id }, PayoutView::from)))
}
