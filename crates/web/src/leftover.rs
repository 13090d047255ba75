//! What is left of a request's body when the answer is there before its end, as with a file over the limit.
//!
//! A server that answers and closes the line while the caller is still sending makes the caller's system throw the answer
//! away (RFC 9112, 9.6: "reset by peer"), so that the person sees a broken line instead of the sentence. So the rest is
//! taken and thrown away, within bounds, and then the answer goes out on a line that can be used again.

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, Version};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;

/// What is taken and thrown away at most: several times the largest file that any route takes.
const BYTES_MAX: usize = 64 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets the route read the body, and takes what it left. If there is more than we take, the answer says that the line is
/// closed after it.
pub async fn take(request: Request, next: Next) -> Response {
    // Who asks whether to send at all waits for our word, and an empty body leaves nothing.
    let nothing_comes = request.body().is_end_stream() || request.headers().contains_key(EXPECT);
    if nothing_comes || request.version() >= Version::HTTP_2 {
        return next.run(request).await;
    }
    let (give_back, mut left) = oneshot::channel();
    let lent = |body: Body| {
        Body::from_stream(Lent { body: Some(body.into_data_stream()), ended: false, give_back: Some(give_back) })
    };
    let mut response = next.run(request.map(lent)).await;
    // The route is done, so the body is back or was read to its end.
    if let Ok(rest) = left.try_recv()
        && !is_drained(rest).await
    {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads to the end; false when that would be too much.
async fn is_drained(mut rest: BodyDataStream) -> bool {
    let drain = async {
        let mut taken = 0;
        while let Some(Ok(bytes)) = rest.next().await {
            taken += bytes.len();
            if taken > BYTES_MAX {
                return false;
            }
        }
        true
    };
    tokio::time::timeout(PATIENCE, drain).await.unwrap_or(false)
}

/// A body that goes back to its owner when the reader stops before the end.
struct Lent {
    body: Option<BodyDataStream>,
    ended: bool,
    give_back: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = self.body.as_mut() else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(context);
        self.ended = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (false, Some(body), Some(give_back)) = (self.ended, self.body.take(), self.give_back.take()) {
            // The owner may have gone when the line broke.
            drop(give_back.send(body));
        }
    }
}
