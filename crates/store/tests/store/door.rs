//! Commits, refusals, panics, group commit and rehearsals.

use crate::bench::{Bench, Count, Everybody, Nobody, Then, at_once, code, last, number, on_both, wait};
use kernel::Permission;
use std::collections::BTreeSet;
use store::events::Subscriptions;
use store::{App, Conn, Error};

on_both! {
    what_commits_stays_and_what_is_refused_does_not
    nobody_gets_past_the_authorizer
    a_panic_costs_its_command_alone
    a_broken_rule_costs_its_command_alone
    callers_at_once_are_all_answered_and_durable
    numbers_have_no_gap
    a_rehearsal_leaves_nothing
    events_make_jobs_for_their_subscribers
    readers_cannot_write
    readers_keep_their_connections_until_those_are_lost
}

/// What one committed [`Count`] leaves behind.
fn assert_traces(bench: &Bench, commands: i64) {
    for table in ["audit_rows", "events", "jobs"] {
        assert_eq!(bench.rows(table), commands, "{table}");
    }
}

fn what_commits_stays_and_what_is_refused_does_not(bench: &Bench) {
    let app = bench.app();
    assert_eq!(wait(app.write(&bench.context(), Count("a", Then::Commit))).unwrap(), 1);
    assert_eq!(code(wait(app.write(&bench.context(), Count("a", Then::Refuse)))), "conflict");
    assert_eq!(code(wait(app.write(&bench.context(), Count("b", Then::Refuse)))), "conflict");
    assert_eq!(last(bench, "b"), 0);
    assert_eq!(app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 2);
    drop(app);
    assert_traces(bench, 2);
    assert_eq!(bench.app().write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 3);
}

fn nobody_gets_past_the_authorizer(bench: &Bench) {
    let app = bench.app_with(Nobody, Bench::master(), Subscriptions::default());
    let context = bench.context();
    let count = Count("a", Then::Commit);
    assert_eq!(code(wait(app.write(&context, count))), "forbidden");
    assert_eq!(code(app.write_now(&context, count)), "forbidden");
    assert_eq!(code(wait(app.rehearse(&context, count))), "forbidden");
    let once = crate::idempotency::once("k", b"");
    assert_eq!(code(wait(app.write_once(&context, once, count, |_, _| Ok((200, Vec::new()))))), "forbidden");
    assert_eq!(code(wait(app.read(&context, Permission::ReportRead, |_, _| Ok(())))), "forbidden");
    assert_traces(bench, 0);
    assert_eq!(last(bench, "a"), 0);
}

fn a_panic_costs_its_command_alone(bench: &Bench) {
    let app = bench.app();
    let result = app.write_now(&bench.context(), Count("a", Then::Panic));
    assert!(matches!(result, Err(Error::Broken(_))), "{result:?}");
    assert_eq!(app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 1);
    let results = at_once(16, |n| {
        let then = if n % 4 == 0 { Then::Panic } else { Then::Commit };
        app.write_now(&bench.context(), Count("a", then)).is_ok()
    });
    assert_eq!(results.iter().filter(|fine| **fine).count(), 12);
    assert_eq!(last(bench, "a"), 13);
    assert_traces(bench, 13);
}

fn a_broken_rule_costs_its_command_alone(bench: &Bench) {
    let app = bench.app();
    let result = app.write_now(&bench.context(), Count("a", Then::BreakARule));
    assert!(matches!(result, Err(Error::Database(_))), "{result:?}");
    assert_eq!(app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 1);
    assert_traces(bench, 1);
}

fn callers_at_once_are_all_answered_and_durable(bench: &Bench) {
    let app = bench.app();
    let mut numbers = at_once(64, |_| app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap());
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=64).collect::<Vec<i64>>());
    drop(app);
    let reopened = bench.app();
    assert_eq!(reopened.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 65);
    assert_traces(bench, 65);
}

fn numbers_have_no_gap(bench: &Bench) {
    let app = bench.app();
    let numbers = at_once(64, |n| {
        let then = [Then::Commit, Then::Refuse, Then::Commit, Then::BreakARule][n % 4];
        app.write_now(&bench.context(), Count("a", then)).ok()
    });
    let mut numbers: Vec<i64> = numbers.into_iter().flatten().collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=32).collect::<Vec<i64>>());
    assert_eq!(last(bench, "a"), 32);
}

fn a_rehearsal_leaves_nothing(bench: &Bench) {
    let app = bench.app();
    for _ in 0..2 {
        assert_eq!(wait(app.rehearse(&bench.context(), Count("a", Then::Commit))).unwrap(), 1);
    }
    assert_eq!(code(wait(app.rehearse(&bench.context(), Count("a", Then::Refuse)))), "conflict");
    assert_traces(bench, 0);
    assert_eq!(last(bench, "a"), 0);
    assert_eq!(app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 1);
}

fn events_make_jobs_for_their_subscribers(bench: &Bench) {
    let mut subscriptions = Subscriptions::default();
    subscriptions.add("counted", "tell.one");
    subscriptions.add("counted", "tell.another");
    subscriptions.add("something.else", "tell.nobody");
    let app = bench.app_with(Everybody, Bench::master(), subscriptions);
    app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    let mut jobs = wait(app.lease_jobs(10)).unwrap();
    jobs.sort_by(|a, b| a.kind.cmp(&b.kind));
    let kinds: Vec<&str> = jobs.iter().map(|j| j.kind.as_str()).collect();
    assert_eq!(kinds, ["count.more", "tell.another", "tell.one"]);
    let told: serde_json::Value = serde_json::from_str(&jobs[1].payload).unwrap();
    assert_eq!(told["data"]["number"], 1);
}

fn readers_cannot_write(bench: &Bench) {
    let app = bench.app();
    let written = app.db().read_now(|conn| store::counters::next(conn, Bench::organisation(), "a", 2026));
    assert!(matches!(written, Err(Error::Database(_))), "{written:?}");
    // The reader is still of use.
    for _ in 0..8 {
        app.db().read_now(|conn| store::jobs::dead(conn, Bench::organisation())).unwrap();
    }
}

/// Which connections readers have, by the server's number; none on SQLite.
fn connections(app: &App) -> BTreeSet<i64> {
    let number = |conn: &mut Conn| match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Pg(_) => number(conn, "SELECT pg_backend_pid()").map(Some),
    };
    (0..40).filter_map(|_| app.db().read_now(number).ok().flatten()).collect()
}

fn readers_keep_their_connections_until_those_are_lost(bench: &Bench) {
    let app = bench.app();
    let before = connections(&app);
    assert!(before.len() <= 4, "{before:?}");
    for connection in &before {
        assert_eq!(bench.number(&format!("SELECT pg_terminate_backend({connection})::int")), 1);
    }
    let after: BTreeSet<i64> = (0..4).flat_map(|_| connections(&app)).collect();
    assert!(after.is_disjoint(&before), "{before:?} {after:?}");
    assert_eq!(after.is_empty(), before.is_empty());
    // Those that were not asked before they were lost come anew too.
    assert!(after.len() <= 4, "{after:?}");
}
