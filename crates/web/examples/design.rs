//! Serves the design page on 127.0.0.1, on the port of the first argument (8099 without one).

use web::{assets, design, i18n::I18n};

/// What the palette finds, whatever is asked.
const FOUND: &str = r#"<a role="option" href="/design/document">INV-2026-00409 <span class="quiet">Nordlicht</span></a>
<a role="option" href="/design/list">INV-2026</a>"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8099".to_owned());
    let i18n = I18n::new(&[design::LOCALE])?;
    let found = || async { axum::response::Html(FOUND) };
    let app = axum::Router::new()
        .route("/search", axum::routing::get(found))
        .merge(design::routes(i18n))
        .merge(assets::routes());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
