//! One way to call a provider over HTTP, and to tell what a call's end means.
//!
//! The connection was never made: [`CallError::Unsent`]. Anything that breaks after that may have had its effect:
//! [`CallError::Unknown`]. What a complete answer means is for the provider's own file.

use crate::CallError;
use std::time::Duration;

/// Answers longer than this are not read to their end.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// How long a call may take.
#[derive(Debug, Clone, Copy)]
pub struct TimeOuts {
    pub connect: Duration,
    /// From the first byte sent to the last received, connecting included.
    pub total: Duration,
}

impl Default for TimeOuts {
    fn default() -> Self {
        TimeOuts { connect: Duration::from_secs(2), total: Duration::from_secs(10) }
    }
}

/// A complete answer.
#[derive(Debug)]
pub struct HttpAnswer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
}

/// A client in the making that follows no redirects and uses no proxy of the environment. It believes the certificates that the
/// system does.
pub fn builder() -> reqwest::ClientBuilder {
    // An error says that the process has its cryptography already.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy()
}

/// [`builder`] with these time-outs.
pub fn client(time_outs: TimeOuts) -> Result<reqwest::Client, CallError> {
    let builder = builder().connect_timeout(time_outs.connect).timeout(time_outs.total);
    builder.build().map_err(|_| CallError::Unsent)
}

/// Sends once and reads the whole answer. Nothing is repeated here.
pub async fn send(request: reqwest::RequestBuilder) -> Result<HttpAnswer, CallError> {
    send_within(request, ANSWER_BYTES_MAX).await
}

/// [`send`] for answers that may be as long as this.
pub async fn send_within(request: reqwest::RequestBuilder, bytes_max: usize) -> Result<HttpAnswer, CallError> {
    let (status, headers, body) = download(request, bytes_max).await?;
    let body = String::from_utf8(body).map_err(|_| CallError::unknown("the answer is not UTF-8"))?;
    Ok(HttpAnswer { status, headers, body })
}

/// Sends once and reads the whole answer as bytes: status, headers, body.
pub async fn download(
    request: reqwest::RequestBuilder,
    bytes_max: usize,
) -> Result<(u16, http::HeaderMap, Vec<u8>), CallError> {
    let mut response = request.send().await.map_err(|error| ended(&error))?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| ended(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > bytes_max {
            return Err(CallError::unknown("the answer is too long"));
        }
    }
    Ok((status, headers, body))
}

/// An id as one segment of a path; what is none was never the provider's, so nothing is sent.
pub fn segment(id: &str) -> Result<&str, CallError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if !id.is_empty() && id.bytes().all(plain) { Ok(id) } else { Err(CallError::NotFound) }
}

/// Says the kind of failure only: addresses may carry what does not belong in records.
fn ended(error: &reqwest::Error) -> CallError {
    if error.is_connect() || error.is_builder() {
        CallError::Unsent
    } else if error.is_timeout() {
        CallError::unknown("no answer in time")
    } else {
        CallError::unknown("the connection was lost")
    }
}
