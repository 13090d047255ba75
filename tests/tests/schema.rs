//! One schema: the same on both engines, and the same whether a database grew up or was born today.

use crate::harness::{Database, Engine};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use std::collections::BTreeSet;
use store::migrate::{describe, migrate};
use store::{DatabaseUrl, Migration};

fn steps() -> Vec<Migration> {
    server::rooms::migrations()
}

fn now() -> jiff::Timestamp {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn fresh(engine: Engine, folder: &tempfile::TempDir) -> Option<Database> {
    let database = Database::create(engine, folder.path())?;
    migrate(&database.url, &steps(), now()).unwrap();
    Some(database)
}

#[test]
fn both_engines_have_the_same_schema() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = fresh(Engine::Sqlite, &folder).unwrap();
    let Some(postgres) = fresh(Engine::Postgres, &folder) else { return };
    let lines = |url: &DatabaseUrl| describe(url).unwrap().into_iter().collect::<BTreeSet<String>>();
    let (left, right) = (lines(&sqlite.url), lines(&postgres.url));
    assert!(left.len() > 200, "only {} lines", left.len());
    let apart: Vec<&String> = left.symmetric_difference(&right).collect();
    assert!(apart.is_empty(), "on one engine only: {apart:#?}");
}

/// Steps come one by one, as releases bring them; the result is what all of them at once make.
#[test]
fn a_database_that_was_upgraded_equals_a_fresh_one() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let Some(born) = fresh(engine, &folder) else { continue };
        let grown = Database::create(engine, other.path()).unwrap();
        let mut all = steps();
        all.sort_by_key(|step| step.version);
        for count in 1..=all.len() {
            let applied = migrate(&grown.url, &all[..count], now()).unwrap();
            assert_eq!(applied.len(), 1, "one step at a time");
        }
        assert_eq!(describe(&grown.url).unwrap(), describe(&born.url).unwrap(), "{engine:?}");
        assert_eq!(migrate(&grown.url, &all, now()).unwrap(), Vec::<&str>::new(), "nothing is left to do");
    }
}

#[test]
fn versions_are_unique_and_ordered_by_slice() {
    let versions: Vec<i64> = steps().iter().map(|step| step.version).collect();
    let unique: BTreeSet<i64> = versions.iter().copied().collect();
    assert_eq!(unique.len(), versions.len(), "{versions:?}");
}

/// `schema` is what the queries are checked against, so it must be what the steps make.
#[test]
fn the_description_notices_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(Engine::Sqlite, &folder).unwrap();
    let before = describe(&database.url).unwrap();
    let DatabaseUrl::Sqlite(path) = &database.url else { unreachable!() };
    SqliteConnection::establish(path)
        .unwrap()
        .batch_execute("DROP INDEX IF EXISTS x; CREATE TABLE x (y INTEGER)")
        .unwrap();
    assert_ne!(describe(&database.url).unwrap(), before);
}
