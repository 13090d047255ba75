//! Customers' accounts over the API.

mod ageing;
mod customer;
mod wire;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Web;

/// The slice's API routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(customer::statement))
        .routes(routes!(customer::balance))
        .routes(routes!(customer::exposure))
        .routes(routes!(ageing::ageing))
}

/// Today in the organisation's time zone.
async fn today(web: &Web, context: &kernel::Context, may: kernel::Permission) -> Result<kernel::Date, web::Fail> {
    let (organisation, now) = (context.organisation, context.now);
    let read = move |conn: &mut ::store::Conn, _: &kernel::Scope| ::store::books::load(conn, organisation);
    Ok(web.app.read(context, may, read).await?.date_of(now))
}
