//! The same key and request: once, and the same answer for ever.

use crate::bench::{Bench, Count, Then, at_once, code, last, on_both, wait};
use kernel::id::UserId;
use kernel::{Actor, Context, Permission};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use store::{Answer, App, Command, Error, Once, Tx};

on_both! {
    the_answer_is_kept_byte_for_byte
    a_key_stands_for_one_request_of_one_caller
    what_failed_may_be_tried_again
    what_is_being_worked_on_is_not_started_twice
    many_with_one_key_run_it_once
    nothing_is_kept_without_a_key
}

pub fn once(key: &str, body: &[u8]) -> Once {
    let (route, key, request_hash) = ("POST /test".into(), Some(key.into()), Sha256::digest(body).into());
    Once { route, key, request_hash, keep: false, waits: false }
}

fn count(app: &App, context: &Context, once: Once, then: Then) -> Result<Answer, Error> {
    wait(app.write_once(context, once, Count("a", then), |tx, number| {
        let salt: [u8; 8] = tx.random();
        Ok((201, format!("{number} {salt:?} 顺付 \0").into_bytes()))
    }))
}

fn the_answer_is_kept_byte_for_byte(bench: &Bench) {
    let app = bench.app();
    let first = count(&app, &bench.context(), once("k", b"x"), Then::Commit).unwrap();
    assert!(!first.replayed);
    assert_eq!(first.status, 201);
    bench.wait_seconds(3600);
    let again = count(&app, &bench.context(), once("k", b"x"), Then::Commit).unwrap();
    assert_eq!(again, Answer { replayed: true, ..first.clone() });
    drop(app);
    let after_restart = count(&bench.app(), &bench.context(), once("k", b"x"), Then::Refuse).unwrap();
    assert_eq!(after_restart, Answer { replayed: true, ..first });
    assert_eq!(last(bench, "a"), 1);
    assert_eq!(bench.rows("audit_rows"), 1);
}

fn nothing_is_kept_without_a_key(bench: &Bench) {
    let app = bench.app();
    for n in 1..=2 {
        let once = Once { key: None, ..once("", b"x") };
        assert!(!count(&app, &bench.context(), once, Then::Commit).unwrap().replayed);
        assert_eq!((last(bench, "a"), bench.rows("idempotency_keys")), (n, 0));
    }
}

fn a_key_stands_for_one_request_of_one_caller(bench: &Bench) {
    let app = bench.app();
    count(&app, &bench.context(), once("k", b"x"), Then::Commit).unwrap();
    assert_eq!(code(count(&app, &bench.context(), once("k", b"y"), Then::Commit)), "idempotency_key_reused");
    let user = Actor::User { id: UserId::from_bytes([1; 16]), roles: Vec::new(), customer: None };
    let other_actor = Context { actor: user, ..bench.context() };
    let other_organisation = Context { organisation: kernel::Id::from_bytes([8; 16]), ..bench.context() };
    let other_route = Once { route: "POST /other".into(), ..once("k", b"z") };
    for (context, once) in [
        (other_actor, once("k", b"y")),
        (other_organisation, once("k", b"y")),
        (bench.context(), other_route),
        (bench.context(), once("l", b"y")),
    ] {
        assert!(!count(&app, &context, once, Then::Commit).unwrap().replayed);
    }
}

fn what_failed_may_be_tried_again(bench: &Bench) {
    let app = bench.app();
    for (then, wanted) in [(Then::Refuse, "conflict"), (Then::Panic, "internal"), (Then::BreakARule, "internal")] {
        assert_eq!(code(count(&app, &bench.context(), once("k", b"x"), then)), wanted);
    }
    assert!(!count(&app, &bench.context(), once("k", b"x"), Then::Commit).unwrap().replayed);
    assert_eq!(last(bench, "a"), 1);
}

/// Stands still inside its transaction until it is told to go on.
struct Slow {
    begun: Sender<()>,
    go_on: Arc<Mutex<Receiver<()>>>,
}

impl Command for Slow {
    const NAME: &'static str = "test.slow";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
        self.begun.send(()).unwrap();
        self.go_on.lock().recv().unwrap();
        Ok(())
    }
}

fn what_is_being_worked_on_is_not_started_twice(bench: &Bench) {
    let app = bench.app();
    let (begun, has_begun) = channel();
    let (let_go, go_on) = channel();
    let slow = Slow { begun, go_on: Arc::new(Mutex::new(go_on)) };
    std::thread::scope(|scope| {
        let (app, bench) = (&app, bench);
        let first = scope.spawn(move || {
            wait(app.write_once(&bench.context(), once("k", b"x"), slow, |_, ()| Ok((200, b"slow".to_vec()))))
        });
        has_begun.recv().unwrap();
        assert_eq!(code(count(app, &bench.context(), once("k", b"x"), Then::Commit)), "idempotency_in_flight");
        if matches!(bench.url, store::DatabaseUrl::Postgres(_)) {
            // Another process of the same house.
            let other = bench.app();
            assert_eq!(code(count(&other, &bench.context(), once("k", b"x"), Then::Commit)), "idempotency_in_flight");
            assert!(count(&other, &bench.context(), once("l", b"x"), Then::Commit).is_ok());
        }
        let_go.send(()).unwrap();
        assert_eq!(first.join().unwrap().unwrap().body, b"slow");
    });
    let after = count(&app, &bench.context(), once("k", b"x"), Then::Commit).unwrap();
    assert_eq!(after, Answer { status: 200, body: b"slow".to_vec(), replayed: true });
}

fn many_with_one_key_run_it_once(bench: &Bench) {
    let app = bench.app();
    let answers = at_once(16, |_| {
        loop {
            match count(&app, &bench.context(), once("k", b"x"), Then::Commit) {
                Err(error) if error.refusal().code == "idempotency_in_flight" => std::thread::yield_now(),
                other => return other.unwrap(),
            }
        }
    });
    assert_eq!(answers.iter().filter(|a| !a.replayed).count(), 1);
    assert!(answers.iter().all(|a| a.body == answers[0].body));
    assert_eq!(last(bench, "a"), 1);
}
