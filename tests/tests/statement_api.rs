//! What the desk of bank statements does, asked for by a program: notes, entries that are free, lines that are looked for, taken up,
//! compared again and accepted together.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TODAY, TestApp, both, cny, rows};
use crate::reconciliation::{Moved, act, lines, moved, send, statement};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

both! {
    a_line_is_taken_up_again_and_a_reason_is_asked_for,
    a_note_asks_a_colleague,
    lines_are_looked_for_by_words_and_amount,
    entries_that_are_free_are_offered,
    open_lines_are_compared_with_the_books_again,
    a_tier_is_previewed_and_accepted,
    named_lines_alone_are_accepted,
    what_the_books_refuse_stops_no_other_line,
    a_program_asks_whether_a_file_is_in,
    a_match_tells_whose_it_is_and_what_it_settled,
}

const NAME: &str = "上海远航贸易有限公司";

/// Brings a file in, of which nothing is posted by itself.
async fn bring_in(app: &TestApp, number: &str, sent: &[Moved<'_>]) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    let fields = [("account", "1002"), ("post_from", "1001")];
    send(&app.api, &statement(number, 0, sent), &fields).await.expect(201)
}

fn address(imported: &Value) -> String {
    format!("/statements/{}", text(imported, "/statements/0"))
}

async fn post(app: &TestApp, path: &str, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(path, body).await
}

async fn again(app: &TestApp, line: &Value) -> Value {
    app.api.get(&format!("/statement-lines/{}", text(line, "/id"))).await.expect(200)
}

/// Somebody of the desk, and who that is.
async fn colleague(app: &TestApp) -> (Caller, String) {
    let email = app.staff(Role::Accountant).await;
    let users = app.api.get("/users").await.expect(200);
    let user = rows(&users).iter().find(|user| user["email"] == email.as_str()).unwrap();
    (app.nobody.signed_in(&email, PASSWORD).await, text(user, "/id"))
}

async fn a_line_is_taken_up_again_and_a_reason_is_asked_for(app: &TestApp) {
    let line = &lines(app, &bring_in(app, "1", &[moved(-1_250, "charges", "B")]).await).await[0];
    for reason in [json!({}), json!({ "reason": "" }), json!({ "reason": " " }), json!({ "reason": "x".repeat(201) })] {
        act(app, line, "ignore", &reason).await.wrong_field("/reason");
        act(app, line, "unmatch", &reason).await.wrong_field("/reason");
    }
    assert_eq!(text(&again(app, line).await, "/match/state"), "open");
    let aside = act(app, line, "ignore", &json!({ "reason": "Private" })).await.expect(200);
    assert_eq!(text(&aside, "/match/state"), "ignored");
    let path = format!("/statement-lines/{}/take-up", text(line, "/id"));
    app.clock.advance(SignedDuration::from_secs(1));
    let up = app.api.post_once(&path, "up-1", &json!({})).await;
    assert_eq!(text(&up.expect(200), "/match/state"), "open");
    // The key stands for that one time, whatever became of the line since.
    act(app, line, "ignore", &json!({ "reason": "Private" })).await.expect(200);
    assert_eq!(app.api.post_once(&path, "up-1", &json!({})).await.text(), up.text());
    assert_eq!(text(&again(app, line).await, "/match/state"), "ignored");
    post(app, &path, &json!({ "reason": "x" })).await.wrong_field("/reason");
    post(app, &path, &json!({})).await.expect(200);
    act(app, line, "match", &json!({ "account": "5603" })).await.expect(201);
    post(app, &path, &json!({})).await.problem(409, "line_matched");
}

async fn a_note_asks_a_colleague(app: &TestApp) {
    let imported = bring_in(app, "1", &[moved(700, "who is this", "Somebody")]).await;
    let line = &lines(app, &imported).await[0];
    assert_eq!(again(app, line).await["notes"], json!([]));
    let (desk, person) = colleague(app).await;
    for (note, pointer) in [
        (json!({}), "/text"),
        (json!({ "text": " " }), "/text"),
        (json!({ "text": "x".repeat(2001) }), "/text"),
        (json!({ "text": "x", "asked": "nobody" }), "/asked"),
        (json!({ "text": "x", "asked": "usr_01h455vb4pex5vsknk084sn02q" }), "/asked"),
    ] {
        act(app, line, "notes", &note).await.wrong_field(pointer);
    }
    let first = act(app, line, "notes", &json!({ "text": "From the shop" })).await.expect(201);
    assert_eq!((text(&first, "/text"), &first["asked"]), ("From the shop".to_owned(), &json!(null)));
    assert!(text(&first, "/by").starts_with("key_") && text(&first, "/at").starts_with(TODAY), "{first}");
    let path = format!("/statement-lines/{}/notes", text(line, "/id"));
    let asks = json!({ "text": "Do you know them?", "asked": person });
    app.clock.advance(SignedDuration::from_secs(1));
    let second = app.api.post_once(&path, "note-1", &asks).await.expect(201);
    assert_eq!(app.api.post_once(&path, "note-1", &asks).await.expect(201), second);
    assert_eq!(again(app, line).await["notes"], json!([first, second]), "each once, the oldest first");
    let shown = desk.get(&address(&imported)).await.text();
    assert!(shown.contains("Do you know them?"), "{shown}");
}

async fn lines_are_looked_for_by_words_and_amount(app: &TestApp) {
    let sent =
        [moved(11_000, "rent of May", "Alpha"), moved(-1_250, "charges 100%", "Beta"), moved(22_000, "x", "alphabet")];
    let path = format!("{}/lines", address(&bring_in(app, "1", &sent).await));
    let found = async |query: &str| -> Vec<String> {
        let list = app.api.get(&format!("{path}?{query}")).await.expect(200);
        rows(&list).iter().rev().map(|line| text(line, "/amount/amount")).collect()
    };
    for (query, wanted) in [
        ("query=", &["110.00", "-12.50", "220.00"][..]),
        ("query=ALPHA", &["110.00", "220.00"]),
        ("query=rent%20of", &["110.00"]),
        ("query=12.50", &["-12.50"]),
        ("query=-12.5", &["-12.50"]),
        ("query=0%25", &["-12.50"]),
        ("query=_", &[]),
        ("query=alpha&state=matched", &[]),
        ("query=alpha&state=open&limit=1", &["220.00"]),
    ] {
        assert_eq!(found(query).await, wanted, "{query}");
    }
}

async fn entries_that_are_free_are_offered(app: &TestApp) {
    let customer = app.customer(NAME).await;
    app.pay(&customer, cny("60.00"), &[]).await.expect(201);
    let fee = json!({ "date": TODAY, "memo": "Account maintenance", "lines": [
        { "account": "5603", "debit": cny("12.50") }, { "account": "1002", "credit": cny("12.50") } ] });
    app.api.post("/journal-entries", &fee).await.expect(201);
    let all = lines(app, &bring_in(app, "1", &[moved(6_000, "x", "A"), moved(-1_250, "y", "B")]).await).await;
    let entries = async |line: &Value, query: &str| -> Vec<Value> {
        let path = format!("/statement-lines/{}/entries{query}", text(line, "/id"));
        rows(&app.api.get(&path).await.expect(200)).clone()
    };
    let [sixty] = &entries(&all[0], "").await[..] else { panic!("one entry of sixty") };
    let told = ["/date", "/kind", "/customer", "/customer_name"].map(|field| text(sixty, field));
    assert_eq!(told, [TODAY, "payment", &customer, NAME]);
    assert_eq!(sixty["amount"], cny("60.00"));
    let [fee] = &entries(&all[1], "").await[..] else { panic!("one entry of 12.50") };
    assert_eq!((&fee["amount"], &fee["customer"]), (&cny("-12.50"), &json!(null)));
    assert_eq!(entries(&all[0], "?query=maintenance").await, std::slice::from_ref(fee));
    assert_eq!(entries(&all[1], "?query=60").await, std::slice::from_ref(sixty));
    assert_eq!(entries(&all[0], "?query=nothing%20of%20the%20kind").await, Vec::<Value>::new());
    // What a line is matched with is free no more.
    act(app, &all[0], "match", &json!({ "entries": [sixty["id"]] })).await.expect(201);
    assert_eq!(entries(&all[1], "?query=60").await, Vec::<Value>::new());
    let strangers = app.another_organisation().await;
    strangers.get(&format!("/statement-lines/{}/entries", text(&all[1], "/id"))).await.expect(404);
}

async fn open_lines_are_compared_with_the_books_again(app: &TestApp) {
    let customer = app.customer(NAME).await;
    let imported = bring_in(app, "1", &[moved(11_000, "thanks", NAME), moved(-77, "y", "B")]).await;
    let compare = format!("{}/compare", address(&imported));
    app.invoice(&customer, "110.00").await;
    app.clock.advance(SignedDuration::from_secs(1));
    let first = app.api.post_once(&compare, "compare-1", &json!({})).await;
    assert_eq!(first.expect(200), json!({ "lines": 2, "changed": 1 }));
    let line = &lines(app, &imported).await[0];
    assert_eq!(line["match"]["candidates"].as_array().unwrap().len(), 1, "nothing is posted: {line}");
    assert_eq!(post(app, &compare, &json!({})).await.expect(200), json!({ "lines": 2, "changed": 0 }));
    let kept = app.api.post_once(&compare, "compare-1", &json!({})).await;
    assert_eq!((kept.text(), kept.header("idempotent-replayed")), (first.text(), "true"));
    let nobodys = "/statements/stm_01h455vb4pex5vsknk084sn02q/compare";
    post(app, nobodys, &json!({})).await.problem(404, "statement_not_found");
}

/// Two invoices that lines name in full, two between which a line decides nothing, and a line of which nothing is known.
async fn a_month(app: &TestApp) -> (Vec<Value>, Value) {
    let customer = app.customer(NAME).await;
    let one = app.invoice(&customer, "110.00").await;
    let two = app.invoice(&customer, "220.00").await;
    let (first, second) = (text(&one, "/number"), text(&two, "/number"));
    let sent =
        [moved(11_000, &first, NAME), moved(22_000, &second, NAME), moved(21_000, &second, NAME), moved(5, "?", "B")];
    (vec![one, two], bring_in(app, "1", &sent).await)
}

fn ids(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|line| text(line, "/id")).collect()
}

async fn a_tier_is_previewed_and_accepted(app: &TestApp) {
    let (invoices, imported) = a_month(app).await;
    let accept = format!("{}/accept", address(&imported));
    for (body, pointer) in [
        (json!({}), "/tier"),
        (json!({ "tier": "hunch" }), "/tier"),
        (json!({ "tier": "reference", "score": "98" }), "/score"),
        (json!({ "tier": "reference", "lines": ["x"] }), "/lines/0"),
        (json!({ "tier": "reference", "lines": ["stl_01h455vb4pex5vsknk084sn02q"] }), "/lines/0"),
        (json!({ "tier": "reference", "lines": vec!["stl_01h455vb4pex5vsknk084sn02q"; 201] }), "/lines"),
    ] {
        post(app, &accept, &body).await.wrong_field(pointer);
    }
    let all = ids(&lines(app, &imported).await);
    let preview = post(app, &accept, &json!({ "tier": "reference", "preview": true })).await.expect(200);
    assert_eq!(
        (&preview["preview"], &preview["posted"], &preview["sum"], &preview["score"]),
        (&json!(true), &json!(all[..2]), &cny("330.00"), &json!("0.980")),
        "{preview}"
    );
    let [left] = &preview["left_out"].as_array().unwrap()[..] else { panic!("{preview}") };
    assert_eq!((text(left, "/line"), &preview["refused"]), (all[2].clone(), &json!([])));
    assert!(["unsure", "gives_up"].contains(&text(left, "/code").as_str()), "{left}");
    assert!(text(left, "/detail").contains("left out"), "{left}");
    assert_eq!(app.standing(&invoices[0]).await, "open 110.00", "a preview posts nothing");

    app.clock.advance(SignedDuration::from_secs(1));
    let done = app.api.post_once(&accept, "accept-1", &json!({ "tier": "reference" })).await;
    let told = done.expect(200);
    assert_eq!(
        (&told["preview"], &told["posted"], &told["sum"], &told["left_out"], &told["has_more"]),
        (&json!(false), &json!(all[..2]), &cny("330.00"), &preview["left_out"], &json!(false)),
    );
    assert_eq!([app.standing(&invoices[0]).await, app.standing(&invoices[1]).await], ["paid 0.00", "paid 0.00"]);
    assert_eq!(app.balance("1002").await, "330.00");
    let kept = app.api.post_once(&accept, "accept-1", &json!({ "tier": "reference" })).await;
    assert_eq!((kept.text(), kept.header("idempotent-replayed")), (done.text(), "true"));
    assert_eq!(app.balance("1002").await, "330.00");
    let rest = post(app, &accept, &json!({ "tier": "reference" })).await.expect(200);
    assert_eq!((&rest["posted"], &rest["sum"]), (&json!([]), &cny("0.00")), "{rest}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn named_lines_alone_are_accepted(app: &TestApp) {
    let (invoices, imported) = a_month(app).await;
    let accept = format!("{}/accept", address(&imported));
    let all = lines(app, &imported).await;
    let names = ids(&all);
    let none = post(app, &accept, &json!({ "tier": "reference", "lines": [] })).await.expect(200);
    assert_eq!((&none["posted"], &none["left_out"]), (&json!([]), &json!([])));
    // Twice the same, one that a person decides, and one of another tier.
    let named = json!({ "tier": "reference", "lines": [names[1], names[1], names[2], names[3]] });
    let told = post(app, &accept, &named).await.expect(200);
    assert_eq!(told["posted"], json!([names[1]]), "{told}");
    assert_eq!(text(&told, "/left_out/0/line"), names[2]);
    let refused = ["/line", "/code"].map(|field| text(&told["refused"][0], field));
    assert_eq!(refused, [names[3].clone(), "candidate_gone".to_owned()]);
    assert_eq!([app.standing(&invoices[0]).await, app.standing(&invoices[1]).await], ["open 110.00", "paid 0.00"]);
    // What was matched meanwhile, and what somebody set aside, is refused with its reason.
    act(app, &all[0], "ignore", &json!({ "reason": "x" })).await.expect(200);
    let told = post(app, &accept, &json!({ "tier": "reference", "lines": names[..2] })).await.expect(200);
    let codes: Vec<String> = told["refused"].as_array().unwrap().iter().map(|one| text(one, "/code")).collect();
    assert_eq!((codes, &told["posted"]), (vec!["candidate_gone".to_owned(), "line_matched".to_owned()], &json!([])));
    let other = bring_in(app, "2", &[moved(3, "another", "B")]).await;
    let foreign = json!({ "tier": "reference", "lines": [names[0]] });
    post(app, &format!("{}/accept", address(&other)), &foreign).await.wrong_field("/lines/0");
}

async fn what_the_books_refuse_stops_no_other_line(app: &TestApp) {
    let (invoices, imported) = a_month(app).await;
    let names = ids(&lines(app, &imported).await);
    let credit = json!({ "reason": "Returned", "amount": cny("110.00") });
    let path = format!("/invoices/{}/credit-notes", text(&invoices[0], "/id"));
    app.api.post(&path, &credit).await.expect(201);
    // The lines say still what they said before the first invoice was credited.
    let body = json!({ "tier": "reference", "lines": names[..2] });
    let told = post(app, &format!("{}/accept", address(&imported)), &body).await.expect(200);
    assert_eq!((&told["posted"], &told["sum"]), (&json!([names[1]]), &cny("220.00")), "{told}");
    assert_eq!(text(&told, "/refused/0/line"), names[0]);
    assert!(!text(&told, "/refused/0/code").is_empty() && !text(&told, "/refused/0/detail").is_empty(), "{told}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_program_asks_whether_a_file_is_in(app: &TestApp) {
    let file = statement("1", 0, &[moved(700, "a gift", "Somebody")]);
    let hash: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let asked = async |filter: String| rows(&app.api.get(&format!("/statements?{filter}")).await.expect(200)).clone();
    assert_eq!(asked(format!("sha256={hash}")).await, Vec::<Value>::new());
    send(&app.api, &file, &[("account", "1002")]).await.expect(201);
    let [found] = &asked(format!("sha256={hash}")).await[..] else { panic!("one statement") };
    assert_eq!(text(found, "/sha256"), hash);
    let by_id = app.api.get(&format!("/statements/{}", text(found, "/id"))).await.expect(200);
    assert_eq!(by_id["sha256"], found["sha256"]);
    assert_eq!(asked(format!("sha256={}&account=1002", hash.to_uppercase())).await.len(), 1);
    assert_eq!(asked(format!("sha256={hash}&account=1001")).await.len(), 0);
    assert_eq!(asked("account=1002&limit=1".to_owned()).await.len(), 1);
    assert_eq!(asked(format!("sha256={}", "0".repeat(64))).await.len(), 0);
    app.api.get("/statements?sha256=abc").await.wrong_field("/sha256");
}

async fn a_match_tells_whose_it_is_and_what_it_settled(app: &TestApp) {
    let customer = app.customer(NAME).await;
    let (one, two) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "220.00").await);
    let all = lines(app, &bring_in(app, "1", &[moved(31_500, "x", "A"), moved(-1_250, "y", "B")]).await).await;
    let open = &all[0]["match"];
    assert_eq!((&open["customer"], &open["settled"]), (&json!(null), &json!([])));
    let part = |invoice: &Value, amount: &str, settle: &str, less: &str| json!({ "invoice": invoice["id"], "amount": cny(amount), "settle": settle, "settle_amount": cny(less) });
    let invoices = [part(&one, "100.00", "fee", "10.00"), part(&two, "215.00", "discount", "5.00")];
    let matched = act(app, &all[0], "match", &json!({ "customer": customer, "invoices": invoices })).await.expect(201);
    let settled = json!([
        { "invoice": one["id"], "as": "fee", "amount": cny("10.00") },
        { "invoice": two["id"], "as": "discount", "amount": cny("5.00") },
    ]);
    assert_eq!((text(&matched, "/match/customer"), &matched["match"]["settled"]), (customer, &settled));
    assert_eq!(again(app, &all[0]).await["match"], matched["match"]);
    let posted = act(app, &all[1], "match", &json!({ "account": "5603" })).await.expect(201);
    assert_eq!((&posted["match"]["customer"], &posted["match"]["settled"]), (&json!(null), &json!([])));
    let undone = act(app, &all[0], "unmatch", &json!({ "reason": "Other invoice" })).await.expect(200);
    assert_eq!((&undone["match"]["customer"], &undone["match"]["settled"]), (&json!(null), &json!([])));
}
