//! Jobs from their lease to their end.

use crate::bench::{Bench, Count, Then, at_once, on_both, wait};
use store::App;
use store::jobs::{self, Job};

on_both! {
    a_job_is_leased_done_and_gone
    a_lease_runs_out
    a_failed_job_waits_twice_as_long_each_time_and_dies
    a_job_that_kills_its_worker_dies_too
    workers_at_once_share_the_jobs
    who_was_too_slow_cannot_fail_the_job_of_another
}

fn lease(app: &App) -> Vec<Job> {
    wait(app.lease_jobs(100)).unwrap()
}

fn one_job(bench: &Bench, app: &App) {
    app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
}

fn dead(app: &App) -> Vec<jobs::JobView> {
    app.db().read_now(|conn| jobs::dead(conn, Bench::organisation())).unwrap()
}

fn a_job_is_leased_done_and_gone(bench: &Bench) {
    let app = bench.app();
    one_job(bench, &app);
    let leased = lease(&app);
    assert_eq!(leased.len(), 1);
    assert_eq!((leased[0].kind.as_str(), leased[0].attempt), ("count.more", 1));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&leased[0].payload).unwrap()["number"], 1);
    assert!(lease(&app).is_empty());
    wait(app.end_job(leased[0].clone(), None)).unwrap();
    bench.wait_seconds(3600);
    assert!(lease(&app).is_empty());
    assert_eq!(bench.rows("jobs"), 0);
}

fn a_lease_runs_out(bench: &Bench) {
    let app = bench.app();
    one_job(bench, &app);
    lease(&app);
    bench.wait_seconds(120);
    assert!(lease(&app).is_empty());
    bench.wait_seconds(1);
    assert_eq!(lease(&app)[0].attempt, 2);
}

fn a_failed_job_waits_twice_as_long_each_time_and_dies(bench: &Bench) {
    let app = bench.app();
    one_job(bench, &app);
    for attempt in 1..=12 {
        let leased = lease(&app);
        assert_eq!(leased.len(), 1, "attempt {attempt}");
        assert_eq!(leased[0].attempt, attempt);
        wait(app.end_job(leased[0].clone(), Some("坏".repeat(600)))).unwrap();
        let pause = 2_i64.pow(attempt.unsigned_abs());
        bench.wait_seconds(pause - 1);
        assert!(lease(&app).is_empty(), "attempt {attempt} comes too early");
        bench.wait_seconds(1);
    }
    assert!(lease(&app).is_empty());
    let laid_aside = dead(&app);
    assert_eq!(laid_aside.len(), 1);
    assert_eq!(laid_aside[0].attempts, 12);
    assert_eq!(laid_aside[0].last_error, "坏".repeat(500));

    let (id, now) = (laid_aside[0].id, bench.now());
    let retry = move |conn: &mut store::Conn| jobs::retry(conn, Bench::organisation(), id, now);
    assert!(wait(app.maintain(retry)).unwrap());
    assert!(!wait(app.maintain(retry)).unwrap());
    assert!(dead(&app).is_empty());
    assert_eq!(lease(&app)[0].attempt, 1);
}

fn a_job_that_kills_its_worker_dies_too(bench: &Bench) {
    let app = bench.app();
    one_job(bench, &app);
    for attempt in 1..=12 {
        assert_eq!(lease(&app)[0].attempt, attempt);
        bench.wait_seconds(121);
    }
    assert!(lease(&app).is_empty());
    assert_eq!(dead(&app).len(), 1);
}

fn workers_at_once_share_the_jobs(bench: &Bench) {
    let app = bench.app();
    for _ in 0..24 {
        one_job(bench, &app);
    }
    let leased = at_once(8, |_| wait(app.lease_jobs(3)).unwrap());
    let mut ids: Vec<_> = leased.into_iter().flatten().map(|j| j.id).collect();
    ids.extend(lease(&app).into_iter().map(|j| j.id));
    ids.sort_unstable();
    let leases = ids.len();
    ids.dedup();
    assert_eq!((leases, ids.len()), (24, 24));
}

fn who_was_too_slow_cannot_fail_the_job_of_another(bench: &Bench) {
    let app = bench.app();
    one_job(bench, &app);
    let slow = lease(&app).remove(0);
    bench.wait_seconds(121);
    let quick = lease(&app).remove(0);
    wait(app.end_job(slow, Some("too slow".into()))).unwrap();
    bench.wait_seconds(60);
    assert!(lease(&app).is_empty(), "the second lease still holds");
    wait(app.end_job(quick, None)).unwrap();
    assert_eq!(bench.rows("jobs"), 0);
}
