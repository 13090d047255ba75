//! Bank statements meet the books: brought in once, matched with reasons, posted, undone.

use crate::harness::trade::text;
use crate::harness::{Caller, Reply, TODAY, TestApp, both, cny, money, rows};
use crate::tampering::tamper;
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

both! {
    a_line_settles_what_it_names,
    nothing_comes_in_twice,
    a_broken_file_changes_nothing,
    two_answers_as_good_as_each_other_wait,
    a_payment_that_is_there_is_linked_and_not_posted_twice,
    what_a_bank_kept_and_what_is_given_up_are_posted_with_the_match,
    what_is_given_up_with_a_match_takes_a_second_person,
    what_banks_keep_of_an_invoice_adds_up,
    undoing_a_match_leaves_everything_as_before,
    a_person_teaches_who_pays,
    what_does_not_come_to_the_same_is_refused,
    one_entry_is_matched_once_however_many_ask,
    bad_files_and_accounts_are_told,
    changes_of_matches_behind_the_door_are_named,
    who_names_a_settled_invoice_does_not_pay_another,
    a_second_currency_of_a_file_finds_its_own_entries,
    what_waits_is_compared_again_once_something_was_posted,
    a_line_shows_what_the_bank_wrote,
    a_reference_with_check_digits_settles_what_it_was_made_of,
}

/// A line of a statement to be written: money in above zero, in minor units.
pub struct Moved<'a> {
    minor: i64,
    text: &'a str,
    payer: &'a str,
    account: &'a str,
}

pub fn moved<'a>(minor: i64, text: &'a str, payer: &'a str) -> Moved<'a> {
    Moved { minor, text, payer, account: "" }
}

fn figure(minor: i64) -> String {
    format!("{},{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// An MT940 file of one day.
pub fn statement(number: &str, opening: i64, lines: &[Moved<'_>]) -> String {
    let day = "261123";
    let mut file = format!(":20:START\r\n:25:CN0012345678\r\n:28C:{number}\r\n:60F:C{day}CNY{}\r\n", figure(opening));
    let mut closing = opening;
    for (nth, line) in lines.iter().enumerate() {
        let mark = if line.minor < 0 { 'D' } else { 'C' };
        closing += line.minor;
        file += &format!(":61:{day}1123{mark}{}NTRFNONREF//{number}-{nth}\r\n", figure(line.minor));
        file += &format!(":86:166?00X?20{}?31{}?32{}\r\n", line.text, line.account, line.payer);
    }
    file + &format!(":62F:C{day}CNY{}\r\n-\r\n", figure(closing))
}

pub async fn send(caller: &Caller, file: &str, fields: &[(&str, &str)]) -> Reply {
    let mut form = String::new();
    for (name, value) in fields {
        form += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    form += &format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s\"\r\n\r\n{file}\r\n--b--\r\n");
    let request = caller.request(Method::POST, "/statements");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(form);
    Reply::of(Method::POST, "/statements", request).await
}

async fn bring_in(app: &TestApp, file: &str) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    let reply = send(&app.api, file, &[("account", "1002")]).await;
    if reply.status == 200 { reply.expect(200) } else { reply.expect(201) }
}

/// The lines of what was brought in, in the order of the file.
pub async fn lines(app: &TestApp, imported: &Value) -> Vec<Value> {
    let id = text(imported, "/statements/0");
    let list = app.api.get(&format!("/statements/{id}/lines?limit=200")).await.expect(200);
    let mut lines = rows(&list).clone();
    lines.reverse();
    lines
}

pub async fn act(app: &TestApp, line: &Value, act: &str, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(&format!("/statement-lines/{}/{act}", text(line, "/id")), body).await
}

fn state(line: &Value) -> String {
    text(line, "/match/state")
}

fn reasons(line: &Value) -> Vec<String> {
    line["match"]["reasons"].as_array().unwrap().iter().map(|reason| text(reason, "/code")).collect()
}

/// As Belgian invoices print it: ten digits, and what is left of them by 97 (0 is 97).
async fn a_reference_with_check_digits_settles_what_it_was_made_of(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let (invoice, other) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "110.00").await);
    let reference = |invoice: &Value, wrong: u64| {
        let digits: String = text(invoice, "/number").chars().filter(char::is_ascii_digit).collect();
        let number: u64 = digits.parse().unwrap();
        assert!(digits.len() <= 10, "{digits}");
        let check = match (number + wrong) % 97 {
            0 => 97,
            rest => rest,
        };
        let printed = format!("{number:010}{check:02}");
        format!("+++{}/{}/{}+++", &printed[..3], &printed[3..7], &printed[7..])
    };
    let payer = "上海远航贸易有限公司";
    let (wrong, right) = (reference(&other, 1), reference(&invoice, 0));
    let imported =
        bring_in(app, &statement("1", 0, &[moved(11_000, &wrong, payer), moved(11_000, &right, payer)])).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 1 }]), "{imported}");
    assert_eq!((app.standing(&invoice).await, app.standing(&other).await), ("paid 0.00".into(), "open 110.00".into()));
    let lines = lines(app, &imported).await;
    assert_eq!((state(&lines[0]), state(&lines[1])), ("open".into(), "matched".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_line_settles_what_it_names(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let other = app.invoice(&customer, "70.00").await;
    let number = text(&invoice, "/number");
    let loose = text(&other, "/number").to_lowercase().replace('-', " ");
    let file = statement(
        "1",
        100_000,
        &[moved(11_000, &number, "上海远航贸易有限公司"), moved(7_000, &format!("货款 {loose}"), "上海远航")],
    );
    let preview = send(&app.api, &file, &[("account", "1002"), ("dry_run", "true")]).await.expect(200);
    assert_eq!(preview["posted"][0]["tier"], "reference", "{preview}");
    assert_eq!(app.standing(&invoice).await, "open 110.00", "a dry run posts nothing");

    let imported = bring_in(app, &file).await;
    assert_eq!((&imported["lines"], &imported["open"], &imported["waiting"]), (&json!(2), &json!(0), &json!([])));
    assert_eq!(imported["warnings"], json!([]));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(app.standing(&other).await, "paid 0.00");
    assert_eq!(app.balance("1002").await, "180.00");
    let lines = lines(app, &imported).await;
    assert_eq!(reasons(&lines[0]), ["number", "amount", "name"]);
    let made = &lines[0]["match"]["entries"][0];
    assert_eq!((&made["made"], text(made, "/amount/amount")), (&json!(true), "110.00".to_owned()));
    let told = app.api.get(&format!("/statements/{}", text(&imported, "/statements/0"))).await.expect(200);
    assert_eq!(
        (&told["bank_number"], &told["from"], &told["status"]),
        (&json!("CN0012345678"), &json!(TODAY), &json!("open"))
    );
    assert_eq!((text(&told, "/opening/amount"), text(&told, "/closing/amount")), ("1000.00".into(), "1180.00".into()));
    assert_eq!(told["file"], "s", "as the form calls it");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn nothing_comes_in_twice(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let number = text(&invoice, "/number");
    // Two lines that say the very same are two.
    let same = [moved(500, "refund of postage", "Post"), moved(500, "refund of postage", "Post")];
    let [one, two] = same;
    let first = statement("1", 0, &[moved(11_000, &number, "客户"), one, two]);
    assert_eq!(bring_in(app, &first).await["lines"], 3);
    let again = bring_in(app, &first).await;
    assert_eq!((&again["known"], &again["statements"]), (&json!(3), &json!([])));
    assert_eq!(app.balance("1002").await, "110.00");
    // A file that has the same lines and one more.
    let longer = first
        .replace(":62F:", ":61:2611231123C1,00NTRFNONREF//1-9\r\n:86:166?20more\r\n:62F:")
        .replace("C261123CNY120,00", "C261123CNY121,00");
    let more = bring_in(app, &longer).await;
    assert_eq!((&more["lines"], &more["known"], &more["warnings"]), (&json!(4), &json!(3), &json!([])), "{more}");
    let all = app.api.get("/statements").await.expect(200);
    assert_eq!(rows(&all).iter().map(|one| one["lines"].clone()).collect::<Vec<_>>(), [json!(1), json!(3)]);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_broken_file_changes_nothing(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let good = statement("1", 0, &[moved(11_000, &text(&invoice, "/number"), "客户")]);
    let broken = good.replace(":62F:", ":61:26112X1123C1,00NTRF\r\n:62F:");
    let reply = send(&app.api, &broken, &[("account", "1002")]).await;
    let problem = reply.problem(422, "statement_broken_at");
    let detail = text(&problem, "/detail");
    assert!(detail.contains("at line 7: The value date cannot be read: :61:26112X"), "{detail}");
    let reply = send(&app.api.speaking("zh-CN"), &broken, &[("account", "1002")]).await;
    let detail = text(&reply.problem(422, "statement_broken_at"), "/detail");
    assert!(detail.contains("文件第 7 行无法读取：起息日无法识别"), "{detail}");
    assert_eq!(rows(&app.api.get("/statements").await.expect(200)).len(), 0);
    assert_eq!((app.standing(&invoice).await, app.balance("1002").await), ("open 110.00".into(), "0.00".into()));
    assert_eq!(bring_in(app, &good).await["known"], 0, "what was taken away is not known");
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
}

async fn two_answers_as_good_as_each_other_wait(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let one = app.invoice(&customer, "110.00").await;
    let two = app.invoice(&customer, "110.00").await;
    let imported = bring_in(app, &statement("1", 0, &[moved(11_000, "thanks", "上海远航贸易有限公司")])).await;
    assert_eq!(imported["posted"], json!([]));
    let line = &lines(app, &imported).await[0];
    assert_eq!((state(line), &line["match"]["tied"]), ("open".to_owned(), &json!(true)));
    let candidates: Vec<String> =
        line["match"]["candidates"].as_array().unwrap().iter().map(|c| text(c, "/invoices/0/number")).collect();
    assert_eq!(candidates.len(), 2);
    assert_eq!((app.standing(&one).await, app.standing(&two).await), ("open 110.00".into(), "open 110.00".into()));
    // A person may know.
    let body = json!({ "customer": customer, "invoices": [{ "invoice": two["id"], "amount": cny("110.00") }] });
    let matched = act(app, line, "match", &body).await.expect(201);
    assert_eq!((text(&matched, "/match/tier"), state(&matched)), ("hand".to_owned(), "matched".to_owned()));
    assert_eq!((app.standing(&one).await, app.standing(&two).await), ("open 110.00".into(), "paid 0.00".into()));
}

async fn a_payment_that_is_there_is_linked_and_not_posted_twice(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let body = json!({ "customer": customer, "method": "bank_transfer", "amount": cny("110.00"), "received_on": TODAY,
        "reference": "EB-77123", "allocations": [{ "invoice": invoice["id"], "amount": cny("110.00") }] });
    let payment = app.api.post("/payments", &body).await.expect(201);
    let imported = bring_in(app, &statement("1", 0, &[moved(11_000, "EB-77123", "客户")])).await;
    assert_eq!(imported["posted"][0], json!({ "tier": "reference", "lines": 1 }), "{imported}");
    let line = &lines(app, &imported).await[0];
    assert_eq!(line["match"]["entries"][0]["made"], json!(false));
    assert_eq!((app.balance("1002").await, app.standing(&invoice).await), ("110.00".into(), "paid 0.00".into()));
    // Undone, the payment stays.
    act(app, line, "unmatch", &json!({ "reason": "x" })).await.expect(200);
    let payment = app.api.get(&format!("/payments/{}", text(&payment, "/id"))).await.expect(200);
    assert_eq!((text(&payment, "/status"), app.balance("1002").await), ("succeeded".into(), "110.00".into()));
}

async fn what_a_bank_kept_and_what_is_given_up_are_posted_with_the_match(app: &TestApp) {
    let customer = app.customer("客户").await;
    let [one, two, three] = [
        app.invoice(&customer, "110.00").await,
        app.invoice(&customer, "220.00").await,
        app.invoice(&customer, "330.00").await,
    ];
    let sent = [
        moved(10_000, "less a fee", "A"),
        moved(21_560, "less two percent", "B"),
        moved(32_999, "a cent", "C"),
        moved(-1_250, "account maintenance", "示例银行"),
        moved(5_000, "too much", "D"),
    ];
    let imported = bring_in(app, &statement("1", 0, &sent)).await;
    let lines = lines(app, &imported).await;
    let pay = |invoice: &Value, paid: &str, settle: &str, less: &str| {
        json!({ "customer": customer, "invoices": [{ "invoice": invoice["id"], "amount": cny(paid), "settle": settle,
            "settle_amount": cny(less) }] })
    };
    let fee = act(app, &lines[0], "match", &pay(&one, "100.00", "fee", "10.00")).await.expect(201);
    assert_eq!(fee["match"]["entries"].as_array().unwrap().len(), 2, "the payment and what the bank kept of it");
    act(app, &lines[1], "match", &pay(&two, "215.60", "discount", "4.40")).await.expect(201);
    act(app, &lines[2], "match", &pay(&three, "329.99", "small_difference", "0.01")).await.expect(201);
    let charge = act(app, &lines[3], "match", &json!({ "account": "5603", "memo": "Charges" })).await.expect(201);
    assert_eq!(text(&charge, "/match/entries/0/amount/amount"), "-12.50");
    act(app, &lines[4], "match", &json!({ "customer": customer })).await.expect(201);
    for invoice in [&one, &two, &three] {
        assert_eq!(app.standing(invoice).await, "paid 0.00");
    }
    // All that came, as the bank has it.
    assert_eq!(app.balance("1002").await, "683.09");
    assert_eq!(app.balance("2203").await, "-50.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_is_given_up_with_a_match_takes_a_second_person(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "20100.02").await;
    let imported = bring_in(app, &statement("1", 0, &[moved(1_010_001, "far too little", "A")])).await;
    let line = &lines(app, &imported).await[0];
    let pay = |settle: &str| {
        json!({ "customer": customer, "invoices": [{ "invoice": invoice["id"], "amount": cny("10100.01"), "settle": settle,
            "settle_amount": cny("10000.01") }] })
    };
    for settle in ["fee", "discount", "small_difference"] {
        act(app, line, "match", &pay(settle)).await.problem(409, "second_person_needed");
    }
    assert_eq!((app.standing(&invoice).await, app.balance("1002").await), ("open 20100.02".into(), "0.00".into()));
    let other = app.key_of(Role::FinanceManager, None).await;
    other.post(&format!("/statement-lines/{}/match", text(line, "/id")), &pay("fee")).await.expect(201);
    assert_eq!((app.standing(&invoice).await, app.balance("1002").await), ("paid 0.00".into(), "10100.01".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_banks_keep_of_an_invoice_adds_up(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "30000.02").await;
    let sent = [moved(500_000, "a part", "A"), moved(500_000, "another", "A"), moved(500_000, "and another", "A")];
    let imported = bring_in(app, &statement("1", 0, &sent)).await;
    let lines = lines(app, &imported).await;
    let kept = |amount: &str, fee: &str| json!({ "invoice": invoice["id"], "amount": cny(amount), "settle": "fee", "settle_amount": cny(fee) });
    let pay = |parts: &[Value]| json!({ "customer": customer, "invoices": parts });
    let one = pay(&[kept("5000.00", "6000.00")]);
    act(app, &lines[0], "match", &one).await.expect(201);
    // Each is below the limit, and both together are not; neither are two of one line, nor a write-off beside them.
    act(app, &lines[1], "match", &pay(&[kept("5000.00", "4000.01")])).await.problem(409, "second_person_needed");
    let halves = [kept("2500.00", "2000.00"), kept("2500.00", "2000.01")];
    act(app, &lines[1], "match", &pay(&halves)).await.problem(409, "second_person_needed");
    let write_off = format!("/invoices/{}/write-off", text(&invoice, "/id"));
    let give_up = json!({ "reason": "bad_debt", "amount": cny("4000.01") });
    app.api.post(&write_off, &give_up).await.problem(409, "second_person_needed");
    act(app, &lines[1], "match", &pay(&[kept("5000.00", "4000.00")])).await.expect(201);
    // What is taken back does not count.
    act(app, &lines[0], "unmatch", &json!({ "reason": "x" })).await.expect(200);
    act(app, &lines[2], "match", &one).await.expect(201);
    act(app, &lines[0], "match", &pay(&[kept("5000.00", "0.01")])).await.problem(409, "second_person_needed");
    assert_eq!(app.standing(&invoice).await, "partially_paid 10000.02");
    tamper(app, "UPDATE invoices SET charges_minor = 1 WHERE charges_minor <> 0");
    let told = app.findings();
    assert!(
        told.iter().any(|one| one.starts_with("charges_differ") && one.contains(&text(&invoice, "/id"))),
        "{told:#?}"
    );
    tamper(app, "UPDATE invoices SET charges_minor = 1000000 WHERE charges_minor <> 0");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn undoing_a_match_leaves_everything_as_before(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (one, two) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "220.00").await);
    let sent = [moved(10_000, "x", "A"), moved(21_560, "y", "B"), moved(-1_250, "z", "C")];
    let imported = bring_in(app, &statement("1", 0, &sent)).await;
    let before = app.api.get(&format!("/reports/trial-balance?as_of={TODAY}")).await.expect(200);
    let (was_one, was_two) = (app.again(&one).await, app.again(&two).await);
    let lines = lines(app, &imported).await;
    let pay = |invoice: &Value, paid: &str, settle: &str, less: &str| {
        json!({ "customer": customer, "invoices": [{ "invoice": invoice["id"], "amount": cny(paid), "settle": settle,
            "settle_amount": cny(less) }] })
    };
    act(app, &lines[0], "match", &pay(&one, "100.00", "fee", "10.00")).await.expect(201);
    act(app, &lines[1], "match", &pay(&two, "215.60", "discount", "4.40")).await.expect(201);
    act(app, &lines[2], "match", &json!({ "account": "5603" })).await.expect(201);
    for line in &lines {
        let undone = act(app, line, "unmatch", &json!({ "reason": "Wrong customer" })).await.expect(200);
        assert_eq!(state(&undone), "open");
        act(app, line, "unmatch", &json!({ "reason": "x" })).await.problem(409, "line_not_matched");
    }
    let after = app.api.get(&format!("/reports/trial-balance?as_of={TODAY}")).await.expect(200);
    let balances = |report: &Value| -> Vec<(String, String)> {
        rows_of(report)
            .iter()
            .map(|row| (text(row, "/account"), text(row, "/balance/amount")))
            .filter(|(_, b)| b != "0.00")
            .collect()
    };
    assert_eq!(balances(&after), balances(&before));
    for (was, invoice) in [(was_one, &one), (was_two, &two)] {
        let now = app.again(invoice).await;
        assert_eq!((&now["status"], &now["balance"]), (&was["status"], &was["balance"]));
    }
    // And it can be matched again.
    act(app, &lines[0], "match", &pay(&one, "100.00", "fee", "10.00")).await.expect(201);
    assert_eq!(app.findings(), Vec::<String>::new());
}

fn rows_of(report: &Value) -> &Vec<Value> {
    report["rows"].as_array().unwrap()
}

async fn a_person_teaches_who_pays(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (one, two) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "220.00").await);
    let by_account = |minor| Moved { minor, text: "thanks", payer: "Somebody Else Holding", account: "CN998877" };
    let first = bring_in(app, &statement("1", 0, &[by_account(11_000)])).await;
    assert_eq!(first["posted"], json!([]), "nobody knows who that is");
    let line = &lines(app, &first).await[0];
    let body = json!({ "customer": customer, "invoices": [{ "invoice": one["id"], "amount": cny("110.00") }] });
    act(app, line, "match", &body).await.expect(201);
    let second = bring_in(app, &statement("2", 11_000, &[by_account(22_000)])).await;
    assert_eq!(second["posted"][0]["tier"], "payer", "{second}");
    assert_eq!(app.standing(&two).await, "paid 0.00");
    // Who takes back what taught it takes back the lesson.
    act(app, line, "unmatch", &json!({ "reason": "another customer's" })).await.expect(200);
    app.invoice(&customer, "330.00").await;
    let third = bring_in(app, &statement("3", 33_000, &[by_account(33_000)])).await;
    assert_eq!(third["posted"], json!([]), "{third}");
}

async fn what_does_not_come_to_the_same_is_refused(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let entry = app
        .api
        .post(
            "/journal-entries",
            &json!({ "date": TODAY, "memo": "m", "lines": [
        { "account": "1002", "debit": cny("7.00") }, { "account": "3001", "credit": cny("7.00") } ] }),
        )
        .await
        .expect(201);
    let sent = [moved(800, "x", "A"), moved(-800, "y", "B")];
    let imported = bring_in(app, &statement("1", 0, &sent)).await;
    let lines = lines(app, &imported).await;
    let (came, went) = (&lines[0], &lines[1]);
    let link = json!({ "entries": [entry["id"]] });
    let problem = act(app, came, "match", &link).await.problem(409, "match_differs");
    assert!(text(&problem, "/detail").contains("8.00") && text(&problem, "/detail").contains("7.00"), "{problem}");
    act(app, went, "match", &json!({ "customer": customer })).await.problem(409, "money_went_out");
    act(app, came, "match", &json!({})).await.wrong_field("/customer");
    act(app, came, "match", &json!({ "account": "1002" })).await.wrong_field("/account");
    act(app, came, "match", &json!({ "account": "9999" })).await.wrong_field("/account");
    let above = json!({ "customer": customer, "invoices": [{ "invoice": invoice["id"], "amount": cny("9.00") }] });
    assert_eq!(act(app, came, "match", &above).await.status, 409);
    act(app, came, "ignore", &json!({ "reason": "Not ours" })).await.expect(200);
    // Both ways in one match.
    let both = json!({ "account": "571199", "lines": [went["id"]] });
    let nothing = act(app, came, "match", &both).await;
    assert!(nothing.status == 409 || nothing.status == 422, "nothing to post: {}", nothing.text());
    assert_eq!(app.balance("1002").await, "7.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn one_entry_is_matched_once_however_many_ask(app: &TestApp) {
    let entry = app
        .api
        .post(
            "/journal-entries",
            &json!({ "date": TODAY, "memo": "m", "lines": [
        { "account": "1002", "debit": cny("8.00") }, { "account": "3001", "credit": cny("8.00") } ] }),
        )
        .await
        .expect(201);
    let sent: Vec<Moved<'_>> = (0..6).map(|_| moved(800, "unlike", "Nobody")).collect();
    let file = statement("1", 0, &sent);
    app.clock.advance(SignedDuration::from_secs(1));
    let imported = send(&app.api, &file, &[("account", "1002"), ("post_from", "1001")]).await.expect(201);
    let lines = lines(app, &imported).await;
    let link = json!({ "entries": [entry["id"]] });
    let replies = join_all(lines.iter().map(|line| {
        let path = format!("/statement-lines/{}/match", text(line, "/id"));
        let link = &link;
        async move { app.api.post(&path, link).await }
    }))
    .await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn bad_files_and_accounts_are_told(app: &TestApp) {
    let good = statement("1", 0, &[moved(800, "x", "A")]);
    send(&app.api, &good, &[("account", "1122")]).await.wrong_field("/account");
    send(&app.api, &good, &[("account", "")]).await.wrong_field("/account");
    send(&app.api, &good, &[("account", "1002"), ("format", "pdf")]).await.wrong_field("/format");
    send(&app.api, &good, &[("account", "1002"), ("post_from", "much")]).await.wrong_field("/post_from");
    send(&app.api, "", &[("account", "1002")]).await.wrong_field("/file");
    let told = send(&app.api, "%PDF-1.7", &[("account", "1002")]).await.problem(422, "statement_broken");
    assert!(text(&told, "/detail").contains("PDF"), "{told}");
    app.api.get("/statements/stm_01h455vb4pex5vsknk084sn02q").await.problem(404, "statement_not_found");
    app.api.get("/statements/stm_01h455vb4pex5vsknk084sn02q/lines").await.problem(404, "statement_not_found");
    let missing = json!({ "account": "5603" });
    app.api
        .post("/statement-lines/stl_01h455vb4pex5vsknk084sn02q/match", &missing)
        .await
        .problem(404, "statement_line_not_found");
    // The same number cannot be two accounts of the books.
    let imported = bring_in(app, &good).await;
    let id = text(&imported, "/statements/0");
    app.api.get(&format!("/statements/{id}/lines?state=lost")).await.wrong_field("/state");
    let other = app.another_organisation().await;
    other.get(&format!("/statements/{id}")).await.problem(404, "statement_not_found");
}

async fn changes_of_matches_behind_the_door_are_named(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let imported = bring_in(app, &statement("1", 0, &[moved(11_000, &text(&invoice, "/number"), "客户")])).await;
    let line = lines(app, &imported).await[0].clone();
    let (line, found) = (text(&line, "/id"), text(&line, "/match/id"));
    for (change, back, code, of) in [
        (
            "statement_lines SET state = 'open'",
            "statement_lines SET state = 'matched'",
            "statement_line_differs",
            &line,
        ),
        ("match_lines SET amount_minor = 1", "match_lines SET amount_minor = 11000", "match_differs", &found),
        ("match_entries SET amount_minor = 1", "match_entries SET amount_minor = 11000", "match_differs", &found),
        (
            "statements SET line_count = 2",
            "statements SET line_count = 1",
            "statement_differs",
            &text(&imported, "/statements/0"),
        ),
    ] {
        tamper(app, &format!("UPDATE {change}"));
        let findings = app.findings();
        assert!(findings.iter().any(|told| told.starts_with(code) && told.contains(of)), "{change}\n{findings:#?}");
        tamper(app, &format!("UPDATE {back}"));
        assert_eq!(app.findings(), Vec::<String>::new(), "{back}");
    }
}

async fn who_names_a_settled_invoice_does_not_pay_another(app: &TestApp) {
    let customer = app.customer("客户").await;
    let settled = app.invoice(&customer, "110.00").await;
    let other = app.invoice(&customer, "110.00").await;
    let number = text(&settled, "/number");
    bring_in(app, &statement("1", 0, &[moved(11_000, &number, "客户")])).await;
    assert_eq!(app.standing(&settled).await, "paid 0.00");
    // Another file says it again: paid twice, or meant for the other; a person decides, now and after lines were compared again.
    let again = bring_in(app, &statement("2", 11_000, &[moved(11_000, &format!("{number} again"), "客户")])).await;
    assert_eq!(again["posted"], json!([]));
    assert_eq!(app.standing(&other).await, "open 110.00");
    let line = &lines(app, &again).await[0];
    let score = text(line, "/match/score");
    assert!(score.as_str() < "0.980", "it is not sure: {line}");
}

async fn a_second_currency_of_a_file_finds_its_own_entries(app: &TestApp) {
    let body = json!({ "base": "USD", "quote": "CNY", "rate": "7.10", "valid_from": "2026-11-01" });
    app.api.post("/exchange-rates", &body).await.expect(201);
    for (currency, reference) in [("CNY", "EB-77123"), ("USD", "EB-88456")] {
        let customer = app.customer_with(json!({ "name": currency, "country": "CN", "currency": currency })).await;
        let body = json!({ "customer": customer, "method": "bank_transfer", "amount": money(currency, "110.00"),
            "received_on": TODAY, "reference": reference });
        app.api.post("/payments", &body).await.expect(201);
    }
    let yuan = statement("1", 0, &[moved(11_000, "EB-77123", "CNY")]);
    let dollars =
        statement("2", 0, &[moved(11_000, "EB-88456", "USD")]).replace("CNY1", "USD1").replace("CNY0", "USD0");
    let imported = bring_in(app, &format!("{yuan}{dollars}")).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 2 }]), "{imported}");
    let again = bring_in(app, &format!("{yuan}{dollars}")).await;
    assert_eq!((&again["known"], &again["statements"]), (&json!(2), &json!([])), "{again}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_waits_is_compared_again_once_something_was_posted(app: &TestApp) {
    let customer = app.customer("客户").await;
    let imported = bring_in(app, &statement("1", 0, &[moved(11_000, "货款", "客户")])).await;
    assert_eq!((&imported["open"], &imported["waiting"]), (&json!(1), &json!([])), "nothing is owed yet");
    let mut watch = reconciliation::Watch::default();
    let mut renew = || tokio::task::block_in_place(|| watch.renew(&app.house.app, app.organisation).unwrap());
    assert_eq!(renew(), 0, "nothing was ever posted");
    app.invoice(&customer, "110.00").await;
    assert_eq!(renew(), 1);
    let line = &lines(app, &imported).await[0];
    assert_eq!((state(line), reasons(line)), ("open".into(), vec!["amount".into(), "name".into()]), "{line}");
    assert_eq!(renew(), 0, "nothing was posted since");
    app.invoice(&customer, "70.00").await;
    assert_eq!(renew(), 0, "what was posted since changes nothing for it");
}

async fn a_line_shows_what_the_bank_wrote(app: &TestApp) {
    // More than one page, all within one millisecond of the clock: whose row is whose does not hang on the order of ids.
    let said: Vec<String> = (0..250).map(|nth| format!("gift {nth}")).collect();
    let account = |nth: i64| format!("DE{nth:020}");
    let accounts: Vec<String> = (0..250).map(account).collect();
    let sent: Vec<Moved<'_>> = (1..)
        .zip(said.iter().zip(&accounts))
        .map(|(minor, (text, account))| Moved { account, ..moved(minor, text, "A") })
        .collect();
    let imported = bring_in(app, &statement("1", 0, &sent)).await;
    assert_eq!(imported["lines"], 250);
    let statement = text(&imported, "/statements/0");
    let mut lines = rows(&app.api.get(&format!("/statements/{statement}/lines?limit=200")).await.expect(200)).clone();
    lines.truncate(120);
    for line in lines.iter().step_by(17) {
        let shown = app.api.get(&format!("/statement-lines/{}", text(line, "/id"))).await.expect(200);
        assert_eq!((&shown["text"], &shown["match"]), (&line["text"], &line["match"]));
        let said = text(line, "/text");
        let nth: i64 =
            said.split_whitespace().nth(2).and_then(|nth| nth.parse().ok()).unwrap_or_else(|| panic!("{said}"));
        let row = text(&shown, "/as_written");
        assert!(row.starts_with(":61:") && row.contains(&format!("//1-{nth}")) && row.contains("?00X?20gift"), "{row}");
        assert_eq!(text(&shown, "/counterparty_account"), account(nth));
    }
    let id = text(&lines[0], "/id");
    app.another_organisation()
        .await
        .get(&format!("/statement-lines/{id}"))
        .await
        .problem(404, "statement_line_not_found");
}
