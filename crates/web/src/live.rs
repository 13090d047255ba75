//! Live pages: one poll of the events per process feeds every open stream.

use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use futures_util::stream::{Stream, StreamExt};
use kernel::id::{EventId, OrganisationId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::App;
use store::events::Event;
use tokio::sync::{broadcast, watch};

/// How often the events are asked for while somebody listens.
const POLL: Duration = Duration::from_millis(250);
/// Commits may appear this much behind later ones.
const OVERLAP: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);

/// The feed of events; cheap to clone.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<Arc<Event>>,
    ended: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Live { sender: broadcast::channel(1024).0, ended: watch::channel(false).0 }
    }
}

impl Live {
    /// Follows the events until the task is ended.
    pub async fn follow(self, app: App) {
        let mut known: VecDeque<EventId> = VecDeque::new();
        let mut from = app.now();
        loop {
            tokio::time::sleep(POLL).await;
            let now = app.now();
            if self.sender.receiver_count() == 0 {
                from = now;
                known.clear();
                continue;
            }
            let since = from - OVERLAP;
            match app.db().read(move |conn| store::events::since(conn, since)).await {
                Ok(events) => {
                    for event in events {
                        if known.contains(&event.id) {
                            continue;
                        }
                        known.push_back(event.id);
                        // Nobody listening any more is no fault.
                        drop(self.sender.send(Arc::new(event)));
                    }
                    known.drain(..known.len().saturating_sub(4096));
                    from = now;
                }
                Err(error) => tracing::warn!(%error, "events could not be read"),
            }
        }
    }

    /// Ends every stream, now and from now on: the house closes, and a stream would keep it from ending.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Events of one organisation, until the house ends.
    pub fn subscribe(&self, organisation: OrganisationId) -> impl Stream<Item = Arc<Event>> + use<> {
        let (receiver, mut ended) = (self.sender.subscribe(), self.ended.subscribe());
        let events = futures_util::stream::unfold(receiver, move |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok(event) if event.organisation == organisation => return Some((event, receiver)),
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        events.take_until(async move { drop(ended.wait_for(|ended| *ended).await) })
    }
}

/// A stream as server-sent events; a comment every 15 s keeps proxies from closing it.
pub fn sse(stream: impl Stream<Item = SseEvent> + Send + 'static) -> impl axum::response::IntoResponse {
    Sse::new(stream.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
