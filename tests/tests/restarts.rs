//! The program ended and started again: told to, killed, on a full disk, and in folders that are not as they should be.

use crate::harness::Caller;
use crate::harness::trade::text;
use crate::program::{Serving, command, company, customer_and_invoice, ran, runtime, said};
use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_query};
use kernel::{Clock, SystemClock};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use store::{DatabaseUrl, MasterKey};

#[test]
fn what_is_under_way_when_the_program_is_told_to_end() {
    let Some((folder, key)) = company() else { return };
    let mut serving = Serving::start(folder.path()).unwrap();
    let host = serving.url.trim_start_matches("http://").to_owned();
    let runtime = runtime();
    let (_, invoice) = runtime.block_on(customer_and_invoice(&Caller::nobody(&serving.url).with_key(&key)));
    let connect = || {
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    // A live page, which would go on for ever.
    let shown = runtime.block_on(Caller::nobody(&serving.url).with_key(&key).get(&format!("/invoices/{invoice}")));
    let link = text(&shown.expect(200), "/pay_url");
    let path = link[link.find("/pay/").unwrap()..].to_owned();
    let mut live = connect();
    write!(live, "GET {path}/events HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
    let mut head = [0; 12];
    live.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    // A caller that sends one request after the other on its connection.
    let mut busy = connect();
    let ask = |busy: &mut TcpStream| {
        write!(busy, "HEAD /sign-in HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            busy.read_exact(&mut byte).expect("each request is answered");
            answer.extend(byte);
        }
        String::from_utf8(answer).unwrap().to_lowercase()
    };
    assert!(!ask(&mut busy).contains("connection: close"));
    serving.ask_to_end();
    let asked = Instant::now();
    while !ask(&mut busy).contains("connection: close") {}
    drop(live.read_to_end(&mut Vec::new()));
    assert!(serving.child.wait().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(10), "the live page kept it from ending");
}

#[test]
fn half_a_head_does_not_keep_the_program() {
    let Some((folder, _)) = company() else { return };
    let mut serving = Serving::start(folder.path()).unwrap();
    let mut stream = TcpStream::connect(serving.url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap(), 0, "the line is closed without an answer");
    assert!(serving.terminate());
}

/// A checkout of the demonstration's newest open invoice that nobody has begun to pay.
async fn checkout(api: &Caller) -> Value {
    let open = api.get("/invoices?status=open&limit=50").await.expect(200);
    for invoice in open["data"].as_array().unwrap() {
        let body = json!({ "invoices": [invoice["id"]], "method": "card" });
        let reply = api.post("/checkouts", &body).await;
        if reply.status == 201 {
            return reply.json();
        }
    }
    panic!("no invoice can be paid online in {open}");
}

/// The payer pays; true once the house knows.
async fn pays(api: &Caller, checkout: &Value) -> bool {
    let url = text(checkout, "/url");
    Caller::nobody(&url).submit(&url, &[("choice", "pay")]).await.expect(303);
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(20) {
        let now = api.get(&format!("/checkouts/{}", text(checkout, "/id"))).await.expect(200);
        if now["status"] == "succeeded" {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

#[test]
fn the_demonstration_goes_on_whatever_ended_it() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["demo", "--listen", "127.0.0.1:0"];
    let Some(mut begun) = command(folder.path(), &words) else { return };
    // Killed, and then told to end, while its story is told.
    let mut child = begun.stdout(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1400));
    child.kill().unwrap();
    child.wait().unwrap();
    let child = command(folder.path(), &words).unwrap().stdout(Stdio::null()).spawn().unwrap();
    let mut second = Serving { child, url: String::new() };
    std::thread::sleep(Duration::from_millis(1400));
    assert!(second.terminate(), "it ends cleanly in the middle of its story");

    let (mut serving, told) = Serving::of(folder.path(), &words).unwrap();
    let runtime = runtime();
    let api = |serving: &Serving| Caller::nobody(&serving.url).with_key(&text(&told, "/api_key"));
    let verified = said(&ran(folder.path(), &["verify"]).unwrap());
    assert_eq!(verified.matches("the audit trail has").count(), 1, "one company: {verified}");
    let open = runtime.block_on(async {
        assert!(pays(&api(&serving), &checkout(&api(&serving)).await).await);
        checkout(&api(&serving)).await
    });
    assert!(serving.terminate());
    let page = text(&open, "/url");
    let provider = page.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    assert!(TcpStream::connect(&provider).is_err(), "its payment provider ends with it");

    // Where it was before: the provider knows no other address to notify.
    let listens = text(&told, "/listens");
    let same = ["demo", "--listen", &listens];
    let (mut serving, again) = Serving::of(folder.path(), &same).unwrap();
    assert_eq!((&again["api_key"], &again["staff"]), (&told["api_key"], &told["staff"]));
    let left = runtime.block_on(async {
        assert!(pays(&api(&serving), &open).await, "what was begun before can be paid");
        assert!(pays(&api(&serving), &checkout(&api(&serving)).await).await);
        checkout(&api(&serving)).await
    });
    serving.kill();
    let (mut serving, _) = Serving::of(folder.path(), &same).unwrap();
    runtime.block_on(async { assert!(pays(&api(&serving), &left).await, "a kill loses no payment") });
    assert!(serving.terminate());
    let exported = ran(folder.path(), &["export", "journal", "--format", "csv"]).unwrap();
    assert_eq!(exported.status.code(), Some(0), "{}", String::from_utf8_lossy(&exported.stderr));

    // Without its secrets it is a company like any other.
    std::fs::remove_file(folder.path().join("data/demo.json")).unwrap();
    refused_in_a_sentence(folder.path(), &words, "shunfu serve");
}

/// Ends with 1 and one sentence that has this word.
fn refused_in_a_sentence(folder: &Path, words: &[&str], word: &str) {
    let output = ran(folder, words).unwrap();
    assert_eq!(output.status.code(), Some(1), "{words:?}: {}", said(&output));
    let sentence = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(sentence.lines().count(), 1, "{words:?}: {sentence}");
    assert!(sentence.contains(word) && !sentence.contains("our side"), "{words:?}: {sentence}");
}

#[test]
fn a_folder_that_is_not_as_it_should_be_is_refused_in_a_sentence() {
    let Some((folder, _)) = company() else { return };
    let data = folder.path().join("data");
    refused_in_a_sentence(folder.path(), &["demo", "--listen", "127.0.0.1:0"], "shunfu serve");
    // Without its key, nobody makes a new one over the old data.
    std::fs::rename(data.join("master.key"), data.join("away")).unwrap();
    let init = ["init", "--organisation", "x", "--currency", "CNY", "--country", "CN", "--admin-email", "a@b.co"];
    for words in [&init[..], &["demo", "--listen", "127.0.0.1:0"], &["serve", "--listen", "127.0.0.1:0"]] {
        refused_in_a_sentence(folder.path(), words, "master.key");
        assert!(!data.join("master.key").exists());
    }
    std::fs::rename(data.join("away"), data.join("master.key")).unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    refused_in_a_sentence(elsewhere.path(), &["migrate"], "shunfu init");
    refused_in_a_sentence(elsewhere.path(), &["export", "journal", "--format", "csv"], "shunfu init");
    std::fs::create_dir(elsewhere.path().join("data")).unwrap();
    refused_in_a_sentence(elsewhere.path(), &["export", "journal", "--format", "csv"], "shunfu init");
    assert!(!elsewhere.path().join("data/shunfu.db").exists(), "looking makes no database");

    std::fs::write(data.join("shunfu.db"), [b'x'; 8192]).unwrap();
    for words in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["export", "journal", "--format", "csv"]] {
        refused_in_a_sentence(folder.path(), words, "shunfu restore");
    }
}

#[test]
fn data_of_an_older_schema_waits_for_its_backup() {
    let Some((folder, _)) = company() else { return };
    let file = folder.path().join("data/shunfu.db").display().to_string();
    let forget = "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)";
    let mut conn = SqliteConnection::establish(&file).unwrap();
    assert_eq!(sql_query(forget).execute(&mut conn).unwrap(), 1);
    drop(conn);
    let init = ["init", "--organisation", "x", "--currency", "CNY", "--country", "CN", "--admin-email", "a@b.co"];
    for words in [&init[..], &["demo", "--listen", "127.0.0.1:0"], &["serve", "--listen", "127.0.0.1:0"]] {
        refused_in_a_sentence(folder.path(), words, "shunfu migrate");
    }
}

#[test]
fn a_restored_backup_of_an_older_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("master.key"), "07".repeat(32)).unwrap();
    let old = DatabaseUrl::Sqlite(folder.path().join("old.db").display().to_string());
    let mut steps = server::rooms::migrations();
    steps.sort_by_key(|step| step.version);
    store::migrate::migrate(&old, &steps[..steps.len() - 1], SystemClock.now()).unwrap();
    let file = folder.path().join("before.backup");
    store::backup::backup(&old, &folder.path().join("blobs"), &MasterKey::new([7; 32]), &file).unwrap();
    let Some(restored) = ran(folder.path(), &["restore", &file.display().to_string()]) else { return };
    let told = said(&restored);
    assert!(restored.status.success() && told.contains("Applied") && told.contains("adds up"), "{told}");
}

/// A file system of a few megabytes, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<SmallDisk> {
        std::fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| SmallDisk(at.to_path_buf()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if !Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success()) {
            eprintln!("{} stays mounted", self.0.display());
        }
    }
}

#[test]
fn a_program_that_starts_on_a_full_disk_can_be_read() {
    let Some((folder, key)) = company() else { return };
    let at = folder.path().join("disk");
    let Some(disk) = SmallDisk::mount(&at) else {
        eprintln!("skipped: a small file system cannot be mounted here");
        return;
    };
    let file = at.join("shunfu.db");
    std::fs::rename(folder.path().join("data"), folder.path().join("elsewhere")).unwrap();
    std::fs::copy(folder.path().join("elsewhere/shunfu.db"), &file).unwrap();
    std::fs::rename(folder.path().join("elsewhere"), folder.path().join("data")).unwrap();
    let settings = format!("database_url = \"sqlite://{}\"\n", file.display());
    std::fs::write(folder.path().join("disk.toml"), settings).unwrap();
    let start =
        || Serving::of(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--config", "disk.toml"]).unwrap().0;
    let runtime = runtime();
    let body = json!({ "name": "n", "kind": "company", "country": "CN", "currency": "CNY" });
    assert!(start().terminate());
    let ballast = at.join("ballast");
    let mut full = vec![0_u8; 12 << 20];
    while std::fs::write(&ballast, &full).is_err() {
        full.truncate(full.len() - 4096);
    }
    for _ in 0..2 {
        let mut serving = start();
        let api = Caller::nobody(&serving.url).with_key(&key);
        runtime.block_on(async {
            api.get("/customers").await.expect(200);
            // What was kept for the start takes a few changes; then there is no room.
            let mut last = 201;
            for _ in 0..1000 {
                last = api.post("/customers", &body).await.status;
                if last != 201 {
                    break;
                }
            }
            assert_eq!(last, 503);
            api.post("/customers", &body).await.problem(503, "storage_full");
            api.get("/customers").await.expect(200);
        });
        serving.terminate();
    }
    std::fs::remove_file(&ballast).unwrap();
    let mut serving = start();
    runtime.block_on(Caller::nobody(&serving.url).with_key(&key).post("/customers", &body)).expect(201);
    assert!(serving.terminate());
    drop(disk);
}
