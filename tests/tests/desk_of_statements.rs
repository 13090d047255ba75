//! Bank statements at the desk: files are brought in, lines matched one by one or by tier, and whatever was done is undone, all by forms.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TODAY, TestApp, both, cny, rows};
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

both! {
    a_file_is_brought_in_and_its_page_says_what_came_of_it,
    a_candidate_is_matched_and_the_next_line_is_there,
    a_payment_is_split_by_hand_with_a_fee,
    what_is_wrong_is_said_and_what_was_typed_stays,
    an_entry_that_is_there_is_linked,
    lines_are_taken_together,
    what_was_done_last_is_undone,
    lines_are_posted_to_an_account_and_set_aside,
    a_colleague_is_asked_and_sees_it,
    lines_are_found_by_state_words_and_amount,
    who_only_reads_sees_no_form,
    pieces_of_an_invoice_are_matched_together,
    parts_of_an_entry_are_matched_together,
    entries_that_the_bank_booked_as_one_are_proposed,
    lines_are_compared_again_once_the_books_have_changed,
}

/// An MT940 file of one day: what moved in minor units, the text, and who paid.
pub(crate) fn statement(number: &str, lines: &[(i64, &str, &str)]) -> String {
    let figure = |minor: i64| format!("{},{:02}", minor.abs() / 100, minor.abs() % 100);
    let mut file = format!(":20:DESK\r\n:25:CN0012345678\r\n:28C:{number}\r\n:60F:C261123CNY1000,00\r\n");
    let mut closing = 100_000;
    for (nth, (minor, text, payer)) in lines.iter().enumerate() {
        closing += minor;
        let mark = if *minor < 0 { 'D' } else { 'C' };
        file += &format!(":61:2611231123{mark}{}NTRFNONREF//{number}-{nth}\r\n", figure(*minor));
        file += &format!(":86:166?00X?20{text}?32{payer}\r\n");
    }
    file + &format!(":62F:C261123CNY{}\r\n-\r\n", figure(closing))
}

pub(crate) async fn accountant(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Accountant).await, PASSWORD).await
}

/// The form that brings a file in.
async fn upload(desk: &Caller, file: &str, account: &str) -> Reply {
    sent(desk, file, account, "").await
}

/// [`upload`], and what is posted by itself.
pub(crate) async fn sent(desk: &Caller, file: &str, account: &str, post: &str) -> Reply {
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"/account\"\r\n\r\n{account}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"/post\"\r\n\r\n{post}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"/file\"; filename=\"bank.sta\"\r\n\r\n{file}\r\n--b--\r\n"
    );
    let request = desk.request(Method::POST, "/statements").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    Reply::of(Method::POST, "/statements", request.body(form)).await
}

/// The address of the statement that a file became.
async fn brought_in(app: &TestApp, desk: &Caller, file: &str) -> String {
    app.clock.advance(SignedDuration::from_secs(1));
    let reply = upload(desk, file, "1002").await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.location().split('?').next().unwrap().to_owned()
}

/// Ids of a statement's lines, in the order of the file.
pub(crate) async fn lines(app: &TestApp, page: &str) -> Vec<String> {
    let list = app.api.get(&format!("{page}/lines?limit=200")).await.expect(200);
    rows(&list).iter().rev().map(|line| text(line, "/id")).collect()
}

pub(crate) async fn act(app: &TestApp, desk: &Caller, line: &str, act: &str, fields: &[(&str, &str)]) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    desk.submit(&format!("/statements/lines/{line}/{act}"), fields).await
}

/// Where a form led, without what was done.
pub(crate) fn led(reply: &Reply) -> (String, String) {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let (to, done) = reply.location().rsplit_once("done=").unwrap();
    let done = done.split('&').next().unwrap();
    (to.trim_end_matches(['&', '?']).to_owned(), done.to_owned())
}

async fn a_file_is_brought_in_and_its_page_says_what_came_of_it(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let desk = accountant(app).await;
    let empty = desk.get("/statements").await.text();
    assert!(empty.contains("No bank statement yet") && empty.contains("1002"), "{empty}");

    for (file, account, says) in
        [("", "1002", "f-file-note"), ("no statement", "1002", "in no format that is known"), ("x", "1001", "account")]
    {
        let refused = upload(&desk, file, account).await;
        assert!(refused.status == 422 && refused.text().contains(says), "{says}: {}", refused.text());
    }
    let number = text(&invoice, "/number");
    let mut file = statement("1", &[(11_000, &number, "上海远航贸易有限公司"), (-1_250, "charges", "示例银行")]);
    file = file.replace(":62F:C261123CNY1097,50", ":62F:C261123CNY1098,50");
    let page = desk.get(&brought_in(app, &desk, &file).await).await.text();
    assert!(page.contains("1 of 2 lines dealt with, 1 left"), "{page}");
    assert!(page.contains("<progress max=\"2\" value=\"1\""), "{page}");
    assert!(page.contains("Perhaps a line is missing") && page.contains("bank.sta"), "{page}");
    assert!(page.contains("to CN¥1,098.50 is CN¥98.50; the lines come to CN¥97.50."), "{page}");
    assert!(page.contains("−") && page.contains("12<i>.50</i>"), "the line that is left is chosen: {page}");
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let list = desk.get("/statements").await.text();
    assert!(list.contains("1 open") && list.contains("1 doubt") && list.contains("CN0012345678"), "{list}");
    // Nothing comes in twice.
    assert_eq!(led(&upload(&desk, &file, "1002").await), ("/statements".into(), "statement-known".into()));
    // Nothing is posted where that was chosen, however sure it is.
    let next = app.invoice(&customer, "220.00").await;
    let file = statement("2", &[(22_000, &text(&next, "/number"), "上海远航贸易有限公司")]);
    let (at, done) = led(&sent(&desk, &file, "1002", "nothing").await);
    assert_eq!(done, "statement-here");
    assert!(desk.get(&at).await.text().contains("0 of 1 lines dealt with, 1 left"));
    assert_eq!(app.standing(&next).await, "open 220.00");
    // Who may bring in and not match posts nothing; who may neither is told so before the file is read.
    let nobody = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    assert_eq!(upload(&nobody, &file, "1002").await.status, 403);
}

async fn a_candidate_is_matched_and_the_next_line_is_there(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let one = app.invoice(&customer, "110.00").await;
    let two = app.invoice(&customer, "110.00").await;
    let desk = accountant(app).await;
    let file = statement("1", &[(11_000, "thanks", "上海远航贸易有限公司"), (700, "a gift", "Somebody")]);
    let page = brought_in(app, &desk, &file).await;
    let all = lines(app, &page).await;
    let shown = desk.get(&page).await.text();
    assert!(shown.contains("as good as each other") && shown.contains(&text(&two, "/number")), "{shown}");
    assert!(shown.contains("The amount is what is open") && !shown.contains("data-kind=\"main\""), "{shown}");
    assert!(
        shown.contains("<h2 id=\"line\" tabindex=\"-1\" autofocus>"),
        "of two that tie neither waits for Enter: {shown}"
    );
    let wrong = act(app, &desk, &all[0], "match", &[("candidate", "7")]).await;
    assert!(wrong.status == 409 && wrong.text().contains("not there any more"), "{}", wrong.text());

    let matched = act(app, &desk, &all[0], "match", &[("candidate", "0")]).await;
    assert_eq!(led(&matched), (format!("{page}?line={}", all[1]), "line-matched".into()));
    let next = desk.get(matched.location()).await.text();
    assert!(next.contains("This is the next line") && next.contains("Nothing in the books fits"), "{next}");
    let mut standing = [app.standing(&one).await, app.standing(&two).await];
    standing.sort();
    assert_eq!(standing, ["open 110.00", "paid 0.00"]);

    // Whoever comes second hears whose the match is and goes on; nothing invites to undo it.
    let late = act(app, &desk, &all[0], "match", &[("candidate", "0")]).await;
    let shown = late.text();
    assert!(late.status == 409 && shown.contains("matched this line on") && shown.contains("Next line"), "{shown}");
    assert!(!shown.contains("<details class=\"fold\" open><summary data-key=\"u\""), "{shown}");
    // Undone with a reason, it is open again and stays on the page.
    let refused = act(app, &desk, &all[0], "unmatch", &[("at", "state=matched")]).await;
    assert_eq!(refused.status, 422);
    let undone = act(app, &desk, &all[0], "unmatch", &[("/reason", "Other invoice"), ("at", "state=matched")]).await;
    assert_eq!(led(&undone), (format!("{page}?state=matched&line={}", all[0]), "line-unmatched".into()));
    assert_eq!([app.standing(&one).await, app.standing(&two).await], ["open 110.00", "open 110.00"]);
    // Behind the last line that is left comes the first; where none is left, the page says so.
    let aside = act(app, &desk, &all[1], "set-aside", &[("/reason", "Private")]).await;
    assert_eq!(led(&aside).0, format!("{page}?line={}", all[0]));
    let last = act(app, &desk, &all[0], "match", &[("candidate", "1")]).await;
    assert_eq!(led(&last), (page.clone(), "line-matched".into()));
    assert!(desk.get(&page).await.text().contains("Everything is dealt with"));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_payment_is_split_by_hand_with_a_fee(app: &TestApp) {
    let customer = app.customer("客户").await;
    let (one, two) = (app.invoice(&customer, "110.00").await, app.invoice(&customer, "220.00").await);
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(25_000, "x", "Unknown")])).await;
    let line = lines(app, &page).await.remove(0);
    let form = desk.get(&format!("{page}?line={line}&hand=pay&%2Fcustomer={customer}")).await;
    assert!(form.text().contains(&text(&two, "/number")), "{}", form.text());
    let row = |invoice: &Value| {
        let id = text(invoice, "/id");
        let named = form.hidden_fields().into_iter().find(|(_, value)| *value == id);
        named.unwrap().0.strip_suffix("/invoice").unwrap().to_owned()
    };
    let (first, second) = (row(&one), row(&two));
    let names: Vec<String> = [
        (&first, "invoice"),
        (&first, "amount"),
        (&first, "settle"),
        (&first, "settle_amount"),
        (&second, "invoice"),
        (&second, "amount"),
    ]
    .map(|(start, name)| format!("{start}/{name}"))
    .to_vec();
    let (one_id, two_id) = (text(&one, "/id"), text(&two, "/id"));
    let values = [one_id.as_str(), "0,100.00", "fee", "10.00", two_id.as_str(), "150.00"];
    let mut fields = vec![("/customer", customer.as_str())];
    fields.extend(names.iter().map(String::as_str).zip(values));
    let matched = act(app, &desk, &line, "pay", &fields).await;
    assert_eq!(led(&matched).0, page);
    assert_eq!(
        (app.standing(&one).await, app.standing(&two).await),
        ("paid 0.00".into(), "partially_paid 70.00".into())
    );
    assert_eq!(app.balance("1002").await, "250.00");
    let shown = desk.get(&format!("{page}?state=matched")).await.text();
    assert!(shown.contains("Matched: By hand") && shown.contains("Undo the match"), "{shown}");
    let (one, two) = (text(&one, "/number"), text(&two, "/number"));
    assert!(shown.contains(&format!("{one}</a>")) && shown.contains(&format!("{two}</a>")), "{shown}");
    assert!(shown.contains(&format!("{one}: the bank kept CN¥10.00")), "{shown}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_is_wrong_is_said_and_what_was_typed_stays(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(10_000, "x", "Unknown")])).await;
    let line = lines(app, &page).await.remove(0);
    let id = text(&invoice, "/id");
    let form = |amount: &'static str, settle: &'static str, less: &'static str| {
        [
            ("/customer", customer.as_str()),
            ("/invoices/0/invoice", id.as_str()),
            ("/invoices/0/amount", amount),
            ("/invoices/0/settle", settle),
            ("/invoices/0/settle_amount", less),
        ]
    };
    for (fields, says) in [
        (form("ten", "", ""), "value=\"ten\""),
        (form("100.00", "fee", ""), "value=\"100.00\""),
        (form("100.00", "", "9.99"), "value=\"9.99\""),
        (form("100.00", "gift", "9.99"), "value=\"9.99\""),
        (form("", "fee", "9.99"), "value=\"9.99\""),
        (form("120.00", "", ""), "value=\"120.00\""),
    ] {
        let refused = act(app, &desk, &line, "pay", &fields).await;
        let shown = refused.text();
        assert!([409, 422].contains(&refused.status) && shown.contains(says), "{says}: {} {shown}", refused.status);
        assert!(shown.contains("role=\"alert\"") && shown.contains("<progress"), "{shown}");
    }
    let wrong = act(app, &desk, &line, "pay", &form("ten", "", "")).await.text();
    assert!(wrong.contains(&format!("Amount, {}:", text(&invoice, "/number"))), "{wrong}");
    for (way, fields, pointer) in [
        ("post", vec![("/memo", "kept words")], "kept words"),
        ("post", vec![("/account", "1002"), ("/memo", "kept words")], "kept words"),
        ("set-aside", vec![], "f-reason"),
        ("link", vec![], "f-entries"),
        ("notes", vec![("/asked", "nobody"), ("/text", "kept words")], "kept words"),
    ] {
        let refused = act(app, &desk, &line, way, &fields).await;
        assert!(refused.status == 422 && refused.text().contains(pointer), "{way}: {}", refused.text());
    }
    assert_eq!((app.standing(&invoice).await, app.balance("1002").await), ("open 110.00".into(), "0.00".into()));
}

async fn an_entry_that_is_there_is_linked(app: &TestApp) {
    let customer = app.customer("客户").await;
    recorded(app, &customer, "60.00").await;
    recorded(app, &customer, "40.00").await;
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(10_000, "both", "Unknown")])).await;
    let line = lines(app, &page).await.remove(0);
    let entry = async |amount: &str| {
        let found = desk.get(&format!("{page}?line={line}&hand=link&entry={amount}")).await;
        let entries = found.fields().into_iter().filter(|(name, _)| name == "/entries").map(|(_, id)| id);
        let all: Vec<String> = entries.collect();
        assert_eq!(all.len(), 1, "{amount}: {}", found.text());
        all[0].clone()
    };
    let (sixty, forty) = (entry("60.00").await, entry("40").await);
    let apart = act(app, &desk, &line, "link", &[("/entries", &sixty)]).await;
    assert!(apart.status == 409 && apart.text().contains("60.00"), "{}", apart.text());
    led(&act(app, &desk, &line, "link", &[("/entries", &sixty), ("/entries", &forty)]).await);
    assert_eq!(app.balance("1002").await, "100.00", "nothing is posted twice");
    let gone = desk.get(&format!("{page}?state=matched&hand=link&entry=60.00")).await;
    assert!(!gone.text().contains("name=\"/entries\""), "a matched line is matched");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn lines_are_taken_together(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let desk = accountant(app).await;
    let file = statement("1", &[(6_000, "first part", "A"), (300, "gift", "B"), (5_000, "second part", "C")]);
    let page = brought_in(app, &desk, &file).await;
    let all = lines(app, &page).await;
    // What is marked is taken: a line that is not marked stands alone, and what is done with it leaves the others be.
    let elsewhere = format!("{page}?with={}&line={}", all[2], all[1]);
    let shown = desk.get(&elsewhere).await.text();
    assert!(!shown.contains("Taken together") && shown.contains("One line is marked, CN¥50.00"), "{shown}");
    act(app, &desk, &all[1], "set-aside", &[("at", &format!("with={}", all[2])), ("/reason", "x")]).await.expect(303);
    assert!(desk.get(&page).await.text().contains("1 of 3 lines dealt with"));
    led(&act(app, &desk, &all[1], "take-up", &[]).await);
    // The button of the list stands beside a line that was not marked: the marked ones are shown.
    let both = format!("with={}&with={}", all[0], all[2]);
    let shown = desk.get(&format!("{page}?{both}&line={}&hand=together", all[1])).await.text();
    assert!(shown.contains("110<i>.00</i>") && !shown.contains("113<i>.00</i>"), "{shown}");
    let marked = format!("{page}?{both}&line={}&hand=pay&%2Fcustomer={customer}", all[0]);
    let form = desk.get(&marked).await;
    let shown = form.text();
    assert!(shown.contains("Taken together") && shown.contains("110<i>.00</i>"), "{shown}");
    assert!(shown.contains(&format!("value=\"{}\" checked", all[2])), "{shown}");
    // The invoice that the sum pays is filled in.
    let (_, id) = form.fields().into_iter().find(|(name, _)| name == "/invoices/0/invoice").unwrap();
    let (_, amount) = form.fields().into_iter().find(|(name, _)| name == "/invoices/0/amount").unwrap();
    assert_eq!((id, amount.as_str()), (text(&invoice, "/id"), "110.00"));
    let fields = [
        ("at", both.clone()),
        ("/customer", customer.clone()),
        ("/invoices/0/invoice", text(&invoice, "/id")),
        ("/invoices/0/amount", amount),
    ];
    let wrong: Vec<(&str, &str)> = fields[..3].iter().map(|(name, value)| (*name, value.as_str())).collect();
    let wrong = act(app, &desk, &all[0], "pay", &[&wrong[..], &[("/invoices/0/amount", "111.00")]].concat()).await;
    assert!(wrong.status == 409 && wrong.text().contains("Taken together"), "{} {}", wrong.status, wrong.text());
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let matched = act(app, &desk, &all[0], "pay", &fields).await;
    assert_eq!(
        led(&matched).0,
        format!("{page}?line={}", all[1]),
        "the line that is left is next, and nothing is marked"
    );
    assert_eq!((app.standing(&invoice).await, app.balance("1002").await), ("paid 0.00".into(), "110.00".into()));
    assert!(desk.get(&page).await.text().contains("2 of 3 lines dealt with"));
    let shown = desk.get(&format!("{page}?state=matched&line={}", all[0])).await.text();
    assert!(shown.contains("Matched together with") && shown.contains("50<i>.00</i>"), "{shown}");
    // One match of two lines: undone, both are open.
    led(&act(app, &desk, &all[2], "unmatch", &[("/reason", "Other invoice")]).await);
    assert!(desk.get(&page).await.text().contains("0 of 3 lines dealt with"));
    let aside = act(
        app,
        &desk,
        &all[0],
        "set-aside",
        &[("at", &format!("with={}&with={}", all[1], all[0])), ("/reason", "Private")],
    )
    .await;
    assert_eq!(led(&aside).0, format!("{page}?line={}", all[2]));
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_was_done_last_is_undone(app: &TestApp) {
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(-1_250, "charges", "B"), (300, "private", "S")])).await;
    let all = lines(app, &page).await;
    let posted = act(app, &desk, &all[0], "post", &[("/account", "5603")]).await;
    let undo = format!("{page}?state=all&amp;line={}&amp;hand=undo", all[0]);
    let shown = desk.get(posted.location()).await.text();
    assert!(shown.contains(&undo) || shown.contains(&undo.replace("&amp;", "&#38;")), "{shown}");
    let line = desk.get(&undo.replace("&amp;", "&")).await.text();
    assert!(line.contains("data-key=\"u\"") && line.contains("Undo the match"), "{line}");
}

async fn lines_are_posted_to_an_account_and_set_aside(app: &TestApp) {
    let desk = accountant(app).await;
    let file = statement("1", &[(-1_250, "charges", "示例银行"), (300, "private", "Somebody")]);
    let page = brought_in(app, &desk, &file).await;
    let all = lines(app, &page).await;
    let shown = desk.get(&page).await.text();
    assert!(!shown.contains("Show open invoices"), "money that went out is no payment: {shown}");
    led(&act(app, &desk, &all[0], "post", &[("/account", "5603"), ("/memo", "Charges")]).await);
    assert_eq!((app.balance("1002").await, app.balance("5603").await), ("-12.50".into(), "12.50".into()));
    led(&act(app, &desk, &all[1], "set-aside", &[("/reason", "Not ours")]).await);
    let aside = desk.get(&format!("{page}?state=ignored")).await.text();
    assert!(aside.contains("Take up again"), "{aside}");
    let (to, done) = led(&act(app, &desk, &all[1], "take-up", &[]).await);
    assert_eq!((to, done), (format!("{page}?line={}", all[1]), "line-taken-up".into()));
    assert!(desk.get(&page).await.text().contains("1 of 2 lines dealt with"));
}

async fn a_colleague_is_asked_and_sees_it(app: &TestApp) {
    let desk = accountant(app).await;
    let manager = app.staff(Role::FinanceManager).await;
    let asked = app.nobody.signed_in(&manager, PASSWORD).await;
    let auditor = app.staff(Role::Auditor).await;
    let page = brought_in(app, &desk, &statement("1", &[(5_000, "x", "Mystery Ltd")])).await;
    let line = lines(app, &page).await.remove(0);
    let users = app.api.get("/users?limit=200").await.expect(200);
    let id = |email: &str| text(rows(&users).iter().find(|user| user["email"] == email).unwrap(), "/id");
    let shown = desk.get(&page).await.text();
    assert!(shown.contains(&id(&manager)) && !shown.contains(&id(&auditor)), "who may match can be asked: {shown}");
    led(&act(app, &desk, &line, "notes", &[("/text", "Looks like a deposit")]).await);
    assert!(!asked.get("/statements").await.text().contains("Asked of you"));
    let (to, done) =
        led(&act(app, &desk, &line, "notes", &[("/text", "Do you know them?"), ("/asked", &id(&manager))]).await);
    assert_eq!((to, done), (format!("{page}?line={line}"), "line-asked".into()));
    let home = asked.get("/statements").await.text();
    assert!(home.contains("Do you know them?") && home.contains("Mystery Ltd") && home.contains(&line), "{home}");
    let shown = asked.get(&page).await.text();
    assert!(shown.contains("Looks like a deposit") && shown.contains("Do you know them?"), "{shown}");
    assert!(!desk.get("/statements").await.text().contains("Do you know them?"), "it was asked of somebody else");
    assert!(asked.get("/").await.text().contains("A colleague asks you about one line"));
    let row = |shown: &str| shown.split("<ol class=\"queue\">").nth(1).map(|rest| rest.contains("asks "));
    assert_eq!(row(&shown), Some(true), "{shown}");
    assert_eq!(row(&desk.get(&format!("{page}?state=asked")).await.text()), Some(true));
    // Somebody else's word is no answer; that of whoever was asked is, and goes to whoever asked.
    led(&act(app, &desk, &line, "notes", &[("/text", "No hurry")]).await);
    assert!(asked.get("/statements").await.text().contains("Asked of you"));
    led(&act(app, &asked, &line, "notes", &[("/text", "It is the landlord's")]).await);
    assert!(!asked.get("/statements").await.text().contains("Asked of you"));
    assert!(!asked.get("/").await.text().contains("A colleague asks you"));
    let home = desk.get("/statements").await.text();
    assert!(home.contains("Answers to what you asked") && home.contains("It is the landlord"), "{home}");
    assert_eq!(row(&desk.get(&format!("{page}?state=asked")).await.text()), None, "nothing is asked any more");
    led(&act(app, &desk, &line, "notes", &[("/text", "Do you know them?"), ("/asked", &id(&manager))]).await);
    // Dealt with, it is asked no more.
    led(&act(app, &asked, &line, "set-aside", &[("/reason", "A deposit of the landlord")]).await);
    assert!(!asked.get("/statements").await.text().contains("Do you know them?"));
    let stranger =
        act(app, &desk, &line, "notes", &[("/text", "x"), ("/asked", &id(&auditor).replace('0', "1"))]).await;
    assert_eq!(stranger.status, 422, "{}", stranger.text());
}

async fn lines_are_found_by_state_words_and_amount(app: &TestApp) {
    let desk = accountant(app).await;
    let sent = [(1_234, "rent of 10_ percent", "Alpha Ltd"), (-5_678, "fees", "示例银行"), (900, "x", "贝塔公司")];
    let page = brought_in(app, &desk, &statement("1", &sent)).await;
    let all = lines(app, &page).await;
    led(&act(app, &desk, &all[1], "set-aside", &[("/reason", "x")]).await);
    for (query, wanted) in [
        ("", vec![0, 2]),
        ("state=all", vec![0, 1, 2]),
        ("state=ignored", vec![1]),
        ("state=matched", vec![]),
        ("q=alpha", vec![0]),
        ("q=RENT", vec![0]),
        ("q=%E8%B4%9D%E5%A1%94", vec![2]),
        ("q=12.34", vec![0]),
        ("state=all&q=56.78", vec![1]),
        ("state=all&q=-56.78", vec![1]),
        ("q=10%25", vec![]),
        ("q=10_", vec![0]),
        ("tier=reference", vec![]),
    ] {
        let shown = desk.get(&format!("{page}?{query}")).await.text();
        let queue = shown.split("<ol class=\"queue\">").nth(1).map_or("", |rest| rest.split("</ol>").next().unwrap());
        let found: Vec<usize> = (0..all.len()).filter(|nth| queue.contains(&all[*nth])).collect();
        assert_eq!(found, wanted, "{query}: {shown}");
    }
    // A line without a name says that; no link is empty.
    assert!(!desk.get(&format!("{page}?state=all")).await.text().contains("<span dir=\"auto\"></span>"));
    // What is looked for in one state and stands in another is told, and counted.
    let shown = desk.get(&format!("{page}?q=56.78")).await.text();
    assert!(shown.contains("One more line in another state fits"), "{shown}");
    assert!(shown.contains("Set aside <span>1</span>") && shown.contains("All <span>1</span>"), "{shown}");
    // The keys' links: the line before and behind, within what is looked for.
    let shown = desk.get(&format!("{page}?line={}", all[2])).await.text();
    assert!(shown.contains("data-key=\"k\"") && !shown.contains("data-key=\"j\""), "{shown}");
    assert_eq!(desk.get(&format!("{page}?line=stl_01h455vb4pex5vsknk084sn02q")).await.status, 404);
    // The list stands where its line is, whatever page that is on.
    for (limit, nth, wanted) in [(1, 2, vec![2]), (1, 0, vec![0]), (2, 1, vec![0, 1]), (2, 2, vec![2])] {
        let shown = desk.get(&format!("{page}?state=all&limit={limit}&line={}", all[nth])).await.text();
        let queue = shown.split("<ol class=\"queue\">").nth(1).map_or("", |rest| rest.split("</ol>").next().unwrap());
        let found: Vec<usize> = (0..all.len()).filter(|nth| queue.contains(&all[*nth])).collect();
        assert_eq!(found, wanted, "{limit} {nth}: {shown}");
    }
}

async fn who_only_reads_sees_no_form(app: &TestApp) {
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(5_000, "x", "Mystery Ltd")])).await;
    let line = lines(app, &page).await.remove(0);
    let auditor = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    let shown = auditor.get(&page).await.text();
    assert!(shown.contains("Mystery Ltd") && !shown.contains("/statements/lines/"), "{shown}");
    assert!(!auditor.get("/statements").await.text().contains("type=\"file\""));
    assert_eq!(act(app, &auditor, &line, "set-aside", &[("/reason", "x")]).await.status, 403);
    let zh = desk.get(&format!("{page}?lang=zh-CN")).await.text();
    assert!(zh.contains("账簿中没有相符的内容") && zh.contains("共 1 行，已处理 0 行"), "{zh}");
}

async fn pieces_of_an_invoice_are_matched_together(app: &TestApp) {
    let customer = app.customer("Birkental Textil AG").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let desk = accountant(app).await;
    let payer = "Birkental Textil AG";
    let file = statement("1", &[(4_000, "thanks", payer), (300, "postage", "Post"), (7_000, "the rest", payer)]);
    let page = brought_in(app, &desk, &file).await;
    let all = lines(app, &page).await;
    assert_eq!(app.standing(&invoice).await, "open 110.00", "a sum without a number posts nothing");
    let list = app.api.get(&format!("{page}/lines?limit=200")).await.expect(200);
    let first = rows(&list).iter().find(|line| line["id"] == json!(all[0])).unwrap().clone();
    let offers = first["match"]["candidates"].as_array().unwrap();
    let nth = offers.iter().position(|one| one["lines"] == json!([all[2]])).expect("the other piece is named");
    assert_eq!(offers[nth]["invoices"][0]["amount"], cny("110.00"));
    assert_eq!(offers[nth]["reasons"][0]["code"], "together");
    assert!(desk.get(&page).await.text().contains("2 lines together come to the invoice"));

    let matched = act(app, &desk, &all[0], "match", &[("candidate", &nth.to_string())]).await;
    assert_eq!(led(&matched), (format!("{page}?line={}", all[1]), "line-matched".into()));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let states: Vec<Value> = {
        let list = app.api.get(&format!("{page}/lines?limit=200")).await.expect(200);
        rows(&list).iter().rev().map(|line| line["match"]["state"].clone()).collect()
    };
    assert_eq!(states, ["matched", "open", "matched"]);
    // Undone as one.
    act(app, &desk, &all[2], "unmatch", &[("/reason", "Not theirs")]).await.expect(303);
    assert_eq!(app.standing(&invoice).await, "open 110.00");
    assert_eq!(app.findings(), Vec::<String>::new());
}

/// A payment that somebody recorded by hand, for no invoice.
async fn recorded(app: &TestApp, customer: &str, amount: &str) {
    let (method, amount) = ("bank_transfer", cny(amount));
    let body = json!({ "customer": customer, "method": method, "amount": amount, "received_on": TODAY });
    app.api.post("/payments", &body).await.expect(201);
}

/// The candidate of a line for this reason, and its place.
async fn offered(app: &TestApp, page: &str, line: &str, reason: &str) -> (usize, Value) {
    let list = app.api.get(&format!("{page}/lines?limit=200")).await.expect(200);
    let line = rows(&list).iter().find(|one| one["id"] == json!(line)).unwrap().clone();
    let offers = line["match"]["candidates"].as_array().unwrap();
    let nth = offers.iter().position(|one| one["reasons"][0]["code"] == reason);
    let nth = nth.unwrap_or_else(|| panic!("no {reason} in {line}"));
    (nth, offers[nth].clone())
}

async fn parts_of_an_entry_are_matched_together(app: &TestApp) {
    let payer = "Birkental Textil AG";
    let customer = app.customer(payer).await;
    recorded(app, &customer, "110.00").await;
    let desk = accountant(app).await;
    let file = statement("1", &[(4_000, "thanks", payer), (300, "postage", "Post"), (7_000, "the rest", payer)]);
    let page = brought_in(app, &desk, &file).await;
    let all = lines(app, &page).await;
    let (nth, offer) = offered(app, &page, &all[0], "parts").await;
    assert_eq!((&offer["lines"], &offer["customer"]), (&json!([all[2]]), &json!(customer)));
    assert_eq!((offer["entries"].as_array().unwrap().len(), &offer["invoices"]), (1, &json!([])));
    assert!(desk.get(&page).await.text().contains("2 lines together come to the entry"));

    led(&act(app, &desk, &all[0], "match", &[("candidate", &nth.to_string())]).await);
    assert!(desk.get(&page).await.text().contains("2 of 3 lines dealt with"));
    assert_eq!(app.balance("1002").await, "110.00", "what is there is posted no second time");
    act(app, &desk, &all[2], "unmatch", &[("/reason", "Not theirs")]).await.expect(303);
    assert_eq!((app.balance("1002").await, app.findings()), ("110.00".into(), Vec::new()));
}

async fn entries_that_the_bank_booked_as_one_are_proposed(app: &TestApp) {
    for (customer, amount) in [("客户", "60.00"), ("顾客", "40.00"), ("客官", "7.00")] {
        recorded(app, &app.customer(customer).await, amount).await;
    }
    let desk = accountant(app).await;
    let page = brought_in(app, &desk, &statement("1", &[(10_000, "paying-in slip", "")])).await;
    let line = lines(app, &page).await.remove(0);
    let (nth, offer) = offered(app, &page, &line, "sum").await;
    assert_eq!((offer["entries"].as_array().unwrap().len(), &offer["customer"]), (2, &Value::Null));
    let shown = desk.get(&page).await.text();
    assert!(shown.contains("2 together come to the amount") && shown.contains("60<i>.00</i>"), "{shown}");
    assert!(shown.contains("客户") && shown.contains("顾客"), "whose payments they are: {shown}");
    led(&act(app, &desk, &line, "match", &[("candidate", &nth.to_string())]).await);
    assert_eq!((app.balance("1002").await, app.findings()), ("107.00".into(), Vec::new()));
}

async fn lines_are_compared_again_once_the_books_have_changed(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let desk = accountant(app).await;
    let file = statement("1", &[(11_000, "货款", "上海远航贸易有限公司")]);
    let page = brought_in(app, &desk, &file).await;
    assert!(desk.get(&page).await.text().contains("Nothing in the books fits"));
    let invoice = app.invoice(&customer, "110.00").await;
    let again = desk.submit(&format!("{page}/compare"), &[]).await;
    assert_eq!(led(&again), (page.clone(), "lines-compared".into()));
    let shown = desk.get(again.location()).await.text();
    assert!(shown.contains(&text(&invoice, "/number")), "{shown}");
    assert_eq!(app.standing(&invoice).await, "open 110.00", "what is surer now is for a person to accept");
    let same = desk.submit(&format!("{page}/compare"), &[]).await;
    assert_eq!(led(&same).1, "lines-same");
    assert_eq!(desk.submit("/statements/stm_00000000000000000000000000/compare", &[]).await.status, 404);
}
