//! The chain over the trail, and what it notices.

use crate::bench::{Begin, Bench, Count, Then, on_both, wait};
use store::audit::{self, ChainReport, Wrong};
use store::{App, DatabaseUrl};

on_both! {
    rows_are_sealed_in_order_once_settled
    what_is_done_behind_the_door_is_named
    a_trail_that_was_cut_stays_cut
}

fn seal(app: &App) -> usize {
    wait(app.seal_audit(Bench::organisation(), store::Reach::New, 100)).unwrap()
}

fn verify(app: &App) -> ChainReport {
    let vault = app.vault().clone();
    app.db().read_now(move |conn| audit::verify(conn, &vault, Bench::organisation())).unwrap()
}

/// Links, rows without seal, and what is wrong where.
fn found(app: &App) -> (i64, i64, Vec<(i64, Wrong)>) {
    let report = verify(app);
    let faults = report.faults.iter().map(|fault| (fault.places.map_or(0, |(first, _)| first), fault.wrong));
    (report.sealed, report.unsealed, faults.collect())
}

fn rows_are_sealed_in_order_once_settled(bench: &Bench) {
    let app = bench.app();
    assert_eq!(found(&app), (0, 0, vec![(0, Wrong::HeadRemoved)]), "an organisation begins with an end of its trail");
    app.write_now(&bench.context(), Begin).unwrap();
    bench.wait_seconds(1);
    for _ in 0..4 {
        app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
        bench.wait_seconds(1);
    }
    assert_eq!(seal(&app), 3, "what is younger than two seconds may still have an elder brother");
    assert_eq!(found(&app), (3, 2, vec![]));
    let (before, report) = (bench.now(), verify(&app));
    assert!(report.unsealed_since.is_some_and(|since| since < before), "{report:?}");
    bench.wait_seconds(5);
    assert_eq!(seal(&app), 2);
    assert_eq!(seal(&app), 0);
    assert_eq!(found(&app), (5, 0, vec![]));
    let in_order = "SELECT count(*) FROM audit_seals s JOIN audit_rows r ON r.audit_id = s.audit_id \
        WHERE s.sequence = (SELECT count(*) FROM audit_rows o WHERE o.created_at <= r.created_at)";
    assert_eq!(bench.number(in_order), 5);
}

/// A trail of five sealed rows, kept beside itself.
fn five_sealed(bench: &Bench) -> App {
    let app = bench.app();
    app.write_now(&bench.context(), Begin).unwrap();
    for _ in 0..4 {
        bench.wait_seconds(1);
        app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    }
    bench.wait_seconds(5);
    assert_eq!(seal(&app), 5);
    bench.tamper(
        "CREATE TABLE rows_kept AS SELECT * FROM audit_rows; CREATE TABLE seals_kept AS SELECT * FROM audit_seals; \
         CREATE TABLE heads_kept AS SELECT * FROM audit_heads",
    );
    app
}

fn put_back(bench: &Bench) {
    bench.tamper(
        "DELETE FROM audit_rows; INSERT INTO audit_rows SELECT * FROM rows_kept; \
         DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM seals_kept; \
         DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM heads_kept",
    );
}

fn what_is_done_behind_the_door_is_named(bench: &Bench) {
    const THIRD: &str = "audit_id = (SELECT audit_id FROM audit_seals WHERE sequence = 3)";
    let app = five_sealed(bench);
    let (earlier, oldest) = match bench.url {
        DatabaseUrl::Sqlite(_) => ("created_at - 1", "x'00000000000000000000000000000001'"),
        DatabaseUrl::Postgres(_) => ("created_at - interval '1 microsecond'", "'00000000-0000-0000-0000-000000000001'"),
    };
    // A copy of the first row with an old id, as if it had been there and waited for its seal.
    let forged = format!(
        "CREATE TABLE forged AS SELECT * FROM audit_rows WHERE audit_id = (SELECT audit_id FROM audit_seals \
         WHERE sequence = 1); UPDATE forged SET audit_id = {oldest}; INSERT INTO audit_rows SELECT * FROM forged; \
         DROP TABLE forged"
    );
    for (sql, wanted) in [
        (format!("UPDATE audit_rows SET actor = 'somebody else' WHERE {THIRD}"), vec![(3, Wrong::Changed)]),
        (format!("UPDATE audit_rows SET details = '{{\"number\": 4}}' WHERE {THIRD}"), vec![(3, Wrong::Changed)]),
        (format!("UPDATE audit_rows SET created_at = {earlier} WHERE {THIRD}"), vec![(3, Wrong::Changed)]),
        (format!("UPDATE audit_rows SET after_digest = salt WHERE {THIRD}"), vec![(3, Wrong::Changed)]),
        (format!("UPDATE audit_rows SET salt = after_digest WHERE {THIRD}"), vec![(3, Wrong::Forged)]),
        (
            format!("UPDATE audit_rows SET command = 'x' WHERE {THIRD}; UPDATE audit_seals SET sequence = 9 WHERE sequence = 5"),
            vec![(3, Wrong::Changed), (5, Wrong::BothRemoved), (6, Wrong::BehindHead)],
        ),
        (format!("DELETE FROM audit_rows WHERE {THIRD}"), vec![(3, Wrong::Removed)]),
        (
            "UPDATE audit_seals SET sequence = 9 WHERE sequence = 2; UPDATE audit_seals SET sequence = 2 WHERE sequence = 3; \
             UPDATE audit_seals SET sequence = 3 WHERE sequence = 9"
                .into(),
            vec![(2, Wrong::Reordered), (3, Wrong::Reordered)],
        ),
        ("DELETE FROM audit_seals WHERE sequence = 3".into(), vec![(3, Wrong::SealRemoved)]),
        (
            format!("DELETE FROM audit_rows WHERE {THIRD}; DELETE FROM audit_seals WHERE sequence = 3"),
            vec![(3, Wrong::BothRemoved)],
        ),
        (
            "UPDATE audit_seals SET hash = (SELECT hash FROM audit_seals WHERE sequence = 4) WHERE sequence = 3".into(),
            vec![(3, Wrong::SealChanged)],
        ),
        (
            "DELETE FROM audit_rows WHERE audit_id IN (SELECT audit_id FROM audit_seals WHERE sequence > 3); \
             DELETE FROM audit_seals WHERE sequence > 3"
                .into(),
            vec![(4, Wrong::BothRemoved)],
        ),
        (
            "DELETE FROM audit_seals WHERE sequence > 3".into(),
            vec![(4, Wrong::SealRemoved), (5, Wrong::SealRemoved)],
        ),
        ("DELETE FROM audit_seals".into(), (1..=5).map(|place| (place, Wrong::SealRemoved)).collect()),
        ("DELETE FROM audit_rows; DELETE FROM audit_seals".into(), vec![(1, Wrong::BothRemoved)]),
        (
            "DELETE FROM audit_rows; DELETE FROM audit_seals; DELETE FROM audit_heads".into(),
            vec![(0, Wrong::HeadRemoved)],
        ),
        ("UPDATE audit_heads SET sequence = 3".into(), vec![(0, Wrong::HeadChanged)]),
        ("DELETE FROM audit_heads".into(), vec![(0, Wrong::HeadRemoved)]),
        (forged.clone(), vec![(0, Wrong::Forged)]),
    ] {
        bench.tamper(&sql);
        assert_eq!(found(&app).2, wanted, "{sql}");
        put_back(bench);
        assert_eq!(found(&app), (5, 0, vec![]));
    }
    bench.tamper(&forged);
    wait(app.seal_audit(Bench::organisation(), store::Reach::All, 100)).unwrap();
    assert_eq!(found(&app).2, [(6, Wrong::Forged)], "a seal does not make it genuine");
}

fn a_trail_that_was_cut_stays_cut(bench: &Bench) {
    let app = five_sealed(bench);
    bench.tamper(
        "DELETE FROM audit_rows WHERE audit_id IN (SELECT audit_id FROM audit_seals WHERE sequence > 3); \
         DELETE FROM audit_seals WHERE sequence > 3",
    );
    app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    bench.wait_seconds(5);
    assert_eq!(seal(&app), 1);
    assert_eq!(found(&app), (6, 0, vec![(4, Wrong::BothRemoved)]), "sealing goes on behind the gap");
    put_back(bench);
    bench.tamper("DELETE FROM audit_rows; DELETE FROM audit_seals; DELETE FROM audit_heads");
    app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    bench.wait_seconds(5);
    assert_eq!(seal(&app), 0, "a new beginning would hide what was there");
    assert_eq!(found(&app), (0, 1, vec![(0, Wrong::HeadRemoved)]));
}
