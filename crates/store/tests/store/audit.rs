//! The chain over the trail, and what it notices.

use crate::bench::{Bench, Count, Then, on_both, wait};
use store::audit::{self, ChainReport};
use store::{App, DatabaseUrl};

on_both! {
    rows_are_sealed_in_order_once_settled
    what_is_done_behind_the_door_is_named
}

fn seal(app: &App) -> usize {
    wait(app.seal_audit(Bench::organisation(), store::Reach::New, 100)).unwrap()
}

fn verify(app: &App) -> ChainReport {
    app.db().read_now(|conn| audit::verify(conn, Bench::organisation())).unwrap()
}

fn rows_are_sealed_in_order_once_settled(bench: &Bench) {
    let app = bench.app();
    assert_eq!(verify(&app), ChainReport::default());
    for _ in 0..5 {
        app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
        bench.wait_seconds(1);
    }
    assert_eq!(seal(&app), 3, "what is younger than two seconds may still have an elder brother");
    assert_eq!(verify(&app), ChainReport { sealed: 3, unsealed: 2, broken: None });
    bench.wait_seconds(5);
    assert_eq!(seal(&app), 2);
    assert_eq!(seal(&app), 0);
    assert_eq!(verify(&app), ChainReport { sealed: 5, unsealed: 0, broken: None });
    let in_order = "SELECT count(*) FROM audit_seals s JOIN audit_rows r ON r.audit_id = s.audit_id \
        WHERE s.sequence = (SELECT count(*) FROM audit_rows o WHERE o.created_at <= r.created_at)";
    assert_eq!(bench.number(in_order), 5);
}

fn what_is_done_behind_the_door_is_named(bench: &Bench) {
    const THIRD: &str = "audit_id = (SELECT audit_id FROM audit_seals WHERE sequence = 3)";
    let app = bench.app();
    for _ in 0..5 {
        app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
        bench.wait_seconds(1);
    }
    bench.wait_seconds(5);
    seal(&app);
    let keep =
        "CREATE TABLE rows_kept AS SELECT * FROM audit_rows; CREATE TABLE seals_kept AS SELECT * FROM audit_seals";
    bench.tamper(keep);
    let earlier = match bench.url {
        DatabaseUrl::Sqlite(_) => "created_at - 1",
        DatabaseUrl::Postgres(_) => "created_at - interval '1 microsecond'",
    };
    let salted = format!("UPDATE audit_rows SET salt = after_digest WHERE {THIRD}");
    for (sql, wanted) in [
        (format!("UPDATE audit_rows SET actor = 'somebody else' WHERE {THIRD}"), Some((3, "changed"))),
        (format!("UPDATE audit_rows SET details = '{{\"number\": 4}}' WHERE {THIRD}"), Some((3, "changed"))),
        (format!("UPDATE audit_rows SET created_at = {earlier} WHERE {THIRD}"), Some((3, "changed"))),
        (format!("UPDATE audit_rows SET after_digest = salt WHERE {THIRD}"), Some((3, "changed"))),
        (format!("UPDATE audit_rows SET command = 'x' WHERE {THIRD}; UPDATE audit_seals SET sequence = 9 WHERE sequence = 5"),
            Some((3, "changed"))),
        (format!("DELETE FROM audit_rows WHERE {THIRD}"), Some((3, "removed"))),
        ("UPDATE audit_seals SET sequence = 9 WHERE sequence = 2; UPDATE audit_seals SET sequence = 2 WHERE sequence = 3; \
          UPDATE audit_seals SET sequence = 3 WHERE sequence = 9".into(), Some((2, "changed"))),
        ("DELETE FROM audit_seals WHERE sequence = 3".into(), Some((4, "seal_removed"))),
        (format!("DELETE FROM audit_rows WHERE {THIRD}; DELETE FROM audit_seals WHERE sequence = 3"),
            Some((4, "seal_removed"))),
        ("UPDATE audit_seals SET hash = (SELECT hash FROM audit_seals WHERE sequence = 4) WHERE sequence = 3".into(),
            Some((3, "changed"))),
        // Lawful: a destroyed salt takes away what the digest stood for, and leaves the chain.
        (salted, None),
    ] {
        bench.tamper(&sql);
        let found = verify(&app).broken.map(|(place, _, fault)| (place, fault));
        assert_eq!(found, wanted, "{sql}");
        bench.tamper(
            "DELETE FROM audit_rows; INSERT INTO audit_rows SELECT * FROM rows_kept; \
             DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM seals_kept",
        );
        assert_eq!(verify(&app), ChainReport { sealed: 5, unsealed: 0, broken: None });
    }
    bench.tamper("DELETE FROM audit_seals WHERE sequence > 3");
    assert_eq!(verify(&app), ChainReport { sealed: 3, unsealed: 2, broken: None });
}
