//! Files of banks on their way in: written to the data folder and gone afterwards, and tables whose columns are confirmed once.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, rows};
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

both! {
    nothing_stays_of_what_was_sent,
    a_file_that_is_too_large_is_refused,
    a_program_confirms_the_columns,
    a_person_confirms_the_columns_once,
    columns_that_say_too_little_are_asked_again,
    a_file_that_waits_is_one_person_s,
    a_key_answers_for_its_file,
}

/// Dates that may be read in two orders, and not in the order of days in either.
const OPEN: &str =
    "Date;Payer;Note;Amount\n01/03/2026;Ann;rent;12,50\n01/04/2026;Bob;fee;-1.300,00\n01/02/2026;Cid;x;7,00\n";

fn form(fields: &[(&str, &str)], file: (&str, &str)) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        form += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let (name, text) = file;
    form + &format!(
        "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"bank.csv\"\r\n\r\n{text}\r\n--b--\r\n"
    )
}

async fn sent(caller: &Caller, body: String) -> Reply {
    let request = caller.request(Method::POST, "/statements").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    Reply::of(Method::POST, "/statements", request.body(body)).await
}

async fn by_program(app: &TestApp, fields: &[(&str, &str)], file: &str) -> Reply {
    sent(&app.api, form(&[&[("account", "1002")], fields].concat(), ("file", file))).await
}

async fn by_person(desk: &Caller, file: &str) -> Reply {
    sent(desk, form(&[("/account", "1002")], ("/file", file))).await
}

async fn accountant(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await
}

/// How many files stand in the inbox.
fn waiting(app: &TestApp) -> usize {
    std::fs::read_dir(app.data_dir().join("inbox")).map_or(0, Iterator::count)
}

fn mt940(number: u32) -> String {
    format!(
        ":20:X\r\n:25:CN1\r\n:28C:{number}\r\n:60F:C261123CNY0,00\r\n:61:2611231123C5,00NTRFNONREF//U{number}\r\n\
         :86:166?00X?20gift\r\n:62F:C261123CNY5,00\r\n-\r\n"
    )
}

async fn nothing_stays_of_what_was_sent(app: &TestApp) {
    let desk = accountant(app).await;
    assert_eq!(by_person(&desk, &mt940(1)).await.status, 303);
    by_program(app, &[], &mt940(2)).await.expect(201);
    by_program(app, &[("dry_run", "true")], &mt940(3)).await.expect(200);
    for broken in ["no statement", ":20:X\r\n:61:2611", ""] {
        assert_eq!(by_person(&desk, broken).await.status, 422, "{broken}");
        assert_eq!(by_program(app, &[], broken).await.status, 422, "{broken}");
    }
    let torn = sent(&app.api, form(&[("account", "1002")], ("file", &mt940(4))).replace("--b--\r\n", "")).await;
    assert_eq!(torn.status, 422, "{}", torn.text());
    let request = app.api.request(Method::POST, "/statements").header(CONTENT_TYPE, "text/csv").body(OPEN);
    assert_eq!(Reply::of(Method::POST, "/statements", request).await.status, 415);
    assert_eq!(waiting(app), 0);
}

async fn a_file_that_is_too_large_is_refused(app: &TestApp) {
    let long = form(&[("account", "1002"), ("name", &"x".repeat(300 << 10))], ("file", "x"));
    let refused = sent(&app.api, long).await;
    assert!(refused.status == 413 && refused.text().contains("256 MB"), "{}", refused.text());
    let length = (257_u64 << 20).to_string();
    let request = app.api.request(Method::POST, "/statements").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    let body = form(&[("account", "1002")], ("file", &"x".repeat(257 << 20)));
    let refused = Reply::of(Method::POST, "/statements", request.body(body)).await;
    assert_eq!(refused.status, 413, "{length}: {}", refused.text());
    assert_eq!(waiting(app), 0);
}

async fn a_program_confirms_the_columns(app: &TestApp) {
    let refused = by_program(app, &[], OPEN).await;
    assert_eq!(refused.status, 422);
    let told: Value = serde_json::from_str(&refused.text()).unwrap();
    assert_eq!((told["code"].as_str(), told["status"].as_u64()), (Some("columns_unsure"), Some(422)));
    assert_eq!(told["guess"]["doubts"], serde_json::json!(["date_order"]));
    assert_eq!(told["guess"]["header"], serde_json::json!(["Date", "Payer", "Note", "Amount"]));
    let mut map = told["guess"]["columns"].clone();
    map["dates"] = "mdy".into();
    let wrong = by_program(app, &[("columns", "{}")], OPEN).await;
    assert!(wrong.status == 422 && wrong.text().contains("no map of columns"), "{}", wrong.text());
    // A dry run keeps nothing, of the file or of its columns.
    by_program(app, &[("columns", &map.to_string()), ("dry_run", "true")], OPEN).await.expect(200);
    assert_eq!(by_program(app, &[], OPEN).await.status, 422);
    let made = by_program(app, &[("columns", &map.to_string())], OPEN).await.expect(201);
    let list = app.api.get(&format!("/statements/{}/lines", text(&made, "/statements/0"))).await.expect(200);
    let mut days: Vec<String> = rows(&list).iter().map(|line| text(line, "/booking_date")).collect();
    days.sort();
    assert_eq!(days, ["2026-01-02", "2026-01-03", "2026-01-04"]);
    // The next file with this header needs no word; another header is asked about.
    by_program(app, &[], &OPEN.replace("01/0", "02/0")).await.expect(201);
    assert_eq!(by_program(app, &[], &OPEN.replace("Payer", "Name").replace("01/0", "03/0")).await.status, 422);
    assert_eq!(waiting(app), 0);
}

async fn a_person_confirms_the_columns_once(app: &TestApp) {
    let desk = accountant(app).await;
    let asked = by_person(&desk, OPEN).await;
    assert_eq!((asked.status, waiting(app)), (303, 1));
    let page = desk.get(asked.location()).await;
    let shown = page.text();
    assert!(shown.contains("whether the day or the month stands first") && shown.contains("rent"), "{shown}");
    assert!(
        shown.contains("−") && shown.contains("1,300<i>.00</i>"),
        "the lines are shown as they would be read: {shown}"
    );
    let mut fields: Vec<(String, String)> = page.fields();
    for (name, value) in [("/dates", "mdy"), ("/decimal_mark", "comma"), ("/is_turned", "no")] {
        fields.retain(|(own, _)| own != name);
        fields.push((name.to_owned(), value.to_owned()));
    }
    for (at, role) in ["booked_on", "name", "text", "amount"].into_iter().enumerate() {
        fields.retain(|(own, _)| *own != format!("/columns/{at}"));
        fields.push((format!("/columns/{at}"), role.to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = desk.submit("/statements/columns", &fields).await;
    assert!(done.status == 303 && done.location().contains("done=statement-here"), "{}", done.text());
    assert_eq!(waiting(app), 0);
    let bench = desk.get(done.location()).await.text();
    assert!(bench.contains("Ann") && bench.contains("3 left"), "{bench}");
    let next = by_person(&desk, &OPEN.replace("01/0", "02/0")).await;
    assert!(next.location().contains("done=statement-here"), "{}", next.location());
    // Sent again, the form has nothing to read any more.
    let again = desk.submit("/statements/columns", &fields).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn columns_that_say_too_little_are_asked_again(app: &TestApp) {
    let desk = accountant(app).await;
    let address = by_person(&desk, OPEN).await.location().to_owned();
    let shown = desk.get(&format!("{address}&%2Fcolumns%2F0=booked_on&%2Fcolumns%2F1=text")).await.text();
    assert!(shown.contains("No column is the amount") && shown.contains("no line can be read"), "{shown}");
    let refused = desk
        .submit("/statements/columns", &[("account", "1002"), ("name", "bank.csv"), ("/columns/3", "amount")])
        .await;
    assert!(refused.status == 422 && refused.text().contains("No column is the booking day"), "{}", refused.text());
    assert_eq!(waiting(app), 1, "the file still waits");
}

async fn a_file_that_waits_is_one_person_s(app: &TestApp) {
    let (one, other) =
        (accountant(app).await, app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await);
    let address = by_person(&one, OPEN).await.location().to_owned();
    assert_eq!(other.get(&address).await.status, 303, "nothing waits for the other");
    assert_eq!(one.get(&address).await.status, 200);
    by_person(&one, &OPEN.replace("Ann", "Eve")).await;
    assert!(one.get(&address).await.text().contains("Eve"), "the file sent last is the one that waits");
    assert_eq!(waiting(app), 1);
    let auditor = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    assert_eq!(auditor.get(&address).await.status, 403);
}

async fn a_key_answers_for_its_file(app: &TestApp) {
    let send = |file: String, boundary: &'static str, dry_run: bool| {
        let fields: &[(&str, &str)] =
            if dry_run { &[("account", "1002"), ("dry_run", "true")] } else { &[("account", "1002")] };
        let body = form(fields, ("file", &file)).replace("--b", &format!("--{boundary}"));
        let request = app.api.request(Method::POST, "/statements").header("idempotency-key", "statement-1");
        let request = request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        Reply::of(Method::POST, "/statements", request.body(body))
    };
    let preview = send(mt940(1), "b", true).await;
    assert_eq!(preview.status, 200, "a preview is answered");
    let first = send(mt940(1), "b", false).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""), "a preview leaves the key free");
    let again = send(mt940(1), "other", false).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    send(mt940(2), "b", false).await.problem(422, "idempotency_key_reused");
    assert_eq!(rows(&app.api.get("/statements").await.expect(200)).len(), 1);
}
