//! The schema: its steps, what refuses them, and both engines' agreement.

use crate::bench::{Bench, Count, Then, steps};
use store::migrate::{describe, migrate, pending};
use store::{Error, Migration};

const MORE: Migration = Migration {
    version: 2026_1124_0000,
    name: "more",
    sql: "-- A comment with a ; in it.\n\
          CREATE TABLE extras (extra_id {id} NOT NULL, note {text}, many {bigint} NOT NULL, at {instant}, on_day {date},\n\
          data {json}, flag {bool} NOT NULL, size {int}, body {bytes}, PRIMARY KEY (extra_id), UNIQUE (note, many)) {table};\n\
          CREATE INDEX extras_by_day ON extras (on_day, many) WHERE on_day IS NOT NULL;\n\
          -- sqlite: CREATE INDEX extras_by_size ON extras (size);\n\
          -- postgres: CREATE INDEX extras_by_size ON extras (size);",
};

fn benches() -> impl Iterator<Item = Bench> {
    [Some(Bench::empty_sqlite()), Bench::empty_postgres()].into_iter().flatten()
}

fn why(result: Result<Vec<&'static str>, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn step_by_step_ends_where_all_at_once_does() {
    for bench in benches() {
        let all = [steps(), vec![MORE]].concat();
        let fresh = bench.another_empty();
        assert_eq!(migrate(&fresh.url, &all, fresh.now()).unwrap(), ["store", "identity", "more"]);
        assert_eq!(migrate(&bench.url, &all[..1], bench.now()).unwrap(), ["store"]);
        bench.app().write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
        let left: Vec<&str> = pending(&bench.url, &all).unwrap().iter().map(|m| m.name).collect();
        assert_eq!(left, ["identity", "more"]);
        let backwards: Vec<Migration> = all.iter().rev().copied().collect();
        assert_eq!(migrate(&bench.url, &backwards, bench.now()).unwrap(), ["identity", "more"]);
        assert!(migrate(&bench.url, &all, bench.now()).unwrap().is_empty());
        assert_eq!(describe(&bench.url).unwrap(), describe(&fresh.url).unwrap());
        assert_eq!(bench.app().write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 2);
    }
}

#[test]
fn other_steps_are_refused() {
    for bench in benches() {
        migrate(&bench.url, &steps(), bench.now()).unwrap();
        let before = describe(&bench.url).unwrap();
        let mut changed = steps();
        changed[1].sql = "CREATE TABLE something_else (id {id} NOT NULL, PRIMARY KEY (id)) {table};";
        assert!(why(migrate(&bench.url, &changed, bench.now())).contains("schema_changed"));
        assert!(why(migrate(&bench.url, &steps()[..1], bench.now())).contains("schema_newer"));
        let half =
            Migration { version: 2026_1125_0000, name: "half", sql: "CREATE TABLE half (a {int}); CREATE nonsense" };
        let with_half = [steps(), vec![half]].concat();
        assert!(why(migrate(&bench.url, &with_half, bench.now())).contains("half"));
        assert_eq!(describe(&bench.url).unwrap(), before, "a step that fails leaves nothing");
        assert_eq!(pending(&bench.url, &with_half).unwrap().len(), 1);
    }
}

#[test]
fn the_engines_agree() {
    let Some(postgres) = Bench::empty_postgres() else { return };
    let sqlite = Bench::empty_sqlite();
    let all = [steps(), vec![MORE]].concat();
    migrate(&sqlite.url, &all, sqlite.now()).unwrap();
    migrate(&postgres.url, &all, postgres.now()).unwrap();
    assert_eq!(describe(&sqlite.url).unwrap(), describe(&postgres.url).unwrap());
}

#[test]
fn a_description_tells_all_that_matters() {
    for bench in benches() {
        migrate(&bench.url, &[steps(), vec![MORE]].concat(), bench.now()).unwrap();
        let lines = describe(&bench.url).unwrap();
        for wanted in [
            "extras column 1 extra_id bytes",
            "extras column 2 note text null",
            "extras column 5 on_day text null",
            "extras column 6 data text null",
            "extras column 7 flag number",
            "extras key (extra_id)",
            "extras unique (note, many)",
            "extras index extras_by_day (on_day, many) partial",
            "extras index extras_by_size (size)",
            "audit_seals unique index audit_seals_by_row (organisation_id, audit_id)",
            "jobs key (organisation_id, job_id)",
            "sessions reference (organisation_id, user_id) to users (organisation_id, user_id)",
            "schema_migrations key (version)",
        ] {
            assert!(lines.iter().any(|l| l == wanted), "{wanted}\n{lines:#?}");
        }
    }
}
