//! Many callers on one thread: who goes on is drawn, never raced.
//!
//! An errand runs until it comes to a gate: before and after each call to the provider. Waiting for the database is no gate, so that
//! the same draws always lead the same way.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Longer than any answer of the database takes.
const PATIENCE: Duration = Duration::from_secs(60);

thread_local! {
    /// Whoever waits at the gate.
    static AT_GATE: RefCell<Option<Waker>> = const { RefCell::new(None) };
}

struct Gate(bool);

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        AT_GATE.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// Lets others go first.
pub async fn gate() {
    Gate(false).await;
}

struct Bell {
    thread: Thread,
    rung: AtomicBool,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

/// Something under way. Dropped, it is as if its process were gone.
pub struct Errand {
    pub name: String,
    future: Pin<Box<dyn Future<Output = ()>>>,
    gate: Option<Waker>,
}

impl Errand {
    pub fn new(name: String, future: impl Future<Output = ()> + 'static) -> Errand {
        Errand { name, future: Box::pin(future), gate: None }
    }

    /// Goes on to its next gate; true at its end.
    pub fn go_on(&mut self) -> bool {
        let bell = Arc::new(Bell { thread: thread::current(), rung: AtomicBool::new(false) });
        let waker = Waker::from(Arc::clone(&bell));
        if let Some(waiting) = self.gate.take() {
            waiting.wake();
        }
        loop {
            if self.future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                return true;
            }
            self.gate = AT_GATE.take();
            if self.gate.is_some() {
                return false;
            }
            let since = Instant::now();
            while !bell.rung.swap(false, Ordering::SeqCst) {
                assert!(since.elapsed() < PATIENCE, "{} waits for nothing", self.name);
                thread::park_timeout(PATIENCE);
            }
        }
    }

    pub fn finish(mut self) {
        while !self.go_on() {}
    }
}
