//! Payers inside a provider's own app: introduced first, then asked to confirm there. In WeChat's browser, at WeChat Pay's face.

use crate::harness::simulator::Simulator;
use crate::harness::trade::text;
use crate::harness::{Caller, Engine, PASSWORD, Reply, TestApp, both, rows};
use crate::sealed::found;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE, USER_AGENT};
use serde_json::Value;

both! {
    a_payer_inside_wechat_presses_one_button,
    several_invoices_are_paid_in_the_portal_too,
    a_code_that_introduces_nobody_leads_to_the_one_to_scan,
    nobody_elses_code_is_taken_and_nothing_is_forged,
    an_order_without_an_answer_is_in_doubt_and_is_paid_all_the_same,
}

const AGENT: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
     Mobile/15E148 MicroMessenger/8.0.60 NetType/WIFI Language/zh_CN";

/// As the face of WeChat Pay names its only payer.
const OPENID: &str = "oSimulated_payer_000000001";

/// A browser inside WeChat that keeps its cookies.
struct Inside {
    caller: Caller,
    cookies: Vec<String>,
}

impl Inside {
    fn new(caller: &Caller) -> Inside {
        Inside { caller: caller.clone(), cookies: Vec::new() }
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<&[(&str, &str)]>) -> Reply {
        let mut request = self.caller.request(method.clone(), path).header(USER_AGENT, AGENT);
        for cookie in &self.cookies {
            request = request.header(COOKIE, cookie);
        }
        if let Some(form) = form {
            let typed = serde_urlencoded::to_string(form).unwrap();
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(typed);
        }
        let reply = Reply::of(method, path, request).await;
        let set = reply.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        self.cookies.extend(set.filter_map(|value| Some(value.split(';').next()?.to_owned())));
        reply
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form, which leads to WeChat; gives where WeChat sends the browser.
    async fn introduced(&mut self, path: &str, form: &[(&str, &str)]) -> String {
        let begun = self.send(Method::POST, path, Some(form)).await;
        assert_eq!(begun.status, 303, "{}", begun.text());
        let (to, fragment) = begun.location().split_once('#').unwrap_or_else(|| panic!("{}", begun.location()));
        assert!(to.contains("/connect/oauth2/authorize?appid=") && fragment == "wechat_redirect", "{to}");
        let back = self.get(to).await;
        assert_eq!(back.status, 302, "{}", back.text());
        back.location().to_owned()
    }

    /// The page of a checkout, to which the browser is led.
    async fn led(&mut self, back: &str) -> (String, Reply) {
        let to = self.get(back).await;
        assert_eq!(to.status, 303, "{}", to.text());
        let page = self.get(to.location()).await;
        assert_eq!(page.status, 200, "{}", page.text());
        (to.location().to_owned(), page)
    }
}

/// What the page hands to WeChat, which the payer then does this with.
async fn handed_over(simulator: &Simulator, page: &Reply, choice: &str) -> Value {
    let page = page.text().replace("&#34;", "\"").replace("&quot;", "\"");
    let (_, rest) = page.split_once("data-ask=\"").unwrap_or_else(|| panic!("{page}"));
    let (json, _) = rest.split_once("\"><button").unwrap();
    let address = format!("{}/wechat/getBrandWCPayRequest?choice={choice}", simulator.address);
    let said: Value = serde_json::from_str(json).unwrap();
    Caller::nobody("").post(&address, &said).await.expect(200)["err_msg"].clone()
}

fn path(app: &TestApp, invoice: &Value) -> String {
    text(invoice, "/pay_url").strip_prefix(&app.base).unwrap().to_owned()
}

async fn a_payer_inside_wechat_presses_one_button(app: &TestApp) {
    let simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("微信").await;
    let invoice = app.invoice(&customer, "20.00").await;
    let mut browser = Inside::new(&app.nobody);
    let form = [("idempotency_key", "inside"), ("/method", "e_wallet"), ("/invoices/0/amount", "12.00")];
    let back = browser.introduced(&path(app, &invoice), &form).await;
    // Nothing is begun before it is known who pays.
    let begun = browser.get(&format!("{}/return", path(app, &invoice))).await;
    assert_eq!(begun.status, 303, "no checkout to look at");
    let (place, page) = browser.led(&back).await;
    assert!(page.text().contains("Pay now") && !page.text().contains("<svg class=\"qr"), "{}", page.text());
    assert!(!page.text().contains(OPENID) && !back.contains(OPENID));
    // Back again, as browsers do: the same payment.
    assert_eq!(browser.led(&back).await.0, place);

    assert_eq!(handed_over(&simulator, &page, "cancel").await, "get_brand_wcpay_request:cancel");
    let again = browser.get(&place).await;
    assert!(again.text().contains("Pay now"), "{}", again.text());
    assert_eq!(handed_over(&simulator, &again, "pay").await, "get_brand_wcpay_request:ok");
    let paid = browser.get(&place).await;
    assert!(paid.text().contains("The money has arrived") && !paid.text().contains("Pay now"), "{}", paid.text());
    app.eventually("a part is paid", async || (app.standing(&invoice).await == "partially_paid 8.00").then_some(()))
        .await;
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 1);
    assert_eq!(found(app.data_dir(), &[OPENID]), Vec::<String>::new());
    if app.engine == Engine::Sqlite {
        assert!(!found(app.data_dir(), &["prepay_"]).is_empty(), "this looks at the right files");
    }
}

async fn several_invoices_are_paid_in_the_portal_too(app: &TestApp) {
    let simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("门户").await;
    let (first, second) = (app.invoice(&customer, "10.00").await, app.invoice(&customer, "20.00").await);
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let mut browser = Inside::new(&buyer);
    let [one, other] = [&first, &second].map(|invoice| text(invoice, "/id"));
    let form = [("idempotency_key", "two"), ("/method", "e_wallet"), ("/invoices", &one), ("/invoices", &other)];
    let back = browser.introduced("/portal/pay", &form).await;
    // Whoever is not signed in is to sign in first.
    let mut stranger = Inside { caller: app.nobody.clone(), cookies: browser.cookies.clone() };
    assert!(stranger.get(&back).await.location().starts_with("/sign-in"));
    let (place, page) = browser.led(&back).await;
    assert!(place.starts_with("/portal/paid?checkout="), "{place}");
    assert_eq!(handed_over(&simulator, &page, "pay").await, "get_brand_wcpay_request:ok");
    assert!(browser.get(&place).await.text().contains("The money has arrived"));
    assert_eq!((app.standing(&first).await, app.standing(&second).await), ("paid 0.00".into(), "paid 0.00".into()));
}

async fn a_code_that_introduces_nobody_leads_to_the_one_to_scan(app: &TestApp) {
    let simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("扫码").await;
    for (number, spoil) in [
        (0, (|back: &str| back.replace("code=wxcode", "code=guessed")) as fn(&str) -> String),
        (1, |back| back.replace("code=", "refused=")),
        (2, |back| back.to_owned()),
    ] {
        let invoice = app.invoice(&customer, "20.00").await;
        let mut browser = Inside::new(&app.nobody);
        let key = format!("scan-{number}");
        let back =
            browser.introduced(&path(app, &invoice), &[("idempotency_key", &key), ("/method", "e_wallet")]).await;
        if number == 2 {
            // Somebody was quicker with this code.
            let code = back.split_once("code=").unwrap().1.split('&').next().unwrap();
            let asked = format!(
                "{}/sns/oauth2/access_token?appid=wx0000000000000001&secret=demonstration-secret-of-the-app&code={code}\
                 &grant_type=authorization_code",
                simulator.address
            );
            assert_eq!(app.nobody.get(&asked).await.expect(200)["openid"], OPENID);
        }
        let (place, page) = browser.led(&spoil(&back)).await;
        assert!(page.text().contains("Scan to pay") && !page.text().contains("<sf-bridge"), "{}", page.text());
        let (_, id) = place.split_once("checkout=").unwrap();
        let opened = app.api.get(&format!("/checkouts/{id}")).await.expect(200);
        simulator.payer_chooses(&text(&opened, "/qr"), "pay").await;
        app.eventually("it is paid", async || (app.standing(&invoice).await == "paid 0.00").then_some(())).await;
    }
}

async fn nobody_elses_code_is_taken_and_nothing_is_forged(app: &TestApp) {
    let _simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("伪造").await;
    let invoice = app.invoice(&customer, "20.00").await;
    let place = path(app, &invoice);
    let (mut browser, mut other) = (Inside::new(&app.nobody), Inside::new(&app.nobody));
    let form = [("idempotency_key", "mine"), ("/method", "e_wallet")];
    let back = browser.introduced(&place, &form).await;
    let others = other.introduced(&place, &form).await;
    let state = |back: &str| back.split_once("state=").unwrap().1.to_owned();
    assert_ne!(state(&back), state(&others), "each browser has its own");
    let mut bare = Inside::new(&app.nobody);
    let mut changed = Inside::new(&app.nobody);
    let spoilt = |cookie: &String| cookie.replacen("shunfu_intent=e", "shunfu_intent=f", 1);
    changed.cookies = browser.cookies.iter().map(spoilt).collect();
    for (name, answer) in [
        ("a code and state of another browser", browser.get(&others).await),
        ("a browser that chose nothing", bare.get(&back).await),
        ("a choice that was changed", changed.get(&back).await),
        ("a state of somebody's making", browser.get(&back.replace(&state(&back), &"0".repeat(32))).await),
        ("no state", browser.get("/checkouts/introduced?code=x").await),
    ] {
        assert_eq!(answer.status, 409, "{name}: {}", answer.text());
        assert!(answer.text().contains("Nothing was taken"), "{name}: {}", answer.text());
    }
    app.clock.advance(jiff::SignedDuration::from_secs(601));
    assert_eq!(browser.get(&back).await.status, 409, "too late");
    // Of all this nothing was begun: the invoice can be paid at once.
    let page = browser.get(&place).await;
    assert!(page.text().contains("action=\"/pay/"), "{}", page.text());
}

async fn an_order_without_an_answer_is_in_doubt_and_is_paid_all_the_same(app: &TestApp) {
    let simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("无应答").await;
    let invoice = app.invoice(&customer, "20.00").await;
    let mut browser = Inside::new(&app.nobody);
    let form = [("idempotency_key", "silent"), ("/method", "e_wallet")];
    let back = browser.introduced(&path(app, &invoice), &form).await;
    simulator.shall("error_after", 1).await;
    let begun = browser.get(&back).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    let place = begun.location().to_owned();
    simulator.shall("query_error", 1).await;
    let page = browser.get(&place).await;
    assert!(page.text().contains("Not confirmed yet") && !page.text().contains("<sf-bridge"), "{}", page.text());
    // Asked again the provider knows the order, and the same call tells what it is called in the app.
    let page = browser.get(&place).await;
    let page = if page.text().contains("<sf-bridge") { page } else { browser.get(&place).await };
    assert_eq!(handed_over(&simulator, &page, "pay").await, "get_brand_wcpay_request:ok");
    app.eventually("it is paid", async || (app.standing(&invoice).await == "paid 0.00").then_some(())).await;
    assert!(browser.get(&place).await.text().contains("The money has arrived"));
    assert_eq!(found(app.data_dir(), &[OPENID]), Vec::<String>::new());
}
