//! The load: many callers in a process of its own, so that what it costs can be told apart.
//!
//! *Closed*: every connection asks again as soon as it has its answer; what comes out is the rate. *Open*: stories begin when
//! a clock says so, whether the last ones ended or not, and a time counts from the moment the story should have begun, so
//! that a stall is felt by all who had to wait (no coordinated omission).

mod plan;
mod story;

pub use plan::{Loaded, Plan, Story};

use crate::figures::Latency;
use crate::wire::Wire;
use crate::{Outcome, process};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;

/// Makes the load that standard input asks for, and writes what came of it to standard output.
pub fn obey() -> Outcome {
    let plan: Plan = serde_json::from_reader(std::io::stdin()).map_err(|e| format!("The plan cannot be read: {e}."))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let loaded = LocalSet::new().block_on(&runtime, make(Rc::new(plan)))?;
    println!("{}", serde_json::to_string(&loaded).map_err(|e| e.to_string())?);
    Ok(())
}

/// What the callers share; all run in one thread.
struct Shared {
    plan: Rc<Plan>,
    /// Number of the next story.
    next: Cell<u64>,
    /// Stories that began from here on are measured.
    from: Instant,
    until: Instant,
    failed: Cell<u64>,
    first_failure: RefCell<Option<String>>,
    times_us: RefCell<Vec<u32>>,
    done: Cell<u64>,
}

async fn make(plan: Rc<Plan>) -> Outcome<Loaded> {
    let mut wires = Vec::new();
    for _ in 0..plan.connections {
        wires.push(Wire::connect(plan.address).await.map_err(|e| format!("{} cannot be reached: {e}.", plan.address))?);
    }
    let start = Instant::now();
    let from = start + Duration::from_millis(plan.warm_ms);
    let shared = Rc::new(Shared {
        next: Cell::new(plan.first),
        from,
        until: from + Duration::from_millis(plan.run_ms),
        failed: Cell::new(0),
        first_failure: RefCell::new(None),
        times_us: RefCell::default(),
        done: Cell::new(0),
        plan,
    });
    let clock = shared.plan.rate.map(|rate| beat(rate, start, shared.until));
    let mut callers = Vec::new();
    for wire in wires {
        callers.push(tokio::task::spawn_local(call(Rc::clone(&shared), wire, clock.clone())));
    }
    tokio::time::sleep_until(from.into()).await;
    let cpu_before = process::cpu_us(std::process::id())?;
    tokio::time::sleep_until(shared.until.into()).await;
    let cpu_us = process::cpu_us(std::process::id())? - cpu_before;
    for caller in callers {
        caller.await.map_err(|e| format!("A caller ended badly: {e}."))?;
    }
    Ok(Loaded {
        done: shared.done.get(),
        failed: shared.failed.get(),
        first_failure: shared.first_failure.take(),
        next: shared.next.get(),
        elapsed_us: shared.plan.run_ms * 1000,
        cpu_us,
        latency: Latency::of(shared.times_us.take()),
    })
}

/// Beats at this rate by the second, from a thread that can sleep more exactly than the runtime. The gaps vary evenly
/// between nothing and twice their mean, so that the server meets small crowds.
fn beat(rate: u64, start: Instant, until: Instant) -> flume::Receiver<Instant> {
    let (sender, beats) = flume::unbounded();
    let mean_ns = 1_000_000_000 / rate.max(1);
    std::thread::spawn(move || {
        let (mut at, mut dice) = (start, 0x9e37_79b9_7f4a_7c15_u64);
        while at < until {
            if let Some(wait) = at.checked_duration_since(Instant::now()) {
                std::thread::sleep(wait);
            }
            if sender.send(at).is_err() {
                return;
            }
            // Xorshift: any even spread will do.
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            at += Duration::from_nanos(dice % (2 * mean_ns));
        }
    });
    beats
}

async fn call(shared: Rc<Shared>, mut wire: Wire, clock: Option<flume::Receiver<Instant>>) {
    loop {
        let begun = match &clock {
            None => Instant::now(),
            Some(beats) => match beats.recv_async().await {
                Ok(at) => at,
                Err(_) => return,
            },
        };
        if begun >= shared.until {
            return;
        }
        let number = shared.next.get();
        shared.next.set(number + 1);
        let told = story::play(&shared.plan, number, &mut wire).await;
        let ended = Instant::now();
        match told {
            Ok(()) => shared.note(begun, ended),
            Err(sentence) => {
                shared.failed.set(shared.failed.get() + 1);
                shared.first_failure.borrow_mut().get_or_insert(sentence);
                // The connection may be at odds with its server.
                match Wire::connect(shared.plan.address).await {
                    Ok(fresh) => wire = fresh,
                    Err(_) => return,
                }
            }
        }
    }
}

impl Shared {
    /// A closed load counts what ended in its time; an open one the times of what began in it, however late they ended.
    fn note(&self, begun: Instant, ended: Instant) {
        if ended >= self.from && ended < self.until {
            self.done.set(self.done.get() + 1);
        }
        if begun >= self.from {
            let us = u32::try_from(ended.saturating_duration_since(begun).as_micros()).unwrap_or(u32::MAX);
            self.times_us.borrow_mut().push(us);
        }
    }
}
