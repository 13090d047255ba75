//! The second factor: a code after the password, one before money moves, and what is done when the telephone is lost. Codes are
//! made by a library that others wrote, as an app on a telephone would make them.

use crate::harness::trade::text;
use crate::harness::{Caller, Engine, PASSWORD, Reply, TestApp, both, cny, rows};
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::{Clock, Role};
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

both! {
    a_code_is_due_after_the_password,
    a_sign_in_waits_five_minutes_and_counts_once,
    of_many_with_the_same_code_one_gets_in,
    a_recovery_code_counts_once,
    a_code_is_due_before_money_moves,
    a_password_alone_confirms_nobody_who_has_a_factor,
    a_form_is_held_over_the_code,
    a_company_may_want_one_of_everybody,
    a_lost_telephone_is_taken_away,
    codes_are_not_guessed,
    what_is_shared_lies_nowhere_in_the_clear,
    a_first_code_is_right_and_ends_other_sessions,
    people_of_a_customer_may_have_one,
}

/// Somebody's app.
struct Phone(Totp);

impl Phone {
    fn of(letters: &str) -> Phone {
        let secret = Secret::try_from_base32(letters).unwrap();
        Phone(Builder::new().with_secret(secret).build().unwrap())
    }

    /// What it shows now.
    fn code(&self, app: &TestApp) -> String {
        let now = u64::try_from(app.clock.now().as_second()).unwrap();
        self.0.generate(now).to_string()
    }

    /// What it shows after the next change: a code that was not used.
    fn next_code(&self, app: &TestApp) -> String {
        app.clock.advance(SignedDuration::from_secs(31));
        self.code(app)
    }
}

/// The address in the QR code says to an app what our own rules say.
#[test]
fn an_app_reads_the_address_as_it_is_meant() {
    let secret = identity::rules::second_factor::Secret::of([0xa7; 32]);
    let address = secret.address("远航科技有限公司（演示）: Co & Söhne", "mei+desk@example.com");
    let app = Totp::from_url(address.as_str()).unwrap();
    assert_eq!(
        (app.issuer(), app.account_name()),
        (Some("远航科技有限公司（演示） Co & Söhne"), "mei+desk@example.com")
    );
    for second in [59_i64, 1_111_111_109, 1_796_000_000, 20_000_000_000] {
        let shown: u32 = app.generate(u64::try_from(second).unwrap()).to_string().parse().unwrap();
        let now = jiff::Timestamp::from_second(second).unwrap();
        assert_eq!(secret.matched(shown, now), Some(second / 30), "{second}");
    }
}

/// What is written between these in a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

async fn send(caller: &Caller, to: &str, fields: &[(String, String)], more: &[(&str, &str)]) -> Reply {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(more);
    caller.submit(to, &all).await
}

/// The letters that the page of the account shows, and its hidden fields.
async fn offered(caller: &Caller) -> (String, Vec<(String, String)>) {
    let page = caller.get("/account/second-factor").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("<svg "), "a picture to scan");
    (between(&page.text(), "<code>", "</code>")[0].replace(' ', ""), page.hidden_fields())
}

/// Sets up a second factor; gives the telephone and the recovery codes.
async fn enrol(app: &TestApp, caller: &Caller) -> (Phone, Vec<String>) {
    let (letters, fields) = offered(caller).await;
    let phone = Phone::of(&letters);
    let code = phone.code(app);
    let told = send(caller, "/account/second-factor", &fields, &[("/second_factor_code", &code)]).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let codes: Vec<String> = between(&told.text(), "<li><code>", "</code>").into_iter().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{}", told.text());
    (phone, codes)
}

/// Gives the right password; the fields of the page that asks for the code.
async fn password_given(app: &TestApp, email: &str) -> Vec<(String, String)> {
    let page = app.nobody.submit("/sign-in", &[("/email", email), ("/password", PASSWORD)]).await;
    assert_eq!((page.status, page.header("set-cookie")), (200, ""), "nobody is signed in: {}", page.text());
    assert!(page.text().contains("Your password is right"), "{}", page.text());
    page.hidden_fields()
}

async fn give_code(app: &TestApp, fields: &[(String, String)], code: &str) -> Reply {
    send(&app.nobody, "/sign-in/code", fields, &[("sign_in_code", code)]).await
}

/// Somebody with a second factor, just signed in by it.
async fn with_factor(app: &TestApp, role: Role) -> (String, Caller, Phone, Vec<String>) {
    let email = app.staff(role).await;
    let caller = app.nobody.signed_in(&email, PASSWORD).await;
    let (phone, codes) = enrol(app, &caller).await;
    (email, caller, phone, codes)
}

async fn confirm(caller: &Caller, name: &str, proof: &str) -> Reply {
    caller.submit("/confirm", &[("confirm_next", "/account"), (name, proof)]).await
}

/// Long enough for everybody to have to confirm who they are.
fn silence(app: &TestApp) {
    app.clock.advance(SignedDuration::from_mins(11));
}

async fn a_code_is_due_after_the_password(app: &TestApp) {
    let (email, caller, phone, _) = with_factor(app, Role::Auditor).await;
    let account = caller.get("/account").await.text();
    assert!(account.contains("In force") && account.contains("<dd>10</dd>"), "{account}");
    let fields = password_given(app, &email).await;
    // What shows that the password was right is no session.
    let token = &fields.iter().find(|(name, _)| name == "sign_in_token").unwrap().1;
    let posing = app.nobody.with_session(&format!("shunfu_session={token}"));
    assert!(posing.get("/account").await.location().starts_with("/sign-in"));
    for wrong in ["", "000000x", "12345", "0000-0000-0000-0000"] {
        let refused = give_code(app, &fields, wrong).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (422, ""), "{wrong}: {}", refused.text());
        assert!(refused.text().contains("This code is not right"), "{}", refused.text());
        assert_eq!(refused.hidden_fields(), fields, "it may be tried again");
    }
    let code = phone.next_code(app);
    let arrived = give_code(app, &fields, &format!(" {} {} ", &code[..3], &code[3..])).await;
    assert_eq!((arrived.status, arrived.location()), (303, "/"), "{}", arrived.text());
    assert_eq!(app.nobody.with_session_of(&arrived).get("/account").await.status, 200);
    // Nobody gets in by the same code again, though it still is the present one.
    let fields = password_given(app, &email).await;
    let again = give_code(app, &fields, &code).await;
    assert_eq!((again.status, again.header("set-cookie")), (422, ""), "{}", again.text());
    assert_eq!(give_code(app, &fields, &phone.next_code(app)).await.status, 303);
    // A wrong password is told nothing of codes.
    let stranger = app.nobody.submit("/sign-in", &[("/email", &email), ("/password", "not this one")]).await;
    assert_eq!(stranger.status, 401);
    assert!(!stranger.text().contains("sign_in_code") && stranger.text().contains("is not right"));
    let trail = app.api.get("/audit?limit=200").await.expect(200);
    let did = |command: &str| rows(&trail).iter().filter(|row| row["command"] == command).count();
    assert_eq!((did("second_factor.enrol"), did("session.begin"), did("second_factor.wrong_code")), (1, 2, 5));
}

async fn a_sign_in_waits_five_minutes_and_counts_once(app: &TestApp) {
    let (email, _, phone, _) = with_factor(app, Role::Auditor).await;
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &phone.next_code(app)).await.status, 303);
    let used = give_code(app, &fields, &phone.next_code(app)).await;
    assert_eq!((used.status, used.header("set-cookie")), (401, ""), "{}", used.text());
    assert!(used.text().contains("Sign in once more"), "{}", used.text());
    let late = password_given(app, &email).await;
    app.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(give_code(app, &late, &phone.next_code(app)).await.status, 401);
    assert_eq!(give_code(app, &[], &phone.next_code(app)).await.status, 401);
    let made_up = [("sign_in_token".to_owned(), late[0].1.replace(['0', '1', '2', '3'], "z"))];
    assert_eq!(give_code(app, &made_up, &phone.code(app)).await.status, 401);
    // Whoever was signed out everywhere is so at the door too.
    let fields = password_given(app, &email).await;
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let user = rows(&app.api.get("/users").await.expect(200)).iter().find(|u| u["email"] == email).cloned().unwrap();
    owner.submit(&format!("/users/{}/password", text(&user, "/id")), &[]).await.expect(200);
    assert_eq!(give_code(app, &fields, &phone.next_code(app)).await.status, 401);
}

async fn of_many_with_the_same_code_one_gets_in(app: &TestApp) {
    let (email, caller, phone, codes) = with_factor(app, Role::Owner).await;
    let mut doors = Vec::new();
    for _ in 0..6 {
        doors.push(password_given(app, &email).await);
    }
    let code = phone.next_code(app);
    let statuses = |replies: &[Reply]| {
        let mut all: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        all.sort_unstable();
        all
    };
    let replies = join_all(doors.iter().map(|door| give_code(app, door, &code))).await;
    assert_eq!(statuses(&replies), [303, 422, 422, 422, 422, 422]);
    app.clock.advance(SignedDuration::from_mins(4));
    let left: Vec<_> = doors.iter().zip(&replies).filter(|(_, r)| r.status == 422).map(|(door, _)| door).collect();
    let replies = join_all(left.iter().take(3).map(|door| give_code(app, door, &codes[0]))).await;
    assert_eq!(statuses(&replies), [303, 422, 422]);
    assert!(caller.get("/account").await.text().contains("<dd>9</dd>"));
}

async fn a_recovery_code_counts_once(app: &TestApp) {
    let (email, caller, phone, codes) = with_factor(app, Role::Auditor).await;
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &codes[3].to_uppercase().replace('-', " ")).await.status, 303);
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &codes[3]).await.status, 422);
    assert_eq!(give_code(app, &fields, &codes[4]).await.status, 303);
    assert!(caller.get("/account").await.text().contains("<dd>8</dd>"));
    // Drawn anew after a code, and told once; a second press of the same button tells the same.
    silence(app);
    let key = caller.get("/account").await.hidden_fields().into_iter().find(|(name, _)| name == "idempotency_key");
    let key: Vec<(String, String)> = key.into_iter().collect();
    let renew = "/account/second-factor/recovery-codes";
    assert_eq!(send(&caller, renew, &key, &[]).await.status, 403, "a code is asked for first");
    assert_eq!(confirm(&caller, "confirm_code", &codes[5]).await.status, 303);
    let told = send(&caller, renew, &key, &[]).await;
    let new: Vec<String> = between(&told.text(), "<li><code>", "</code>").into_iter().map(str::to_owned).collect();
    assert_eq!(new.len(), 10, "{}", told.text());
    let again = send(&caller, renew, &key, &[]).await.text();
    assert_eq!(between(&again, "<li><code>", "</code>"), new);
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &codes[6]).await.status, 422, "those of before open nothing");
    assert_eq!(give_code(app, &fields, &new[0]).await.status, 303);
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &phone.next_code(app)).await.status, 303, "the app is the same");
}

/// Forms that move or redirect money, or decide who may.
async fn grave(app: &TestApp) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let customer = app.customer("退款").await;
    let payment = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let invoice = app.invoice(&customer, "30.00").await;
    app.pay(&customer, cny("30.00"), &[(&invoice, "30.00")]).await.expect(201);
    let note = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    let note = app.api.post(&note, &json!({ "reason": "退货" })).await.expect(201);
    let user = json!({ "name": "某人", "email": "somebody@example.com", "roles": ["auditor"] });
    let user = text(&app.api.post("/users", &user).await.expect(201), "/id");
    let refund = vec![("/amount/amount", "1.00"), ("/reason", "退多付")];
    vec![
        (format!("/payments/{}/refund", text(&payment, "/id")), refund.clone()),
        (format!("/credit-notes/{}/refund", text(&note, "/id")), refund),
        ("/settings/gateways".into(), vec![("/name", "x")]),
        ("/settings/single-person".into(), vec![("/decides_alone_up_to", "1")]),
        ("/settings/second-factor".into(), vec![("/second_factor_required", "false")]),
        ("/settings/api-keys".into(), vec![("/name", "x"), ("/roles", "auditor")]),
        ("/users".into(), vec![("/name", "n"), ("/email", "n@example.com"), ("/locale", "en"), ("/roles", "auditor")]),
        (format!("/users/{user}"), vec![("/name", "n"), ("/roles", "owner")]),
        (format!("/users/{user}/password"), vec![("press", "1")]),
        (format!("/users/{user}/second-factor/remove"), vec![("press", "1")]),
    ]
}

/// The form of the settings as it stands, with another bank account.
async fn redirected(caller: &Caller) -> Vec<(String, String)> {
    let mut form = caller.get("/settings").await.fields();
    form.retain(|(name, _)| name.starts_with('/') && name != "/logo" || name == "version");
    form.iter_mut().find(|(name, _)| name == "/bank_account").unwrap().1 = "招商银行 6225".to_owned();
    form
}

async fn a_code_is_due_before_money_moves(app: &TestApp) {
    let forms = grave(app).await;
    let (_, owner, phone, _) = with_factor(app, Role::Owner).await;
    silence(app);
    for (address, fields) in &forms {
        let asked = owner.submit(address, fields).await;
        assert_eq!(asked.status, 403, "{address}: {}", asked.text());
        assert!(asked.text().contains("confirm_code"), "{address} asks for no code");
    }
    let other = redirected(&owner).await;
    assert_eq!(send(&owner, "/settings", &other, &[]).await.status, 403, "where customers pay to");
    let mut same = other.clone();
    same.iter_mut().find(|(name, _)| name == "/bank_account").unwrap().1 = String::new();
    assert_eq!(send(&owner, "/settings", &same, &[]).await.status, 303, "all else is everyday");
    let trail = app.api.get("/audit?command=payment.refund").await.expect(200);
    assert_eq!(rows(&trail).len(), 0, "{trail}");
    // Everyday acts ask nobody.
    let customer = app.customer("日常").await;
    let recorded = [
        ("/customer", customer.as_str()),
        ("/method", "cash"),
        ("/amount/currency", "CNY"),
        ("/amount/amount", "9.00"),
        ("/received_on", crate::harness::TODAY),
    ];
    assert_eq!(owner.submit("/payments", &recorded).await.status, 303);
    assert_eq!(confirm(&owner, "confirm_code", &phone.next_code(app)).await.location(), "/account");
    for (address, fields) in &forms {
        let done = owner.submit(address, fields).await;
        assert_ne!(done.status, 403, "{address}: {}", done.text());
    }
    let fresh = redirected(&owner).await;
    assert_eq!(send(&owner, "/settings", &fresh, &[]).await.status, 303);
    // A program is no person at the desk.
    let payment = app.pay(&customer, cny("5.00"), &[]).await.expect(201);
    let refund = format!("/payments/{}/refunds", text(&payment, "/id"));
    app.api.post(&refund, &json!({ "amount": cny("1.00"), "reason": "多付" })).await.expect(201);
}

async fn a_password_alone_confirms_nobody_who_has_a_factor(app: &TestApp) {
    let (_, owner, phone, codes) = with_factor(app, Role::Owner).await;
    silence(app);
    let asked = owner.get("/settings/gateways").await;
    assert_eq!((asked.status, asked.location()), (303, "/confirm?next=%2Fsettings%2Fgateways"));
    for (name, proof) in [("confirm_password", PASSWORD), ("confirm_code", PASSWORD), ("confirm_code", "")] {
        assert_eq!(confirm(&owner, name, proof).await.status, 422, "{name}");
    }
    // Nor does another password, though it opens a new session.
    let new = "Kupfer-laterne-71-Wolke";
    let changed = owner.submit("/account/password", &[("/old_password", PASSWORD), ("/new_password", new)]).await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    let owner = app.nobody.with_session_of(&changed);
    assert_eq!(owner.get("/settings/gateways").await.status, 303);
    let code = phone.next_code(app);
    assert_eq!(confirm(&owner, "confirm_code", &code).await.status, 303);
    assert_eq!(owner.get("/settings/gateways").await.status, 200);
    silence(app);
    assert_eq!(confirm(&owner, "confirm_code", &code).await.status, 422, "a code counts once");
    assert_eq!(confirm(&owner, "confirm_code", &codes[0]).await.status, 303);
    assert_eq!(confirm(&owner, "confirm_code", &codes[0]).await.status, 422);
    // Removed by its owner, the password is asked for again.
    let removed = owner.submit("/account/second-factor/remove", &[]).await;
    assert_eq!(removed.location(), "/account?done=second-factor-removed");
    assert_eq!(owner.submit("/account/second-factor/remove", &[]).await.status, 409);
    silence(app);
    assert_eq!(confirm(&owner, "confirm_password", new).await.status, 303);
}

async fn a_form_is_held_over_the_code(app: &TestApp) {
    let customer = app.customer("保留").await;
    let payment = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let refund = format!("/payments/{}/refund", text(&payment, "/id"));
    let (email, owner, phone, _) = with_factor(app, Role::Owner).await;
    silence(app);
    // Before an act.
    let mut form: Vec<(String, String)> = owner.get(&refund.replace("/refund", "")).await.hidden_fields();
    form.truncate(1);
    let typed = [("/amount/amount", "50.00"), ("/reason", "退 & 多付")];
    let held = send(&owner, &refund, &form, &typed).await;
    let fields = held.hidden_fields();
    assert!(fields.contains(&("/reason".into(), "退 & 多付".into())), "{fields:?}");
    let wrong = send(&owner, "/confirm", &fields, &[("confirm_code", "000000x")]).await;
    assert_eq!((wrong.status, wrong.hidden_fields()), (422, fields.clone()), "{}", wrong.text());
    let code = phone.next_code(app);
    let led = send(&owner, "/confirm", &fields, &[("confirm_code", &code)]).await;
    assert_eq!((led.status, led.location()), (307, refund.as_str()), "{}", led.text());
    let done = send(&owner, &refund, &fields, &[]).await;
    assert!(done.location().contains("done=refund-begun"), "{}", done.text());
    // Over both steps of signing in.
    let key = owner.get("/customers/new").await.hidden_fields();
    let held = send(&app.nobody, "/customers", &key, &[("/name", "远航 & Söhne")]).await;
    assert_eq!(held.status, 401, "{}", held.text());
    let proof = [("sign_in_email", email.as_str()), ("sign_in_password", PASSWORD)];
    let second = send(&app.nobody, "/sign-in", &held.hidden_fields(), &proof).await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert!(second.hidden_fields().contains(&("/name".into(), "远航 & Söhne".into())), "{}", second.text());
    let code = phone.next_code(app);
    let led = give_code(app, &second.hidden_fields(), &code).await;
    assert_eq!((led.status, led.location()), (307, "/customers"), "{}", led.text());
    assert!(led.header("set-cookie").starts_with("shunfu_session="));
}

async fn a_company_may_want_one_of_everybody(app: &TestApp) {
    let customer = app.customer("政策").await;
    let payment = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let refund = format!("/payments/{}/refund", text(&payment, "/id"));
    let typed = [("/amount/amount", "1.00"), ("/reason", "退多付")];
    let manager = app.nobody.signed_in(&app.staff(Role::FinanceManager).await, PASSWORD).await;
    let refused = manager.submit("/settings/second-factor", &[("/second_factor_required", "true")]).await;
    assert_eq!(refused.status, 403, "an owner's alone: {}", refused.text());
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    assert!(owner.get("/settings").await.text().contains("everybody’s own choice"));
    let set = owner.submit("/settings/second-factor", &[("/second_factor_required", "true")]).await;
    assert_eq!(set.location(), "/settings?done=settings-saved", "{}", set.text());
    assert!(owner.get("/settings").await.text().contains("Everybody needs a second factor"));
    let trail = app.api.get("/audit?command=organisation.second_factor").await.expect(200);
    assert_eq!(rows(&trail)[0]["details"]["second_factor_required"], true, "{trail}");
    // Who has none is led to where it is set up, also who switched it on and now would switch it off.
    let led = manager.submit(&refund, &typed).await;
    assert_eq!((led.status, led.location()), (303, "/account/second-factor?next=%2F"), "{}", led.text());
    assert!(manager.get(led.location()).await.text().contains("Your company wants a second factor"));
    let off = owner.submit("/settings/second-factor", &[("/second_factor_required", "false")]).await;
    assert!(off.location().starts_with("/account/second-factor"), "{}", off.text());
    for page in ["/settings/gateways", "/settings/single-person", "/settings/second-factor", "/settings/api-keys/new"] {
        let led = owner.get(page).await;
        let to = format!("/account/second-factor?next={}", page.replace('/', "%2F"));
        assert_eq!((led.status, led.location()), (303, to.as_str()));
    }
    app.api
        .post(&refund.replace("/refund", "/refunds"), &json!({ "amount": cny("1.00"), "reason": "x" }))
        .await
        .expect(201);
    enrol(app, &manager).await;
    let done = manager.submit(&refund, &typed).await;
    assert!(done.location().contains("done=refund-begun"), "{}", done.text());
}

async fn a_lost_telephone_is_taken_away(app: &TestApp) {
    let (email, manager, phone, _) = with_factor(app, Role::FinanceManager).await;
    let waiting = password_given(app, &email).await;
    let (owners, owner, ..) = with_factor(app, Role::Owner).await;
    let users = app.api.get("/users").await.expect(200);
    let id_of = |email: &str| text(rows(&users).iter().find(|user| user["email"] == email).unwrap(), "/id");
    let remove = |id: String| format!("/users/{id}/second-factor/remove");
    assert_eq!(manager.submit(&remove(id_of(&owners)), &[]).await.status, 403, "nobody's who may more");
    let page = owner.get(&format!("/users/{}", id_of(&email))).await.text();
    assert!(page.contains(&remove(id_of(&email))), "{page}");
    let removed = owner.submit(&remove(id_of(&email)), &[]).await;
    assert_eq!(removed.location(), "/users?done=second-factor-removed", "{}", removed.text());
    assert_eq!(owner.submit(&remove(id_of(&email)), &[]).await.status, 409);
    assert!(!owner.get(&format!("/users/{}", id_of(&email))).await.text().contains("second-factor/remove"));
    assert!(manager.get("/account").await.location().starts_with("/sign-in"), "signed out everywhere");
    assert_eq!(give_code(app, &waiting, &phone.next_code(app)).await.status, 401);
    app.nobody.signed_in(&email, PASSWORD).await;
    let trail = app.api.get("/audit?command=user.remove_second_factor").await.expect(200);
    assert_eq!(rows(&trail)[0]["subject"], id_of(&email), "{trail}");
}

/// A code from behind the proxy of this machine.
async fn guess(app: &TestApp, from: &str, fields: &[(String, String)], code: &str) -> Reply {
    let mut all = fields.to_vec();
    all.push(("sign_in_code".into(), code.into()));
    let request = app.nobody.request(Method::POST, "/sign-in/code").header("x-forwarded-for", from);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    Reply::of(Method::POST, "/sign-in/code", request.body(serde_urlencoded::to_string(&all).unwrap())).await
}

async fn codes_are_not_guessed(app: &TestApp) {
    let (email, caller, phone, codes) = with_factor(app, Role::Owner).await;
    let fields = password_given(app, &email).await;
    for n in 0..10 {
        // From everywhere, and at the screen that is open.
        let status = match n % 2 {
            0 => guess(app, &format!("203.0.113.{n}"), &fields, "0000-0000-0000-0000").await.status,
            _ => confirm(&caller, "confirm_code", "0000-0000-0000-0000").await.status,
        };
        assert_eq!(status, 422, "{n}");
    }
    let refused = guess(app, "203.0.113.77", &fields, &phone.next_code(app)).await;
    assert_eq!((refused.status, refused.header("set-cookie")), (429, ""), "{}", refused.text());
    assert!((1..=3601).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(guess(app, "203.0.113.78", &fields, &codes[0]).await.status, 429);
    assert_eq!(confirm(&caller, "confirm_code", &codes[0]).await.status, 429);
    // A new beginning is no way around it.
    let fields = password_given(app, &email).await;
    assert_eq!(guess(app, "203.0.113.79", &fields, &codes[0]).await.status, 429);
    app.clock.advance(SignedDuration::from_mins(61));
    let fields = password_given(app, &email).await;
    assert_eq!(give_code(app, &fields, &codes[0]).await.status, 303);
}

async fn what_is_shared_lies_nowhere_in_the_clear(app: &TestApp) {
    let owner = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let (letters, fields) = offered(&owner).await;
    let code = Phone::of(&letters).code(app);
    let told = send(&owner, "/account/second-factor", &fields, &[("/second_factor_code", &code)]).await;
    let told = told.text();
    let mut words: Vec<String> = between(&told, "<li><code>", "</code>").into_iter().map(str::to_owned).collect();
    assert_eq!(words.len(), 10);
    words.extend(words.clone().iter().map(|code| code.replace('-', "")));
    words.push(letters.clone());
    for address in ["/account", "/account/second-factor", "/audit", "/audit.csv", "/users", "/users.csv"] {
        let page = owner.get(address).await.text();
        let shown: Vec<&String> = words.iter().filter(|word| page.contains(*word)).collect();
        assert!(shown.is_empty(), "{address} shows {shown:?}");
    }
    let kept: Value = app.api.get("/audit?limit=200").await.expect(200);
    assert!(words.iter().all(|word| !kept.to_string().contains(word)), "{kept}");
    let other = offered(&owner).await.0;
    assert_ne!(other, letters, "another one is drawn for another telephone");
    if app.engine == Engine::Sqlite {
        let files = files_below(app.data_dir());
        assert!(has(&files, b"second_factor.enrol"), "this looks at the right files");
        let found: Vec<&String> = words.iter().filter(|word| has(&files, word.as_bytes())).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

fn files_below(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![std::fs::read(&path).unwrap()] })
        .collect()
}

fn has(files: &[Vec<u8>], word: &[u8]) -> bool {
    files.iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word))
}

async fn a_first_code_is_right_and_ends_other_sessions(app: &TestApp) {
    let email = app.staff(Role::Cashier).await;
    let elsewhere = app.nobody.signed_in(&email, PASSWORD).await;
    let caller = app.nobody.signed_in(&email, PASSWORD).await;
    let (letters, fields) = offered(&caller).await;
    let phone = Phone::of(&letters);
    for wrong in ["", "abc", "12345"] {
        let refused = send(&caller, "/account/second-factor", &fields, &[("/second_factor_code", wrong)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let shown = between(&refused.text(), "<code>", "</code>")[0].replace(' ', "");
        assert_eq!(shown, letters, "the same is still to be scanned");
    }
    // The picture of one person or session is of no use to another.
    let stolen =
        send(&elsewhere, "/account/second-factor", &fields, &[("/second_factor_code", &phone.code(app))]).await;
    assert_eq!(stolen.status, 422, "{}", stolen.text());
    app.nobody.signed_in(&email, PASSWORD).await;
    silence(app);
    let asked = caller.get("/account/second-factor?next=%2Finvoices").await;
    let to = "/confirm?next=%2Faccount%2Fsecond-factor%3Fnext%3D%252Finvoices";
    assert_eq!((asked.status, asked.location()), (303, to));
    let code = phone.code(app);
    let held = send(&caller, "/account/second-factor", &fields, &[("/second_factor_code", &code)]).await;
    assert_eq!(held.status, 403, "the password first");
    assert_eq!(confirm(&caller, "confirm_password", PASSWORD).await.status, 303);
    let code = phone.code(app);
    let told = send(&caller, "/account/second-factor", &fields, &[("/second_factor_code", &code)]).await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert_eq!(caller.get("/account").await.status, 200);
    assert!(elsewhere.get("/account").await.location().starts_with("/sign-in"), "opened without it");
    // The code that enrolled is used.
    let door = password_given(app, &email).await;
    assert_eq!(give_code(app, &door, &code).await.status, 422);
    // Another telephone takes its place, after a code of the first.
    let (new, _) = enrol(app, &caller).await;
    assert_eq!(give_code(app, &door, &phone.next_code(app)).await.status, 401, "and ends what waits");
    let door = password_given(app, &email).await;
    assert_eq!(give_code(app, &door, &phone.next_code(app)).await.status, 422);
    assert_eq!(give_code(app, &door, &new.next_code(app)).await.status, 303);
}

async fn people_of_a_customer_may_have_one(app: &TestApp) {
    let customer = app.customer("门户").await;
    let email = app.buyer(&customer).await;
    let buyer = app.nobody.signed_in(&email, PASSWORD).await;
    assert!(buyer.get("/account").await.text().contains("/account/second-factor"));
    let (phone, _) = enrol(app, &buyer).await;
    let fields = password_given(app, &email).await;
    let arrived = give_code(app, &fields, &phone.next_code(app)).await;
    assert_eq!((arrived.status, arrived.location()), (303, "/portal"), "{}", arrived.text());
}
