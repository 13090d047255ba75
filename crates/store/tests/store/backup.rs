//! Backup and restore: everything comes back, nothing is overwritten by mistake or by a damaged file.

use crate::archive::{archive, blob_files, document, invoice_of};
use crate::bench::{Begin, Bench, Count, Then, code, last, on_both, wait};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use kernel::Permission;
use kernel::id::CustomerId;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use store::backup::{self, Report};
use store::migrate::describe;
use store::{Command, Conn, DatabaseUrl, Error, MasterKey, Tx, counters};

on_both! {
    everything_comes_back
    data_that_is_there_is_overwritten_by_force_alone
    a_damaged_file_changes_nothing
    the_key_and_the_engine_must_be_right
    a_backup_under_load_is_of_one_instant
    a_file_of_another_kind_is_not_overwritten
    a_blob_that_was_damaged_before_is_told
}

const SECRET: &str = "远航的电话 13800138000";

/// Seals a text for a customer.
struct Seal(CustomerId);

impl Command for Seal {
    const NAME: &'static str = "test.seal";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = Vec<u8>;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<u8>, Error> {
        tx.audit(self.0, &serde_json::json!({ "text": "a \"quoted\", (bracketed)\\ text\n顺付", "none": null }))?;
        tx.seal(self.0, "phone", SECRET)
    }
}

fn make(bench: &Bench, file: &Path) -> Result<Report, Error> {
    backup::backup(&bench.url, &bench.blobs_dir(), &Bench::master(), file)
}

fn bring_back(bench: &Bench, file: &Path, force: bool) -> Result<Report, Error> {
    backup::restore(file, &Bench::master(), &bench.url, &bench.blobs_dir(), force)
}

/// Every row of every table as text.
fn content(bench: &Bench) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = sql_types::Text)]
        line: String,
    }
    let mut columns = std::collections::BTreeMap::<String, Vec<String>>::new();
    for line in describe(&bench.url).unwrap() {
        if let [table, "column", _, column, ..] = line.split(' ').collect::<Vec<_>>()[..] {
            columns.entry(table.to_owned()).or_default().push(column.to_owned());
        }
    }
    let mut all = Vec::new();
    for (table, columns) in columns {
        let mut lines: Vec<Line> = match &mut bench.raw() {
            Conn::Sqlite(c) => {
                let quoted: Vec<String> = columns.iter().map(|c| format!("quote({c})")).collect();
                sql_query(format!("SELECT {} AS line FROM {table}", quoted.join(" || ',' || "))).load(c).unwrap()
            }
            Conn::Pg(c) => sql_query(format!("SELECT (t.*)::text AS line FROM {table} t")).load(c).unwrap(),
        };
        all.extend(lines.drain(..).map(|l| format!("{table}: {}", l.line)));
    }
    all.sort();
    all
}

/// A house with a bit of everything.
fn furnish(bench: &Bench) -> (CustomerId, Vec<u8>) {
    let customer = bench.customer();
    let app = bench.app();
    app.write_now(&bench.context(), Begin).unwrap();
    for _ in 0..3 {
        app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    }
    let sealed = app.write_now(&bench.context(), Seal(customer)).unwrap();
    let leased = wait(app.lease_jobs(1)).unwrap().remove(0);
    wait(app.end_job(leased, Some("an error, with \"quotes\" and \\".into()))).unwrap();
    bench.wait_seconds(5);
    wait(app.seal_audit(Bench::organisation(), store::Reach::New, 100)).unwrap();
    let once = crate::idempotency::once("k", b"x");
    let body: Vec<u8> = (0..=255).collect();
    wait(app.write_once(&bench.context(), once, Count("a", Then::Commit), move |_, _| Ok((200, body.clone()))))
        .unwrap();
    let documents = archive(bench);
    document(&documents, &invoice_of(customer, 1), b"a document").unwrap();
    document(&documents, &invoice_of(customer, 2), &[7; 200_000]).unwrap();
    (customer, sealed)
}

fn assert_tidy(bench: &Bench, file: &Path) {
    for folder in [bench.dir.path(), file.parent().unwrap()] {
        let stray: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| {
                let name = p.display().to_string();
                [".part", ".snapshot", ".restoring"].iter().any(|end| name.ends_with(end))
            })
            .collect();
        assert!(stray.is_empty(), "{stray:?}");
    }
}

fn everything_comes_back(bench: &Bench) {
    let (customer, sealed) = furnish(bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    // A house that is open all the time.
    let open = bench.app();
    let report = make(bench, &file).unwrap();
    drop(open);
    assert_eq!((report.blobs, report.damaged_blobs.len()), (2, 0));
    assert!(report.blob_bytes > 200_000);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&file).unwrap();
    for plain in ["CREATE TABLE", "audit_rows", "quoted", "the master key"] {
        assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{plain}");
    }
    let other = bench.another_empty();
    assert_eq!(bring_back(&other, &file, false).unwrap(), report);
    assert_eq!(describe(&other.url).unwrap(), describe(&bench.url).unwrap());
    assert_eq!(content(&other), content(bench));
    assert_eq!(fs::read_dir(other.blobs_dir()).unwrap().count(), fs::read_dir(bench.blobs_dir()).unwrap().count());
    assert_tidy(bench, &file);
    assert_tidy(&other, &file);

    // The house goes on where it was.
    let app = other.app();
    let vault = app.vault().clone();
    let opened = app.db().read_now(move |conn| vault.open(conn, Bench::organisation(), customer, "phone", &sealed));
    assert_eq!(opened.unwrap().as_deref(), Some(SECRET));
    let vault = app.vault().clone();
    let chain = app.db().read_now(move |conn| store::audit::verify(conn, &vault, Bench::organisation())).unwrap();
    assert_eq!((chain.sealed, chain.unsealed, chain.faults), (5, 1, vec![]));
    assert_eq!(app.write_now(&other.context(), Count("a", Then::Commit)).unwrap(), 5);
    drop(app);
    assert_eq!(document(&archive(&other), &invoice_of(customer, 2), b"new").unwrap(), [7; 200_000]);
    assert!(store::migrate::pending(&other.url, &crate::bench::steps()).unwrap().is_empty());
}

fn data_that_is_there_is_overwritten_by_force_alone(bench: &Bench) {
    furnish(bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    make(bench, &file).unwrap();
    let before = content(bench);
    bench.app().write_now(&bench.context(), Count("later", Then::Commit)).unwrap();
    let later = content(bench);
    assert_eq!(code(bring_back(bench, &file, false)), "restore_data_there");
    assert_eq!(content(bench), later);
    bring_back(bench, &file, true).unwrap();
    assert_eq!(content(bench), before);
    assert_eq!(describe(&bench.url).unwrap(), describe(&bench.url).unwrap());

    let blobs_alone = bench.another_empty();
    fs::create_dir_all(blobs_alone.blobs_dir().join("ab")).unwrap();
    fs::write(blobs_alone.blobs_dir().join("ab").join("ab".repeat(32)), b"x").unwrap();
    assert_eq!(code(bring_back(&blobs_alone, &file, false)), "restore_data_there");
    let schema_alone = bench.another_empty();
    store::migrate::migrate(&schema_alone.url, &crate::bench::steps(), bench.now()).unwrap();
    bring_back(&schema_alone, &file, false).unwrap();
    assert_eq!(content(&schema_alone), before);

    let foreign = bench.another_empty();
    foreign.tamper("CREATE TABLE of_somebody_else (a integer); INSERT INTO of_somebody_else VALUES (1)");
    let refused = match bench.url {
        DatabaseUrl::Sqlite(_) => code(bring_back(&foreign, &file, false)),
        DatabaseUrl::Postgres(_) => code(bring_back(&foreign, &file, true)),
    };
    assert!(["restore_data_there", "restore_foreign_tables"].contains(&refused), "{refused}");
    assert_eq!(foreign.rows("of_somebody_else"), 1);
}

fn a_damaged_file_changes_nothing(bench: &Bench) {
    furnish(bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    make(bench, &file).unwrap();
    bench.app().write_now(&bench.context(), Count("later", Then::Commit)).unwrap();
    let (before, blobs) = (content(bench), blob_files(&bench.blobs_dir()));
    let whole = fs::read(&file).unwrap();
    let last_byte = whole.len() - 1;
    let mut damaged: Vec<Vec<u8>> = [200, whole.len() / 2, last_byte]
        .into_iter()
        .map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            bytes
        })
        .collect();
    damaged.push(whole[..last_byte].to_vec());
    damaged.push(whole[..74 + 65_552].to_vec());
    damaged.push([&whole[..], &[0]].concat());
    for bytes in damaged {
        fs::write(&file, &bytes).unwrap();
        assert_eq!(code(bring_back(bench, &file, true)), "backup_damaged");
        assert_eq!(content(bench), before);
        assert_eq!(blob_files(&bench.blobs_dir()), blobs);
        assert_tidy(bench, &file);
    }
    let other = bench.another_empty();
    fs::write(&file, &whole[..last_byte]).unwrap();
    assert_eq!(code(bring_back(&other, &file, false)), "backup_damaged");
    assert!(describe(&other.url).unwrap().is_empty());
    assert!(!other.blobs_dir().exists());
    assert_eq!(bench.app().write_now(&bench.context(), Count("later", Then::Commit)).unwrap(), 2);
}

fn the_key_and_the_engine_must_be_right(bench: &Bench) {
    furnish(bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    make(bench, &file).unwrap();
    let before = content(bench);
    let other_key = MasterKey::new([9; 32]);
    let refused = backup::restore(&file, &other_key, &bench.url, &bench.blobs_dir(), true);
    assert_eq!(code(refused), "backup_other_master_key");
    let other_engine = match bench.url {
        DatabaseUrl::Sqlite(_) => DatabaseUrl::Postgres("postgres://nobody@127.0.0.1:1/nothing".into()),
        DatabaseUrl::Postgres(_) => DatabaseUrl::Sqlite(out.path().join("new.db").display().to_string()),
    };
    let refused = backup::restore(&file, &Bench::master(), &other_engine, &bench.blobs_dir(), true);
    assert_eq!(code(refused), "backup_other_engine");
    fs::write(&file, b"something else altogether, and long enough to be read as a header of a backup, or so").unwrap();
    assert_eq!(code(bring_back(bench, &file, true)), "backup_unknown_file");
    assert_eq!(code(bring_back(bench, &out.path().join("missing"), true)), "backup_file_unusable");
    assert_eq!(content(bench), before);
}

/// Moves two counters together.
struct Both;

impl Command for Both {
    const NAME: &'static str = "test.both";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        for series in ["left", "right"] {
            counters::next(tx.conn, organisation, series, 2026)?;
        }
        Ok(())
    }
}

fn a_backup_under_load_is_of_one_instant(bench: &Bench) {
    let customer = bench.customer();
    let (app, documents) = (bench.app(), archive(bench));
    app.write_now(&bench.context(), Both).unwrap();
    document(&documents, &invoice_of(customer, 255), b"the first").unwrap();
    let out = tempfile::tempdir().unwrap();
    let stop = AtomicBool::new(false);
    let mut files = Vec::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    app.write_now(&bench.context(), Both).unwrap();
                }
            });
        }
        scope.spawn(|| {
            for number in 0..200 {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                document(&documents, &invoice_of(customer, number), &[number; 5000]).unwrap();
            }
        });
        for number in 0..3 {
            let file = out.path().join(format!("{number}.backup"));
            make(bench, &file).unwrap();
            files.push(file);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let mut seen = 0;
    for file in files {
        let other = bench.another_empty();
        bring_back(&other, &file, false).unwrap();
        let (left, right) = (last(&other, "left"), last(&other, "right"));
        assert_eq!((left, other.rows("audit_rows")), (right, right));
        assert!(right >= seen, "a later backup holds no less");
        seen = right;
        let kept = archive(&other);
        let rows = other.rows("kept_documents");
        let (mut found, blobs) = (0, blob_files(&other.blobs_dir()).len());
        for number in 0..=255 {
            let bytes = document(&kept, &invoice_of(customer, number), b"missing").unwrap();
            found += i64::from(bytes != b"missing");
        }
        assert!(found == rows && usize::try_from(rows).unwrap() <= blobs, "{found} of {rows} documents, {blobs} blobs");
    }
    drop((app, documents));
    assert_eq!(last(bench, "left"), bench.rows("audit_rows"));
}

fn a_file_of_another_kind_is_not_overwritten(bench: &Bench) {
    furnish(bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("letter.txt");
    fs::write(&file, b"Dear customer").unwrap();
    assert_eq!(code(make(bench, &file)), "backup_would_overwrite");
    assert_eq!(fs::read(&file).unwrap(), b"Dear customer");
    let older = out.path().join("house.backup");
    make(bench, &older).unwrap();
    let first = fs::read(&older).unwrap();
    make(bench, &older).unwrap();
    assert_ne!(fs::read(&older).unwrap(), first, "an older backup is replaced");
    assert_eq!(code(make(bench, &out.path().join("no such folder").join("x"))), "backup_file_unusable");
    let nothing = bench.another_empty();
    let missing = out.path().join("nothing.backup");
    assert_eq!(code(make(&nothing, &missing)), "backup_nothing_there");
    assert!(!missing.exists());
    assert_tidy(bench, &older);
}

fn a_blob_that_was_damaged_before_is_told(bench: &Bench) {
    furnish(bench);
    let mut blobs = blob_files(&bench.blobs_dir());
    let victim = blobs.remove(0);
    fs::write(&victim, b"no longer what it was").unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    let name = victim.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(make(bench, &file).unwrap().damaged_blobs, [name]);
    let other = bench.another_empty();
    bring_back(&other, &file, false).unwrap();
    let restored = blob_files(&other.blobs_dir());
    assert_eq!(restored.len(), 1);
    assert_eq!(restored[0].file_name(), blobs[0].file_name());
}

#[test]
fn a_house_in_use_is_not_replaced() {
    let bench = Bench::sqlite();
    furnish(&bench);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("house.backup");
    make(&bench, &file).unwrap();
    let app = bench.app();
    app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap();
    assert_eq!(code(bring_back(&bench, &file, true)), "restore_in_use");
    assert_eq!(app.write_now(&bench.context(), Count("a", Then::Commit)).unwrap(), 6);
    drop(app);
    bring_back(&bench, &file, true).unwrap();
    assert_eq!(last(&bench, "a"), 4);
}
