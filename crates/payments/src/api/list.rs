//! `GET /payments`

use super::wire::PaymentView;
use crate::queries::{self, Filter};
use crate::rules::payment::{Method, PaymentStatus};
use axum::Json;
use axum::extract::{Query, State};
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice};
use web::{Api, Fail, Problem, Web};

/// Filters of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    customer: Option<String>,
    status: Option<String>,
    method: Option<String>,
}

impl Filters {
    /// Reads the filters; blank ones filter nothing, what names nothing is refused.
    pub(crate) fn read(self) -> Result<Filter, Refusal> {
        let given = |text: Option<String>| text.filter(|t| !t.is_empty());
        let customer = given(self.customer).map(|id| id.parse());
        let (status, method) = (given(self.status), given(self.method));
        let mut fields = Fields::new();
        if customer.as_ref().is_some_and(Result::is_err) {
            fields.note("/customer", "not_found");
        }
        if status.as_deref().is_some_and(|name| PaymentStatus::of_row(name, false).is_none()) {
            fields.note("/status", "not_a_choice");
        }
        if method.as_deref().is_some_and(|name| Method::by_name(name).is_none()) {
            fields.note("/method", "not_a_choice");
        }
        fields.finish()?;
        Ok(Filter { customer: customer.and_then(Result::ok), status, method, ids: None })
    }
}

/// Payments, newest first.
#[utoipa::path(
    get, path = "/api/v1/payments", tag = "payments",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("customer" = Option<String>, Query), ("status" = Option<String>, Query), ("method" = Option<String>, Query),
    ),
    responses((status = 200, body = List<PaymentView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<Json<List<PaymentView>>, Fail> {
    let filter = filters.read()?;
    let rows = web
        .app
        .read(&context, Permission::PaymentRead, move |conn, scope| {
            queries::list(conn, scope, &filter, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |payment| payment.id, PaymentView::from)))
}
