//! Every room's schema, words and routes, put together.

use axum::Router;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use web::Web;
use web::i18n::{I18n, Messages};

/// The schema's steps of all slices.
pub fn migrations() -> Vec<store::Migration> {
    [
        store::migrate::MIGRATIONS,
        identity::MIGRATIONS,
        customers::MIGRATIONS,
        notifications::MIGRATIONS,
        catalog::MIGRATIONS,
        ledger::MIGRATIONS,
        receivables::MIGRATIONS,
        orders::MIGRATIONS,
        invoicing::MIGRATIONS,
        payments::MIGRATIONS,
        reconciliation::MIGRATIONS,
    ]
    .concat()
}

/// The sentences of all slices; the shell's own are always there.
pub fn messages() -> Vec<Messages> {
    vec![
        identity::MESSAGES,
        customers::MESSAGES,
        notifications::MESSAGES,
        catalog::MESSAGES,
        reports::MESSAGES,
        ledger::MESSAGES,
        receivables::MESSAGES,
        orders::MESSAGES,
        invoicing::MESSAGES,
        payments::MESSAGES,
        reconciliation::MESSAGES,
        imports::MESSAGES,
        web::design::LOCALE,
        crate::MESSAGES,
    ]
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Shunfu",
    description = "Order to cash: customers, orders, invoices, payments and the books.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Description;

/// The API's routes with their description.
pub fn api() -> OpenApiRouter<Web> {
    let mut description = Description::openapi();
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    description.components.get_or_insert_default().add_security_scheme("key", scheme);
    description.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("key", [])]);
    OpenApiRouter::with_openapi(description)
        .merge(identity::api::routes())
        .merge(customers::api::routes())
        .merge(notifications::api::routes())
        .merge(catalog::api::routes())
        .merge(ledger::api::routes())
        .merge(receivables::api::routes())
        .merge(orders::api::routes())
        .merge(invoicing::api::routes())
        .merge(payments::api::routes())
        .merge(reconciliation::api::routes())
        .merge(imports::api::routes())
        .merge(crate::api::routes())
}

/// The pages' routes.
pub fn pages(i18n: Arc<I18n>) -> Router<Web> {
    Router::new()
        .merge(identity::pages::routes())
        .merge(customers::pages::routes())
        .merge(notifications::pages::routes())
        .merge(catalog::pages::routes())
        .merge(ledger::pages::routes())
        .merge(receivables::pages::routes())
        .merge(orders::pages::routes())
        .merge(invoicing::pages::routes())
        .merge(payments::pages::routes())
        .merge(reconciliation::pages::routes())
        .merge(imports::pages::routes())
        .merge(crate::pages::routes())
        .merge(web::design::routes(i18n))
        .merge(web::assets::routes())
}
