//! The program itself: one process a folder, a clean end, and a kill at any moment.

use crate::harness::Caller;
use crate::harness::trade::{cny, text};
use crate::harness::{PASSWORD, is_long};
use diesel::dsl::sql;
use diesel::sql_types::Integer;
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use kernel::{Clock, SystemClock};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Names the built program.
const PROGRAM: &str = "SHUNFU_PROGRAM";
const READY_MAX: Duration = Duration::from_secs(180);
const WRITERS: u64 = 16;
const KILLS: u64 = 50;
const KILLS_LONG: u64 = 500;

pub(crate) fn command(folder: &Path, words: &[&str]) -> Option<Command> {
    let Ok(program) = std::env::var(PROGRAM) else {
        eprintln!("{PROGRAM} names no program, so this was not tried");
        return None;
    };
    let mut command = Command::new(program);
    command.args(words).arg("--data-dir").arg(folder.join("data")).current_dir(folder);
    command.env_remove("SHUNFU_DATABASE_URL").env_remove("SHUNFU_PUBLIC_URL").env_remove("SHUNFU_DATA_DIR");
    Some(command)
}

pub(crate) fn ran(folder: &Path, words: &[&str]) -> Option<Output> {
    Some(command(folder, words)?.output().unwrap())
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A serving program. Dropped, it is killed.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Serving {
    pub(crate) fn start(folder: &Path) -> Option<Serving> {
        Serving::start_with(folder, &[])
    }

    fn start_with(folder: &Path, words: &[&str]) -> Option<Serving> {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(words);
        Some(Serving::of(folder, &all)?.0)
    }

    /// Starts a command that serves; gives what its ready file tells, too.
    pub(crate) fn of(folder: &Path, words: &[&str]) -> Option<(Serving, Value)> {
        let ready = folder.join("ready.json");
        drop(std::fs::remove_file(&ready));
        let mut command = command(folder, words)?;
        command.arg("--ready-file").arg(&ready).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let since = Instant::now();
        while !ready.exists() {
            assert!(child.try_wait().unwrap().is_none(), "the program ended before it served");
            assert!(since.elapsed() < READY_MAX, "the program does not serve");
            std::thread::sleep(Duration::from_millis(20));
        }
        let told: Value = serde_json::from_str(&std::fs::read_to_string(&ready).unwrap()).unwrap();
        Some((Serving { child, url: text(&told, "/url") }, told))
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn ask_to_end(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Asks it to end, and tells whether it ended well.
    pub(crate) fn terminate(&mut self) -> bool {
        self.ask_to_end();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A folder with a company; gives the owner's key.
pub(crate) fn company() -> Option<(TempDir, String)> {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let mut init = command(folder.path(), &["init"])?;
    init.args(["--organisation", "杀不死有限公司", "--currency", "CNY", "--country", "CN"]);
    let output =
        init.args(["--admin-email", "o@example.com", "--admin-password-file"]).arg(&password).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let told = said(&output);
    let key = told.split_whitespace().find(|word| word.starts_with("sk_")).expect("a key").to_owned();
    Some((folder, key))
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn today() -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    zone.to_datetime(SystemClock.now()).date().to_string()
}

/// What the load of a round did: bodies by key, and the answers that came.
#[derive(Default)]
struct Load {
    asked: Mutex<BTreeMap<String, Value>>,
    acknowledged: Mutex<BTreeMap<String, Vec<u8>>>,
    /// Payments of the rounds before, each of which was looked for.
    settled: AtomicU64,
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let seed = std::env::var("SHUNFU_SEED").ok().and_then(|s| s.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| SystemClock.now().as_microsecond().unsigned_abs());
    println!("SHUNFU_SEED={seed}");
    let mut chance = ChaCha12Rng::seed_from_u64(seed);
    let Some((folder, key)) = company() else { return };
    let load = Arc::new(Load::default());
    let runtime = runtime();
    let mut setting: Option<(String, String)> = None;
    for round in 0..if is_long() { KILLS_LONG } else { KILLS } {
        let mut serving = Serving::start(folder.path()).unwrap();
        let api = Caller::nobody(&serving.url).with_key(&key);
        runtime.block_on(async {
            if setting.is_none() {
                setting = Some(customer_and_invoice(&api).await);
            }
            nothing_was_lost(&api, &load).await;
        });
        let (customer, invoice) = setting.clone().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let writers =
            runtime.spawn(write_until_killed(api, round, customer, invoice, Arc::clone(&load), Arc::clone(&stop)));
        std::thread::sleep(Duration::from_millis(100 + chance.next_u64() % 1400));
        serving.kill();
        stop.store(true, Ordering::SeqCst);
        runtime.block_on(writers).unwrap();
        let verified = ran(folder.path(), &["verify"]).unwrap();
        assert!(verified.status.success(), "round {round}: {}", said(&verified));
    }
    let mut serving = Serving::start(folder.path()).unwrap();
    runtime.block_on(nothing_was_lost(&Caller::nobody(&serving.url).with_key(&key), &load));
    assert!(serving.terminate(), "it does not end cleanly");
    let count = load.settled.load(Ordering::SeqCst);
    assert!(count > 20, "only {count} payments were tried, which proves little");
    let verified = ran(folder.path(), &["verify"]).unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
}

pub(crate) async fn customer_and_invoice(api: &Caller) -> (String, String) {
    let body = json!({ "name": "n", "kind": "company", "country": "CN", "currency": "CNY" });
    let customer = text(&api.post("/customers", &body).await.expect(201), "/id");
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("1000000.00") }]);
    let order = json!({ "customer": customer, "currency": "CNY", "lines": lines });
    let order = api.post("/orders", &order).await.expect(201);
    let submitted = api.post(&format!("/orders/{}/submit", text(&order, "/id")), &json!({})).await.expect(200);
    (customer, text(&submitted, "/invoice"))
}

/// Sixteen that pay until the program is gone.
async fn write_until_killed(
    api: Caller,
    round: u64,
    customer: String,
    invoice: String,
    load: Arc<Load>,
    stop: Arc<AtomicBool>,
) {
    let date = today();
    let count = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (api, load, stop, count) = (api.clone(), Arc::clone(&load), Arc::clone(&stop), Arc::clone(&count));
        let (customer, invoice, date) = (customer.clone(), invoice.clone(), date.clone());
        tasks.spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                let n = count.fetch_add(1, Ordering::SeqCst);
                let key = format!("round-{round}-{n}");
                let body = json!({
                    "customer": customer, "method": "bank_transfer", "amount": cny("1.00"), "received_on": date,
                    "reference": key, "allocations": [{ "invoice": invoice, "amount": cny("1.00") }],
                });
                load.asked.lock().unwrap().insert(key.clone(), body.clone());
                let request = api.request(reqwest::Method::POST, "/payments").header("idempotency-key", &key);
                let Ok(answer) = request.json(&body).send().await else { return };
                let status = answer.status().as_u16();
                let Ok(bytes) = answer.bytes().await else { return };
                assert_eq!(status, 201, "{}", String::from_utf8_lossy(&bytes));
                load.acknowledged.lock().unwrap().insert(key, bytes.to_vec());
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
}

/// Every acknowledged payment is answered again byte for byte; what was not acknowledged is done once when it is asked again.
async fn nothing_was_lost(api: &Caller, load: &Load) {
    let asked = std::mem::take(&mut *load.asked.lock().unwrap());
    let acknowledged = std::mem::take(&mut *load.acknowledged.lock().unwrap());
    for (key, body) in &asked {
        let again = api.post_once("/payments", key, body).await;
        again.expect(201);
        if let Some(bytes) = acknowledged.get(key) {
            assert_eq!((&again.body, again.header("idempotent-replayed")), (bytes, "true"), "{key} was lost");
        }
    }
    let Some(body) = asked.values().next() else { return };
    let settled = load.settled.fetch_add(u64::try_from(asked.len()).unwrap(), Ordering::SeqCst);
    let invoice = text(body, "/allocations/0/invoice");
    let now = api.get(&format!("/invoices/{invoice}")).await.expect(200);
    let balance: u64 = text(&now, "/balance/amount").replace(".00", "").parse().unwrap();
    assert_eq!(balance, 1_000_000 - settled - u64::try_from(asked.len()).unwrap(), "each key counts once");
}

#[test]
fn a_second_process_on_the_same_folder_is_refused() {
    let Some((folder, _)) = company() else { return };
    let mut serving = Serving::start(folder.path()).unwrap();
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["demo", "--listen", "127.0.0.1:0"], &["migrate"]] {
        let second = ran(folder.path(), words).unwrap();
        assert_eq!(second.status.code(), Some(1), "{words:?}: {}", said(&second));
        let sentence = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(sentence.contains("data folder") || sentence.contains("process"), "{words:?}: {sentence}");
    }
    assert!(serving.terminate());
    let mut next = Serving::start(folder.path()).unwrap();
    assert!(next.terminate(), "the lock goes with the process");
}

#[test]
fn requests_in_flight_are_answered_when_the_program_is_told_to_end() {
    let Some((folder, key)) = company() else { return };
    let mut serving = Serving::start(folder.path()).unwrap();
    let api = Caller::nobody(&serving.url).with_key(&key);
    let runtime = runtime();
    let (customer, _) = runtime.block_on(customer_and_invoice(&api));
    let body = json!({
        "customer": customer, "method": "cash", "amount": cny("1.00"), "received_on": today(), "reference": "half",
    })
    .to_string();
    // Half a request is under way when the program is told to end; the other half comes afterwards.
    let host = serving.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (first, rest) = body.as_bytes().split_at(body.len() / 2);
    let head = format!(
        "POST /api/v1/payments HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(first).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    serving.ask_to_end();
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(serving.child.wait().unwrap().success());
    let mut again = Serving::start(folder.path()).unwrap();
    let api = Caller::nobody(&again.url).with_key(&key);
    let payments = runtime.block_on(api.get("/payments")).expect(200);
    assert_eq!(payments["data"].as_array().unwrap().len(), 1, "what was answered is on disk");
    assert!(again.terminate());
}

#[test]
fn where_it_listens_is_told_beside_the_public_address() {
    let Some((folder, _)) = company() else { return };
    std::fs::write(folder.path().join("public.toml"), "public_url = \"https://pay.example.com\"\n").unwrap();
    let words = ["serve", "--listen", "127.0.0.1:0", "--config", "public.toml"];
    let (mut serving, told) = Serving::of(folder.path(), &words).unwrap();
    assert_eq!(told["url"], "https://pay.example.com");
    assert!(TcpStream::connect(text(&told, "/listens")).is_ok(), "{told}");
    assert!(serving.terminate());
}

#[test]
fn a_company_is_founded_with_its_fiscal_year() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut init) = command(folder.path(), &["init", "--fiscal-year-start", "4"]) else { return };
    init.args(["--organisation", "四月", "--currency", "CNY", "--country", "CN", "--admin-email", "o@example.com"]);
    let told = said(&init.output().unwrap());
    let key = told.split_whitespace().find(|word| word.starts_with("sk_")).expect("a key");
    let serving = Serving::start(folder.path()).unwrap();
    let api = Caller::nobody(&serving.url).with_key(key);
    let company = runtime().block_on(async { api.get("/organisation").await.expect(200) });
    assert_eq!(company["fiscal_year_month"], 4);
}

#[test]
fn commands_say_what_is_wrong_and_how_they_ended() {
    let Some((folder, _)) = company() else { return };
    std::fs::write(folder.path().join("wrong.toml"), "\nlisten = 8080\n").unwrap();
    let init = |currency, mail| {
        vec!["init", "--organisation", "x", "--currency", currency, "--country", "CN", "--admin-email", mail]
    };
    let backwards = ["export", "journal", "--format", "csv", "--from", "2026-11-30", "--to", "2026-11-01"];
    for (words, status, word) in [
        (vec!["verify"], 0, "adds up"),
        (vec!["doctor"], 0, "good"),
        (vec!["migrate"], 0, "up to date"),
        (vec!["export", "journal", "--format", "csv"], 0, ""),
        (vec!["export", "journal", "--format", "yaml"], 2, "yaml"),
        (backwards.to_vec(), 2, "after"),
        (vec!["sing"], 2, "sing"),
        (vec!["init", "--currency", "CNY"], 2, "--organisation"),
        (vec!["doctor", "--config", "wrong.toml"], 2, "line 2"),
        (init("CNY", "a@b.co"), 1, "already"),
        (init("XXX", "a@b.co"), 2, "--currency"),
        (init("CNY", "nobody"), 2, "--admin-email"),
        (vec!["restore", "missing.backup"], 1, "missing.backup"),
    ] {
        let output = ran(folder.path(), &words).unwrap();
        assert_eq!(output.status.code(), Some(status), "{words:?}: {}", said(&output));
        assert!(said(&output).contains(word), "{words:?}: {}", said(&output));
        if status > 0 {
            let lines = String::from_utf8_lossy(&output.stderr).trim().lines().count();
            assert_eq!(lines, 1, "one sentence: {}", said(&output));
        }
    }
    let mut export = command(folder.path(), &["export", "journal", "--format", "hledger"]).unwrap();
    let mut child = export.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "who reads may stop reading: {}", said(&ended));
}

#[test]
fn a_foreign_key_a_damaged_file_and_an_empty_folder_are_told() {
    let Some((folder, _)) = company() else { return };
    let data = folder.path().join("data");
    let told = |words: &[&str], status, word: &str| {
        let output = command(folder.path(), words).unwrap().env("SHUNFU_LOG", "off").output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{words:?}: {}", said(&output));
        assert!(said(&output).contains(word), "{words:?}: {}", said(&output));
    };
    told(&["doctor"], 0, "MB are free");
    told(&["doctor"], 0, "no gateway is connected");
    told(&["verify"], 0, "Everything adds up.");
    assert_eq!(std::fs::metadata(data.join("shunfu.db")).unwrap().permissions().mode() & 0o777, 0o600);
    let key = std::fs::read(data.join("master.key")).unwrap();
    std::fs::write(data.join("master.key"), format!("{}\n", "0".repeat(64))).unwrap();
    let backup = folder.path().join("x.backup").display().to_string();
    for words in [&["verify"][..], &["doctor"], &["serve", "--listen", "127.0.0.1:0"], &["backup", &backup]] {
        told(words, 1, "is not the one that this database was sealed with");
    }
    std::fs::write(data.join("master.key"), key).unwrap();
    told(&["verify"], 0, "Everything adds up.");
    // An index that nothing but the check of the whole file reads; where a page lies says nothing about what it is.
    let mut conn = SqliteConnection::establish(&data.join("shunfu.db").display().to_string()).unwrap();
    let root = sql::<Integer>("(SELECT rootpage FROM sqlite_schema WHERE name = 'credit_notes_by_number')");
    let page = usize::try_from(diesel::select(root).get_result::<i32>(&mut conn).unwrap()).unwrap();
    drop(conn);
    let whole = std::fs::read(data.join("shunfu.db")).unwrap();
    // That index, and what tells of the tables.
    for page in [(page - 1) * 4096..page * 4096, 100..4096] {
        let mut damaged = whole.clone();
        damaged[page].fill(7);
        std::fs::write(data.join("shunfu.db"), damaged).unwrap();
        told(&["doctor"], 1, "damaged");
        told(&["verify"], 1, "database_damaged");
    }
    std::fs::write(data.join("shunfu.db"), whole).unwrap();
    for words in [&["verify"][..], &["doctor"]] {
        let mut elsewhere = Command::new(std::env::var(PROGRAM).unwrap());
        let output = elsewhere.args(words).arg("--data-dir").arg(folder.path().join("none")).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("There is no company in the data folder"), "{}", said(&output));
        assert!(!folder.path().join("none").exists(), "nothing is made by looking");
    }
}

#[test]
fn a_backup_is_restored_elsewhere_and_verifies() {
    let Some((folder, key)) = company() else { return };
    let mut serving = Serving::start(folder.path()).unwrap();
    let runtime = runtime();
    let api = Caller::nobody(&serving.url).with_key(&key);
    let (_, invoice) = runtime.block_on(customer_and_invoice(&api));
    let file = folder.path().join("full.backup").display().to_string();
    let backup = ran(folder.path(), &["backup", &file]).unwrap();
    assert!(backup.status.success(), "while it serves: {}", said(&backup));
    assert!(serving.terminate());
    let refused = ran(folder.path(), &["restore", &file]).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("data")).unwrap();
    std::fs::copy(folder.path().join("data/master.key"), elsewhere.path().join("data/master.key")).unwrap();
    let restored = ran(elsewhere.path(), &["restore", &file]).unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    let mut serving = Serving::start(elsewhere.path()).unwrap();
    let api = Caller::nobody(&serving.url).with_key(&key);
    let kept = runtime.block_on(api.get(&format!("/invoices/{invoice}"))).expect(200);
    assert_eq!(kept["status"], "open");
    assert!(serving.terminate());
}

#[test]
fn it_serves_https_with_a_certificate_and_refuses_a_broken_one() {
    let Some((folder, _)) = company() else { return };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("certificate.pem", &made.cert.pem());
    write("key.pem", &made.signing_key.serialize_pem());
    write("broken.pem", "no key at all");
    write("good.toml", "tls_certificate = \"certificate.pem\"\ntls_key = \"key.pem\"\n");
    write("bad.toml", "tls_certificate = \"certificate.pem\"\ntls_key = \"broken.pem\"\n");

    let mut serving = Serving::start_with(folder.path(), &["--config", "good.toml"]).unwrap();
    let host = serving.url.strip_prefix("https://").expect("https").to_owned();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let session = rustls::ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
    let mut stream = rustls::StreamOwned::new(session, TcpStream::connect(&host).unwrap());
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    assert!(serving.terminate());

    let mut plain = Serving::start(folder.path()).unwrap();
    let mut stream = TcpStream::connect(plain.url.strip_prefix("http://").expect("http")).unwrap();
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("strict-transport"), "{answer}");
    assert!(plain.terminate());

    let refused = ran(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--config", "bad.toml"]).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("broken.pem"), "{}", said(&refused));
}
