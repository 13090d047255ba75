//! Match rules: written, replayed, switched on, and then they take what comes in.

use crate::harness::trade::text;
use crate::harness::{Caller, Reply, TODAY, TestApp, both, cny, rows};
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

both! {
    what_is_wrong_with_a_rule_is_told,
    a_rule_is_replayed_before_it_is_switched_on,
    a_replay_says_what_contradicts_the_rule,
    a_new_version_is_replayed_again,
    fees_are_posted_by_the_rule_as_they_come_in,
    a_rule_sets_lines_aside_and_they_can_be_taken_up,
    earlier_rules_come_first,
    as_good_an_answer_waits_for_a_person,
    lines_that_wait_are_taken_when_a_rule_is_applied,
    rules_are_of_one_organisation_and_of_whom_may,
    a_rule_is_written_from_a_line_at_the_desk,
}

/// A line of a statement: money in above zero, in minor units; its text and who is on the other side.
type Moved<'a> = (i64, &'a str, &'a str);

fn figure(minor: i64) -> String {
    format!("{},{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// An MT940 file of one day.
fn statement(number: &str, lines: &[Moved<'_>]) -> String {
    let day = "261123";
    let mut file = format!(":20:START\r\n:25:CN0012345678\r\n:28C:{number}\r\n:60F:C{day}CNY1000000,00\r\n");
    let mut closing = 100_000_000;
    for (nth, (minor, text, payer)) in lines.iter().enumerate() {
        let mark = if *minor < 0 { 'D' } else { 'C' };
        closing += minor;
        file += &format!(":61:{day}1123{mark}{}NTRFNONREF//{number}-{nth}\r\n", figure(*minor));
        file += &format!(":86:166?00X?20{text}?32{payer}\r\n");
    }
    file + &format!(":62F:C{day}CNY{}\r\n-\r\n", figure(closing))
}

async fn bring_in(app: &TestApp, number: &str, lines: &[Moved<'_>]) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    let file = statement(number, lines);
    let mut form = "--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n1002\r\n".to_owned();
    form += &format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s\"\r\n\r\n{file}\r\n--b--\r\n");
    let request = app.api.request(Method::POST, "/statements");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(form);
    Reply::of(Method::POST, "/statements", request).await.expect(201)
}

/// The lines of what was brought in, in the order of the file.
async fn lines(app: &TestApp, imported: &Value) -> Vec<Value> {
    let id = text(imported, "/statements/0");
    let mut lines = rows(&app.api.get(&format!("/statements/{id}/lines?limit=200")).await.expect(200)).clone();
    lines.reverse();
    lines
}

async fn act(app: &TestApp, line: &Value, act: &str, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(&format!("/statement-lines/{}/{act}", text(line, "/id")), body).await
}

fn fees() -> Value {
    json!({ "name": "Bank fees", "conditions": { "direction": "out", "text": "maintenance fee" }, "action": "post",
        "account": "5603" })
}

async fn write(app: &TestApp, rule: &Value) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post("/match-rules", rule).await.expect(201)
}

async fn step(app: &TestApp, rule: &Value, step: &str, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(&format!("/match-rules/{}/{step}", text(rule, "/id")), body).await
}

/// A rule that is on.
async fn on(app: &TestApp, rule: &Value) -> Value {
    let rule = write(app, rule).await;
    step(app, &rule, "replay", &json!({})).await.expect(200);
    step(app, &rule, "activate", &json!({})).await.expect(200)
}

async fn what_is_wrong_with_a_rule_is_told(app: &TestApp) {
    let with = |changes: Value| {
        let mut rule = fees();
        rule.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        rule
    };
    let on = |conditions: Value| with(json!({ "conditions": conditions }));
    for (rule, wrong) in [
        (on(json!({})), "/conditions"),
        (on(json!({ "text": " " })), "/conditions/text"),
        (on(json!({ "direction": "sideways" })), "/conditions/direction"),
        (on(json!({ "least": cny("2.00"), "most": cny("1.00") })), "/conditions/most/amount"),
        (
            on(json!({ "least": cny("1.00"), "most": { "currency": "EUR", "amount": "2.00" } })),
            "/conditions/most/currency",
        ),
        (on(json!({ "least": { "currency": "ABC", "amount": "2.00" } })), "/conditions/least/currency"),
        (with(json!({ "account": "9999" })), "/account"),
        (with(json!({ "account": null })), "/account"),
        (with(json!({ "action": "ignore" })), "/account"),
        (with(json!({ "action": "burn" })), "/action"),
        (with(json!({ "name": "" })), "/name"),
    ] {
        app.api.post("/match-rules", &rule).await.wrong_field(wrong);
    }
    let rule = write(app, &fees()).await;
    app.api.post("/match-rules", &fees()).await.wrong_field("/name");
    let id = text(&rule, "/id");
    app.api.patch(&format!("/match-rules/{id}"), &json!({ "position": 9 })).await.wrong_field("/position");
    let stale = json!({ "version": 7, "name": "Fees" });
    app.api.patch(&format!("/match-rules/{id}"), &stale).await.problem(409, "stale_form");
    step(app, &rule, "replay", &json!({ "from": "2026-11-20", "until": "2026-11-01" })).await.wrong_field("/until");
    step(app, &rule, "replay", &json!({ "from": "2024-11-20" })).await.wrong_field("/from");
    step(app, &rule, "replay", &json!({ "from": "yesterday" })).await.wrong_field("/from");
    app.api.get("/match-rules/mrl_01h455vb4pex5vsknk084sn02q").await.problem(404, "match_rule_not_found");
    assert_eq!(rows(&app.api.get("/match-rules").await.expect(200)).len(), 1);
}

async fn a_rule_is_replayed_before_it_is_switched_on(app: &TestApp) {
    let rule = write(app, &fees()).await;
    assert_eq!((&rule["active"], &rule["version"], &rule["replay"]), (&json!(false), &json!(1), &Value::Null));
    step(app, &rule, "activate", &json!({})).await.problem(409, "rule_not_replayed");
    bring_in(app, "1", &[(-1_250, "account maintenance fee", "示例银行"), (-900, "rent", "房东")]).await;
    let replayed = step(app, &rule, "replay", &json!({ "until": TODAY })).await.expect(200);
    let replay = &replayed["replay"];
    assert_eq!((&replay["lines"], &replay["open"], &replay["conflicts"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(
        replay["fits"],
        json!([{ "currency": "CNY", "lines": 1, "incoming": cny("0.00"), "outgoing": cny("12.50") }])
    );
    assert_eq!((text(replay, "/from"), text(replay, "/until")), ("2026-08-23".into(), TODAY.into()));
    assert_eq!(replayed["active"], false, "to ask is not to switch on");
    assert_eq!(app.balance("5603").await, "0.00", "a replay changes nothing");
    let active = step(app, &rule, "activate", &json!({ "version": 1 })).await.expect(200);
    assert_eq!(active["active"], true);
    let off = step(app, &rule, "deactivate", &json!({})).await.expect(200);
    assert_eq!(off["active"], false);
    step(app, &rule, "activate", &json!({})).await.expect(200);
    let path = format!("/match-rules/{}", text(&rule, "/id"));
    app.api.send(Method::DELETE, &path, &json!({})).await.expect(204);
    step(app, &rule, "activate", &json!({})).await.problem(404, "match_rule_not_found");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_replay_says_what_contradicts_the_rule(app: &TestApp) {
    let customer = app.customer("客户").await;
    let fee = |minor| (minor, "account maintenance fee", "示例银行");
    let imported =
        bring_in(app, "1", &[fee(-100), fee(-200), fee(-300), fee(-400), (500, "maintenance fee back", "示例银行")])
            .await;
    let lines = lines(app, &imported).await;
    act(app, &lines[0], "match", &json!({ "account": "5603" })).await.expect(201);
    act(app, &lines[1], "match", &json!({ "account": "5602" })).await.expect(201);
    act(app, &lines[2], "ignore", &json!({ "reason": "Another company's" })).await.expect(200);
    act(app, &lines[4], "match", &json!({ "customer": customer })).await.expect(201);
    let mut both_ways = fees();
    both_ways["conditions"] = json!({ "text": "maintenance fee" });
    let rule = write(app, &both_ways).await;
    let replayed = step(app, &rule, "replay", &json!({})).await.expect(200);
    let replay = &replayed["replay"];
    assert_eq!((&replay["open"], &replay["same"], &replay["conflicts"]), (&json!(1), &json!(1), &json!(3)), "{replay}");
    assert_eq!(replay["fits"][0]["incoming"], cny("5.00"));
    let examples = replay["examples"].as_array().unwrap();
    let told: Vec<(String, Value, Value)> =
        examples.iter().map(|one| (text(one, "/state"), one["customer"].clone(), one["accounts"].clone())).collect();
    assert_eq!(told[0], ("matched".into(), Value::Null, json!(["5602"])));
    assert_eq!(told[1], ("ignored".into(), Value::Null, json!([])));
    assert_eq!((&told[2].0, &told[2].1), (&"matched".to_owned(), &json!("客户")));
    // What sets aside would contradict whatever was posted.
    let aside = json!({ "name": "Aside", "conditions": { "text": "maintenance fee" }, "action": "ignore" });
    let aside = write(app, &aside).await;
    let replayed = step(app, &aside, "replay", &json!({})).await.expect(200);
    let replay = &replayed["replay"];
    assert_eq!((&replay["open"], &replay["same"], &replay["conflicts"]), (&json!(1), &json!(1), &json!(3)));
}

async fn a_new_version_is_replayed_again(app: &TestApp) {
    let rule = on(app, &fees()).await;
    let path = format!("/match-rules/{}", text(&rule, "/id"));
    let same = app.api.patch(&path, &json!({ "position": 1, "name": "Bank fees" })).await.expect(200);
    assert_eq!((&same["version"], &same["active"]), (&json!(1), &json!(true)), "nothing of it was changed");
    let changed = json!({ "version": 1, "conditions": { "text": "fee" } });
    let newer = app.api.patch(&path, &changed).await.expect(200);
    assert_eq!((&newer["version"], &newer["active"], &newer["replay"]), (&json!(2), &json!(false), &Value::Null));
    step(app, &rule, "activate", &json!({})).await.problem(409, "rule_not_replayed");
    bring_in(app, "1", &[(-1_250, "account maintenance fee", "示例银行")]).await;
    assert_eq!(app.balance("5603").await, "0.00", "the old version is used no longer");
    step(app, &rule, "replay", &json!({})).await.expect(200);
    step(app, &rule, "activate", &json!({ "version": 1 })).await.problem(409, "stale_form");
    step(app, &rule, "activate", &json!({ "version": 2 })).await.expect(200);
}

async fn fees_are_posted_by_the_rule_as_they_come_in(app: &TestApp) {
    on(app, &fees()).await;
    let imported = bring_in(app, "1", &[(-1_250, "account maintenance fee", "示例银行"), (-900, "rent", "房东")]).await;
    assert_eq!(imported["posted"], json!([{ "tier": "rule", "lines": 1 }]), "{imported}");
    assert_eq!((app.balance("5603").await, app.balance("1002").await), ("12.50".into(), "-12.50".into()));
    let lines = lines(app, &imported).await;
    let found = &lines[0]["match"];
    assert_eq!((text(found, "/state"), text(found, "/tier")), ("matched".into(), "rule".into()));
    assert!(text(found, "/reasons/0/text").contains("Bank fees"), "the rule by its name: {found}");
    assert_eq!(text(&lines[1], "/match/state"), "open");
    // Undone, the line is open and can be matched by hand.
    let undone = act(app, &lines[0], "unmatch", &json!({ "reason": "Not a fee" })).await.expect(200);
    assert_eq!((text(&undone, "/match/state"), app.balance("5603").await), ("open".into(), "0.00".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_rule_sets_lines_aside_and_they_can_be_taken_up(app: &TestApp) {
    let ours = json!({ "name": "Sweeps", "conditions": { "text": "overnight sweep" }, "action": "ignore" });
    on(app, &ours).await;
    let imported =
        bring_in(app, "1", &[(-5_000, "overnight sweep", "示例银行"), (5_000, "overnight sweep", "示例银行")]);
    let imported = imported.await;
    assert_eq!(imported["posted"], json!([{ "tier": "rule", "lines": 2 }]));
    let lines = lines(app, &imported).await;
    for line in &lines {
        assert_eq!(text(line, "/match/state"), "ignored");
        assert!(text(line, "/match/reasons/0/text").contains("Sweeps"), "why it was set aside: {line}");
    }
    assert_eq!(app.balance("1002").await, "0.00");
    let matched = act(app, &lines[0], "match", &json!({ "account": "5602" })).await.expect(201);
    assert_eq!(text(&matched, "/match/state"), "matched", "a person may know better");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn earlier_rules_come_first(app: &TestApp) {
    let first = on(app, &fees()).await;
    let all =
        json!({ "name": "All charges", "conditions": { "direction": "out" }, "action": "post", "account": "5602" });
    let all = on(app, &all).await;
    assert_eq!((&first["position"], &all["position"]), (&json!(1), &json!(2)));
    let fee = (-1_250, "account maintenance fee", "示例银行");
    bring_in(app, "1", &[fee, (-900, "stamps", "邮局")]).await;
    assert_eq!((app.balance("5603").await, app.balance("5602").await), ("12.50".into(), "9.00".into()));
    let replayed = step(app, &all, "replay", &json!({})).await.expect(200);
    assert_eq!(replayed["replay"]["taken_first"], json!([{ "rule": "Bank fees", "lines": 1 }]));
    // The other way round.
    let moved =
        app.api.patch(&format!("/match-rules/{}", text(&all, "/id")), &json!({ "position": 1 })).await.expect(200);
    assert_eq!((&moved["position"], &moved["version"], &moved["active"]), (&json!(1), &json!(1), &json!(true)));
    let names: Vec<String> =
        rows(&app.api.get("/match-rules").await.expect(200)).iter().map(|rule| text(rule, "/name")).collect();
    assert_eq!(names, ["All charges", "Bank fees"]);
    bring_in(app, "2", &[fee]).await;
    assert_eq!((app.balance("5603").await, app.balance("5602").await), ("12.50".into(), "21.50".into()));
}

async fn as_good_an_answer_waits_for_a_person(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let interest =
        json!({ "name": "Interest", "conditions": { "payer": "远航" }, "action": "post", "account": "5602" });
    on(app, &interest).await;
    let imported = bring_in(app, "1", &[(11_000, "thanks", "上海远航贸易有限公司")]).await;
    assert_eq!(imported["posted"], json!([]), "{imported}");
    let lines = lines(app, &imported).await;
    assert_eq!((text(&lines[0], "/match/state"), &lines[0]["match"]["tied"]), ("open".into(), &json!(true)));
    assert_eq!(app.standing(&invoice).await, "open 110.00");
    let rules = app.api.get("/match-rules").await.expect(200);
    let would = step(app, &rows(&rules)[0], "apply", &json!({ "dry_run": true })).await.expect(200);
    assert_eq!((&would["lines"], &would["tied"]), (&json!(0), &json!(1)), "nor is it taken later: {would}");
}

async fn lines_that_wait_are_taken_when_a_rule_is_applied(app: &TestApp) {
    let fee = |minor| (minor, "account maintenance fee", "示例银行");
    let imported =
        bring_in(app, "1", &[fee(-100), fee(-200), (-300, "rent", "房东"), (-400, "sweep", "示例银行")]).await;
    let rule = write(app, &fees()).await;
    let version = json!({ "version": 1 });
    step(app, &rule, "apply", &version).await.problem(409, "rule_not_active");
    step(app, &rule, "replay", &json!({})).await.expect(200);
    step(app, &rule, "activate", &json!({})).await.expect(200);
    let would = step(app, &rule, "apply", &json!({ "dry_run": true })).await.expect(200);
    assert_eq!((&would["lines"], &would["more"]), (&json!(2), &json!(false)));
    assert_eq!(app.balance("5603").await, "0.00");
    let did = step(app, &rule, "apply", &version).await.expect(200);
    assert_eq!((&did["lines"], &did["refused"]), (&json!(2), &json!(0)));
    assert_eq!(app.balance("5603").await, "3.00");
    let again = step(app, &rule, "apply", &version).await.expect(200);
    assert_eq!(again["lines"], 0, "nothing is done twice");
    let sweep = json!({ "name": "Sweeps", "conditions": { "text": "sweep" }, "action": "ignore" });
    let sweep = on(app, &sweep).await;
    assert_eq!(step(app, &sweep, "apply", &json!({})).await.expect(200)["lines"], 1);
    let lines = lines(app, &imported).await;
    assert_eq!(text(&lines[0], "/match/tier"), "rule");
    assert_eq!((text(&lines[2], "/match/state"), text(&lines[3], "/match/state")), ("open".into(), "ignored".into()));
    assert!(text(&lines[3], "/match/reasons/0/text").contains("Sweeps"), "{}", lines[3]);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn rules_are_of_one_organisation_and_of_whom_may(app: &TestApp) {
    let rule = on(app, &fees()).await;
    let path = format!("/match-rules/{}", text(&rule, "/id"));
    let other = app.another_organisation().await;
    assert_eq!(rows(&other.get("/match-rules").await.expect(200)).len(), 0);
    other.get(&path).await.problem(404, "match_rule_not_found");
    other.patch(&path, &json!({ "name": "Mine" })).await.problem(404, "match_rule_not_found");
    for act in ["replay", "activate", "deactivate", "apply"] {
        other.post(&format!("{path}/{act}"), &json!({})).await.problem(404, "match_rule_not_found");
    }
    let cashier: Caller = app.key_of(Role::Cashier, None).await;
    cashier.get(&path).await.expect(200);
    for act in ["replay", "activate", "deactivate", "apply"] {
        assert_eq!(cashier.post(&format!("{path}/{act}"), &json!({})).await.status, 403, "{act}");
    }
    assert_eq!(cashier.post("/match-rules", &fees()).await.status, 403);
}

async fn a_rule_is_written_from_a_line_at_the_desk(app: &TestApp) {
    let imported = bring_in(app, "1", &[(-1_250, "account maintenance fee", "示例银行")]).await;
    let line = text(&lines(app, &imported).await[0], "/id");
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, crate::harness::PASSWORD).await;
    let form = owner.get(&format!("/statements/rules/new?line={line}")).await;
    assert_eq!(form.status, 200);
    assert!(form.text().contains("示例银行"), "the payer is filled in");
    let nothing = owner.submit("/statements/rules", &[("/name", "Fees"), ("/action", "post")]).await;
    assert_eq!(nothing.status, 422);
    let written = owner
        .submit(
            "/statements/rules",
            &[
                ("/name", "Fees"),
                ("/conditions/direction", "out"),
                ("/conditions/payer", "示例银行"),
                ("/conditions/least/currency", "CNY"),
                ("/conditions/most/amount", "50"),
                ("/action", "post"),
                ("/account", "5603"),
            ],
        )
        .await;
    assert_eq!(written.status, 303, "{}", written.text());
    let page = written.location().split('?').next().unwrap().to_owned();
    assert_eq!(owner.submit(&format!("{page}/switch"), &[("active", "true")]).await.status, 409);
    assert_eq!(owner.submit(&format!("{page}/replay"), &[]).await.status, 303);
    assert_eq!(owner.submit(&format!("{page}/switch"), &[("active", "true"), ("version", "1")]).await.status, 303);
    assert_eq!(owner.get(&page).await.status, 200);
    assert_eq!(owner.get(&format!("{page}/apply")).await.status, 200);
    let applied = owner.submit(&format!("{page}/apply"), &[("version", "1")]).await;
    assert_eq!((applied.status, app.balance("5603").await), (200, "12.50".to_owned()));
    assert_eq!(owner.submit(&format!("{page}/place"), &[("position", "1")]).await.status, 303);
    assert_eq!(owner.submit(&format!("{page}/remove"), &[("version", "1")]).await.status, 303);
    assert_eq!(owner.get(&page).await.status, 404);
    assert_eq!(owner.get("/statements/rules").await.status, 200);
}
