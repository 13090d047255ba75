//! The demonstration speaks to the house as a customer's engineer would: through its API, only inside the process.

use crate::failure::Failure;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt;

/// The largest answer that is read.
const ANSWER_MAX: usize = 4 << 20;

/// A caller of the API.
#[derive(Clone)]
pub struct Client {
    router: Router,
    key: String,
}

impl Client {
    pub fn new(router: Router, key: String) -> Client {
        Client { router, key }
    }

    /// Posts and expects a 2xx.
    pub async fn post(&self, path: &str, once: &str, body: &Value) -> Result<Value, Failure> {
        self.send("POST", path, once, ("application/json", body.to_string())).await
    }

    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send("GET", path, "", ("application/json", String::new())).await
    }

    /// Posts a form with a file and expects a 2xx. Neither has a line that begins with two dashes.
    pub async fn post_file(
        &self,
        path: &str,
        once: &str,
        fields: &[(&str, &str)],
        file: &str,
    ) -> Result<Value, Failure> {
        let mut form = String::new();
        for (name, value) in fields {
            form += &format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        form += "--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"demo.csv\"\r\n\r\n";
        form += &format!("{file}\r\n--part--\r\n");
        self.send("POST", path, once, ("multipart/form-data; boundary=part", form)).await
    }

    async fn send(&self, method: &str, path: &str, once: &str, (kind, body): (&str, String)) -> Result<Value, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", kind)
            .header("user-agent", "shunfu demo");
        if !once.is_empty() {
            request = request.header("idempotency-key", once);
        }
        let broken = |what: String| Failure::refused(format!("The demonstration could not be made: {what}"));
        let request = request.body(Body::from(body.clone())).map_err(|e| broken(e.to_string()))?;
        let response = self.router.clone().oneshot(request).await.map_err(|e| broken(e.to_string()))?;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), ANSWER_MAX).await.map_err(|e| broken(e.to_string()))?;
        let answer = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        Err(broken(format!("{path} answered {status}: {answer} to {body}")))
    }
}

/// A text inside an answer.
pub fn text(answer: &Value, pointer: &str) -> String {
    answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
