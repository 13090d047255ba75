//! Stylesheet, scripts and icon, inside the binary and served under names that carry their hash.
//!
//! A name like `/assets/app.3f9c….css` may be kept for a year: other content has another name. `app.js` imports its parts
//! by name, so its own text is rewritten to the hashed names before its hash is taken.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// What we wrote; parts before the entry that imports them.
const SOURCES: &[(&str, &str)] = &[
    ("app.css", include_str!("../assets/app.css")),
    ("icon.svg", include_str!("../assets/icon.svg")),
    ("speculation.json", include_str!("../assets/speculation.json")),
    ("sf-bench.js", include_str!("../assets/sf-bench.js")),
    ("sf-bridge.js", include_str!("../assets/sf-bridge.js")),
    ("sf-copy.js", include_str!("../assets/sf-copy.js")),
    ("sf-dialog.js", include_str!("../assets/sf-dialog.js")),
    ("sf-drop.js", include_str!("../assets/sf-drop.js")),
    ("sf-lines.js", include_str!("../assets/sf-lines.js")),
    ("sf-list.js", include_str!("../assets/sf-list.js")),
    ("sf-live.js", include_str!("../assets/sf-live.js")),
    ("sf-menu.js", include_str!("../assets/sf-menu.js")),
    ("sf-once.js", include_str!("../assets/sf-once.js")),
    ("sf-pick.js", include_str!("../assets/sf-pick.js")),
    ("sf-palette.js", include_str!("../assets/sf-palette.js")),
    ("app.js", include_str!("../assets/app.js")),
];

struct Asset {
    name: &'static str,
    /// `/assets/app.3f9c….css`
    path: String,
    body: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets: Vec<Asset> = Vec::with_capacity(SOURCES.len());
    for (name, source) in SOURCES {
        let mut body = match name.rsplit('.').next() {
            Some("css") => squeezed(source),
            Some("js") => uncommented(source),
            _ => (*source).to_owned(),
        };
        for part in assets.iter().filter(|_| name.ends_with(".js")) {
            body = body.replace(&format!("./{}", part.name), &part.path);
        }
        assets.push(Asset { name, path: hashed_path(name, &body), body });
    }
    assets
});

/// The stylesheet without comments and blanks that only readers of the source need.
fn squeezed(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    // No selector has a blank after its colon, and no string of ours holds one of these pairs.
    for (loose, tight) in [(" {", "{"), ("{ ", "{"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ",")] {
        text = text.replace(loose, tight);
    }
    text
}

/// A script without the lines that are comments. No text of ours spans lines.
fn uncommented(js: &str) -> String {
    let lines: Vec<&str> = js.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    lines.join("\n")
}

fn hashed_path(name: &str, body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let hash: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let (stem, kind) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("/assets/{stem}.{hash}.{kind}")
}

/// The address of an asset by the name we know it by: `app.css` → `/assets/app.3f9c….css`.
///
/// A name that does not exist gives itself, which a browser will not find; a test reads every template for such names.
pub fn asset_path(name: &str) -> &str {
    ASSETS.iter().find(|a| a.name == name).map_or(name, |a| a.path.as_str())
}

/// Serves all assets; merge it into the application's router.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|a| a.path.rsplit('/').next() == Some(name.as_str())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = HeaderValue::from_static(content_type(asset.name));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, FOREVER),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, asset.body.as_str()).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/speculationrules+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_the_budget() {
        let css = asset_bytes(".css");
        let js = asset_bytes(".js");
        // A quarter of it on the wire, where it is compressed.
        assert!(css <= 40 * 1024, "stylesheet: {css} bytes");
        assert!(js <= 15 * 1024, "scripts: {js} bytes");
        for (name, source) in SOURCES.iter().filter(|(n, _)| n.ends_with(".js")) {
            assert!(source.lines().count() <= 60, "{name}: {} lines", source.lines().count());
        }
    }

    fn asset_bytes(kind: &str) -> usize {
        ASSETS.iter().filter(|a| a.name.ends_with(kind)).map(|a| a.body.len()).sum()
    }

    #[test]
    fn the_entry_imports_hashed_names() {
        let entry = ASSETS.iter().find(|a| a.name == "app.js").unwrap();
        assert!(!entry.body.contains("\"./"), "an import without hash");
        for (name, _) in SOURCES.iter().filter(|(n, _)| n.starts_with("sf-")) {
            assert!(entry.body.contains(asset_path(name)), "{name} is not imported");
        }
        assert!(asset_path("app.css").starts_with("/assets/app.") && asset_path("app.css").ends_with(".css"));
    }

    #[tokio::test]
    async fn served_for_a_year_or_not_at_all() {
        let name = asset_path("app.css").rsplit('/').next().unwrap().to_owned();
        let found = serve(Path(name)).await;
        assert_eq!(found.status(), StatusCode::OK);
        assert_eq!(found.headers()[header::CACHE_CONTROL], FOREVER);
        assert_eq!(found.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(serve(Path("app.css".into())).await.status(), StatusCode::NOT_FOUND);
    }
}
