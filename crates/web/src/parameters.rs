//! Query parameters that an API call does not have are refused: a misspelt filter would answer with everything, and a misspelt
//! `preview` would store a file. What a call has is what its description says.

use crate::problem::Fail;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Fields, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// What every report may be asked with: whoever asks for all of them need not know which has no use for a day.
const OF_REPORTS: [&str; 5] = ["account", "as_of", "format", "from", "to"];

/// The query parameters of every call: `GET /api/v1/items` has `q` and others.
#[derive(Debug)]
pub struct Parameters(BTreeMap<String, BTreeSet<String>>);

impl Parameters {
    /// Those that the description names.
    pub fn of(description: &OpenApi) -> Arc<Parameters> {
        let mut all = BTreeMap::new();
        for (path, item) in &description.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::PUT, &item.put),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    let mut known = of_query(operation);
                    if path.starts_with("/api/v1/reports/") {
                        known.extend(OF_REPORTS.map(str::to_owned));
                    }
                    all.insert(format!("{method} {path}"), known);
                }
            }
        }
        Arc::new(Parameters(all))
    }

    fn check(&self, call: &str, query: &str) -> Result<(), Refusal> {
        let Some(known) = self.0.get(call) else { return Ok(()) };
        let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let mut fields = Fields::new();
        for (name, _) in asked.iter().filter(|(name, _)| !known.contains(name)) {
            fields.note(&format!("/{}", name.replace('~', "~0").replace('/', "~1")), "unknown_parameter");
        }
        fields.finish()
    }
}

fn of_query(operation: &Operation) -> BTreeSet<String> {
    let all = operation.parameters.iter().flatten();
    let name = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(one) if one.parameter_in == ParameterIn::Query => Some(one.name.clone()),
        RefOr::T(_) | RefOr::Ref(_) => None,
    };
    all.filter_map(name).collect()
}

/// Lets a call through whose query parameters are known.
pub async fn check(State(known): State<Arc<Parameters>>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or("");
    if query.is_empty() {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    match known.check(&format!("{} {path}", request.method()), query) {
        Ok(()) => next.run(request).await,
        Err(refusal) => Fail::from(refusal).into_response(),
    }
}
