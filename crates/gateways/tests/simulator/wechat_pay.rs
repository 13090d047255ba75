//! WeChat Pay's language: the connector and the simulator over it. Libraries of others judge both elsewhere.

use crate::house::{Arrived, House, MERCHANT, unfit};
use crate::payments::code;
use gateways::simulator::{WeChatPayConfig, keys};
use gateways::{
    CallError, Device, Event, Lookup, Method, NotificationError, OpenCheckout, Payer, PaymentState, RefundLookup,
    RefundRequest, RefundState, Unfit,
};
use http::HeaderValue;
use kernel::{Clock, Currency, Money, Timestamp};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

async fn wechat() -> House {
    House::speaking("wechat_pay").await
}

fn refund(house: &mut House, payment: &Lookup, minor: i64, reason: &str) -> RefundRequest {
    let reference = house.next_id();
    RefundRequest {
        reference,
        idempotency_key: format!("refund-{reference}"),
        payment: payment.clone(),
        amount: cny(minor),
        total: cny(1000),
        reason: reason.to_owned(),
        notify_url: house.notify_url(),
    }
}

#[tokio::test]
async fn open_pay_notify_query() {
    let mut house = wechat().await;
    let (lookup, opened) = house.open(73_216, "INV-2026-00408").await;
    // A code to scan; no page, and no id before it is paid.
    assert!(opened.qr.is_some() && opened.url.is_none() && opened.provider_id.is_none());
    let open = house.query(&lookup).await.unwrap();
    assert_eq!((open.state, open.provider_id.as_str(), open.paid_at), (PaymentState::Open, "", None));
    house.pass(60);
    let next = house.choose(&opened, "pay").await;
    assert!(next.starts_with(&format!("{}/pay/wxpay_", house.base_url)), "{next}");

    let notification = house.notification().await;
    assert_eq!((notification.merchant.as_str(), notification.occurred_at.as_second()), (MERCHANT, 1_790_000_060));
    let payment = house.query(&lookup).await.unwrap();
    let told = Event::Payment {
        reference: lookup.reference,
        provider_id: payment.provider_id.clone(),
        state: PaymentState::Succeeded,
        amount: cny(73_216),
        fee: None,
    };
    assert_eq!(notification.event, told);
    assert_eq!((payment.amount, payment.fee, payment.merchant.as_str()), (cny(73_216), None, MERCHANT));
    assert_eq!((payment.state, payment.paid_at), (PaymentState::Succeeded, Some(notification.occurred_at)));
    let by_id = Lookup { provider_id: Some(payment.provider_id.clone()), ..lookup };
    assert_eq!(house.query(&by_id).await.unwrap().provider_id, payment.provider_id);
}

#[tokio::test]
async fn a_telephone_opens_the_wallet_without_scanning() {
    let mut house = wechat().await;
    let ask =
        OpenCheckout { device: Device::Phone { address: Some([203, 0, 113, 7].into()) }, ..house.ask(1000, "INV-1") };
    let lookup = Lookup { reference: ask.reference, provider_id: None };
    let opened = house.gateway.open(ask).await.unwrap();
    assert!(
        opened.qr.is_none() && opened.url.as_ref().is_some_and(|url| url.contains("redirect_url=https%3A%2F%2Fseller"))
    );
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
    // Without its address there is the code.
    let ask = OpenCheckout { device: Device::Phone { address: None }, ..house.ask(1000, "INV-2") };
    assert!(house.gateway.open(ask).await.unwrap().qr.is_some());
}

const INSIDE: Device = Device::WeChat { payer: None };

/// What the browser brings back from being introduced, and the state that it was sent with.
async fn introduced(house: &House) -> (String, String) {
    let introduces = house.gateway.introduces().unwrap();
    let to = introduces.introduction(&INSIDE, "https://seller.example/introduced", "5ta7e").unwrap();
    let (to, fragment) = to.split_once('#').unwrap();
    assert_eq!(fragment, "wechat_redirect");
    let answer = house.browser.get(to).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let (code, state) = back.split_once("&state=").unwrap();
    (code.strip_prefix("https://seller.example/introduced?code=").unwrap().to_owned(), state.to_owned())
}

/// What WeChat answers to a page that hands this over, when its user does so with it.
async fn handed_over(house: &House, said: &serde_json::Value, choice: &str) -> String {
    let address = format!("{}/wechat/getBrandWCPayRequest?choice={choice}", house.base_url);
    let answer: serde_json::Value = house.browser.post(address).json(said).send().await.unwrap().json().await.unwrap();
    answer["err_msg"].as_str().unwrap().strip_prefix("get_brand_wcpay_request:").unwrap().to_owned()
}

#[tokio::test]
async fn inside_wechat_a_payer_who_was_introduced_pays_without_a_code() {
    let mut house = wechat().await;
    let (code, state) = introduced(&house).await;
    assert_eq!(state, "5ta7e");
    let payer = house.gateway.introduces().unwrap().introduce(code).await.unwrap();
    let known = INSIDE.held_by(Some(payer));
    assert_eq!(house.gateway.introduces().unwrap().introduction(&known, "https://seller.example", "x"), None);
    let ask = OpenCheckout { device: known, ..house.ask(1000, "INV-1") };
    let lookup = Lookup { reference: ask.reference, provider_id: None };
    let opened = house.gateway.open(ask.clone()).await.unwrap();
    assert!(opened.url.is_none() && opened.qr.is_none());
    assert_eq!(house.gateway.open(ask).await.unwrap(), opened);

    let hand = house.gateway.introduces().unwrap().hand_over(&opened.in_app.unwrap()).unwrap();
    assert_eq!((hand.bridge, hand.call), ("WeixinJSBridge", "getBrandWCPayRequest"));
    let said: serde_json::Value = serde_json::from_str(&hand.ask).unwrap();
    for name in ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"] {
        let mut spoilt = said.clone();
        spoilt[name] = format!("{}x", said[name].as_str().unwrap()).into();
        assert_eq!(handed_over(&house, &spoilt, "pay").await, "fail", "{name}");
    }
    assert_eq!(handed_over(&house, &said, "cancel").await, "cancel");
    // What the app says proves nothing; what the provider says does.
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    assert_eq!(handed_over(&house, &said, "pay").await, "ok");
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
    assert!(
        matches!(house.notification().await.event, Event::Payment { reference, .. } if reference == lookup.reference)
    );
}

#[tokio::test]
async fn a_code_introduces_once_and_for_a_while() {
    let house = wechat().await;
    let introduces = house.gateway.introduces().unwrap();
    let (code, _) = introduced(&house).await;
    introduces.introduce(code.clone()).await.unwrap();
    let refused = |ended: Result<Payer, CallError>| match ended {
        Err(CallError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(introduces.introduce(code).await), "40163");
    assert_eq!(refused(introduces.introduce("made-up&secret=x".to_owned()).await), "40029");
    let (late, _) = introduced(&house).await;
    house.pass(301);
    assert_eq!(refused(introduces.introduce(late).await), "42003");
    let stranger = House::connected("wechat_pay", &[("app_secret", "guessed")], |_| {}).await;
    let (code, _) = introduced(&stranger).await;
    assert_eq!(refused(stranger.gateway.introduces().unwrap().introduce(code).await), "40125");
}

#[tokio::test]
async fn whoever_was_not_introduced_scans_a_code() {
    let mut house = House::connected("wechat_pay", &[("app_secret", "")], |_| {}).await;
    let introduces = house.gateway.introduces().unwrap();
    assert_eq!(introduces.introduction(&INSIDE, "https://seller.example", "x"), None);
    assert_eq!(introduces.introduce("code".to_owned()).await, Err(CallError::NotFound));
    let ask = OpenCheckout { device: INSIDE, ..house.ask(1000, "INV-1") };
    assert!(house.gateway.open(ask).await.unwrap().qr.is_some());
    let usual = wechat().await;
    for device in [Device::Desk, Device::Phone { address: None }] {
        assert_eq!(usual.gateway.introduces().unwrap().introduction(&device, "https://seller.example", "x"), None);
    }
    // Somebody whom WeChat does not know pays nothing.
    let known = INSIDE.held_by(Some(Payer::new("oSomebody_else")));
    let ask = OpenCheckout { device: known, ..house.ask(1000, "INV-2") };
    assert_eq!(code(house.gateway.open(ask).await), "PARAM_ERROR");
}

#[tokio::test]
async fn what_the_payer_chooses() {
    let mut house = wechat().await;
    let declined = PaymentState::Failed { reason: "PAYERROR".to_owned() };
    for (choice, state) in [
        ("decline", declined),
        // It is still to be scanned.
        ("cancel", PaymentState::Open),
        ("time-out", PaymentState::Processing),
        ("pay", PaymentState::Succeeded),
    ] {
        let (lookup, opened) = house.open(1000, "INV-1").await;
        house.choose(&opened, choice).await;
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{choice}");
    }
    // Of what was not paid nobody tells: the first notification is that of the last payment.
    assert!(matches!(house.notification().await.event, Event::Payment { state: PaymentState::Succeeded, .. }));
    let (lookup, _) = house.open(1000, "INV-2").await;
    house.pass(3600);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Expired);
}

#[tokio::test]
async fn a_call_in_doubt_is_settled_by_asking() {
    for (word, happened) in [("error_before", false), ("error_after", true)] {
        let mut house = wechat().await;
        let ask = house.ask(1000, &format!("INV-1 sim:{word}"));
        assert!(house.gateway.open(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        let found = house.query_by_reference(ask.reference).await;
        assert_eq!(found.is_ok(), happened, "{word}: {found:?}");
        assert!(happened || found == Err(CallError::NotFound));
        if happened {
            assert!(house.gateway.open(ask).await.unwrap().qr.is_some());
        }
    }
    let mut house = wechat().await;
    let lookup = house.paid(1000, "INV-1").await;
    house.set_scenario("query_error", 1).await;
    assert!(house.query(&lookup).await.unwrap_err().in_doubt());
    house.set_scenario("query_stale", 1).await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn a_number_opens_once_and_is_not_used_for_another() {
    let mut house = wechat().await;
    let ask = house.ask(1000, "INV-1");
    let first = house.gateway.open(ask.clone()).await.unwrap();
    assert_eq!(house.gateway.open(ask.clone()).await.unwrap(), first);
    // Whatever came before the number was used again may have had its effect: not a refusal.
    let other = OpenCheckout { amount: cny(999), ..ask.clone() };
    assert!(house.gateway.open(other).await.unwrap_err().in_doubt());
    house.choose(&first, "pay").await;
    assert!(house.gateway.open(ask).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn refusals_have_no_effect() {
    let mut house = wechat().await;
    type Spoil = fn(&mut OpenCheckout);
    let spoils: [(Spoil, &str); 6] = [
        (|ask| ask.amount = cny(0), "amount"),
        (|ask| ask.amount = Money::new(1, Currency::parse("USD").unwrap()), "amount"),
        (|ask| ask.method = Method::Card, "amount"),
        (|ask| ask.description.clear(), "PARAM_ERROR"),
        (|ask| ask.notify_url = "javascript:alert(1)".to_owned(), "PARAM_ERROR"),
        (|ask| ask.expires_at = Timestamp::from_second(1_790_000_000).unwrap(), "PARAM_ERROR"),
    ];
    for (spoil, wanted) in spoils {
        let mut ask = house.ask(1000, "INV-1");
        spoil(&mut ask);
        assert_eq!(code(house.gateway.open(ask.clone()).await), wanted, "{ask:?}");
        assert_eq!(house.query_by_reference(ask.reference).await, Err(CallError::NotFound));
    }
    let (lookup, _) = house.open(1000, &"长".repeat(200)).await;
    for id in ["", "../x", "a?b", "wxpay_none"] {
        let odd = Lookup { provider_id: Some(id.to_owned()), ..lookup.clone() };
        assert_eq!(house.query(&odd).await, Err(CallError::NotFound), "{id:?}");
    }
}

#[tokio::test]
async fn what_is_open_is_closed_and_what_is_paid_is_told() {
    let mut house = wechat().await;
    let (open, page) = house.open(1000, "INV-1").await;
    assert_eq!(house.gateway.close(open.clone()).await.unwrap().state, PaymentState::Expired);
    house.choose(&page, "pay").await;
    assert_eq!(house.query(&open).await.unwrap().state, PaymentState::Expired);
    assert_eq!(house.gateway.close(open).await.unwrap().state, PaymentState::Expired);
    let paid = house.paid(1000, "INV-2").await;
    assert_eq!(house.gateway.close(paid).await.unwrap().state, PaymentState::Succeeded);
    let unknown = Lookup { reference: house.next_id(), provider_id: None };
    assert_eq!(house.gateway.close(unknown).await, Err(CallError::NotFound));
}

#[tokio::test]
async fn money_goes_back_in_parts() {
    let mut house = wechat().await;
    let payment = house.paid(1000, "INV-1").await;
    house.notification().await;
    let provider_id = Some(house.query(&payment).await.unwrap().provider_id);
    let part = refund(&mut house, &payment, 400, "damaged");
    let done = house.gateway.refund(part.clone()).await.unwrap();
    assert_eq!((&done.state, done.amount), (&RefundState::Succeeded, cny(400)));
    assert_eq!(done.completed_at, Some(house.clock.now()));
    assert_eq!(house.gateway.refund(part.clone()).await.unwrap().provider_id, done.provider_id);
    let told = Event::Refund {
        reference: part.reference,
        provider_id: done.provider_id.clone(),
        payment: Lookup { provider_id, ..payment.clone() },
        state: RefundState::Succeeded,
        amount: cny(400),
    };
    assert_eq!(house.notification().await.event, told);
    let lookup = RefundLookup { reference: part.reference, provider_id: None, payment: payment.clone() };
    assert_eq!(house.gateway.query_refund(lookup.clone()).await.unwrap().provider_id, done.provider_id);
    let unknown = RefundLookup { reference: house.next_id(), ..lookup };
    assert_eq!(house.gateway.query_refund(unknown).await, Err(CallError::NotFound));
    // The payment stays paid.
    assert_eq!(house.query(&payment).await.unwrap().state, PaymentState::Succeeded);

    let mut wrong_total = refund(&mut house, &payment, 1, "");
    wrong_total.total = cny(999);
    assert_eq!(code(house.gateway.refund(wrong_total).await), "PARAM_ERROR");
    let too_much = refund(&mut house, &payment, 601, "");
    assert_eq!(code(house.gateway.refund(too_much).await), "INVALID_REQUEST");
    let other = RefundRequest { amount: cny(399), ..part };
    assert_eq!(code(house.gateway.refund(other).await), "INVALID_REQUEST");
    let slow = refund(&mut house, &payment, 600, "sim:slow,decline,lost");
    assert_eq!(house.gateway.refund(slow.clone()).await.unwrap().state, RefundState::Processing);
    house.pass(20);
    let lookup = RefundLookup { reference: slow.reference, provider_id: None, payment };
    let failed = RefundState::Failed { reason: "CLOSED".to_owned() };
    assert_eq!(house.gateway.query_refund(lookup).await.unwrap().state, failed);
}

#[tokio::test]
async fn a_refund_in_doubt_is_settled_by_asking() {
    for (word, happened) in [("error_before", false), ("error_after", true)] {
        let mut house = wechat().await;
        let payment = house.paid(1000, "INV-1").await;
        let ask = refund(&mut house, &payment, 400, &format!("sim:{word}"));
        assert!(house.gateway.refund(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        let lookup = RefundLookup { reference: ask.reference, provider_id: None, payment };
        let found = house.gateway.query_refund(lookup).await;
        assert_eq!(found.is_ok(), happened, "{word}: {found:?}");
        assert!(happened || found == Err(CallError::NotFound));
    }
}

async fn arrived(house: &mut House, description: &str) -> Arrived {
    house.paid(1000, description).await;
    house.arrival().await
}

#[tokio::test]
async fn only_what_wechat_pay_signed_just_now_is_believed() {
    for (word, wanted) in [
        ("forged", Some(NotificationError::BadSignature)),
        ("stale", Some(NotificationError::Stale)),
        // Signed with a certificate that has to be fetched first.
        ("rotated", None),
    ] {
        let mut house = wechat().await;
        let arrived = arrived(&mut house, &format!("INV-1 sim:{word}")).await;
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
    }
    let mut house = wechat().await;
    let arrived = arrived(&mut house, "INV-1").await;
    house.verify(&arrived).await.unwrap();
    for index in (0..arrived.body.len() * 8).step_by(7) {
        let mut spoilt = arrived.clone();
        spoilt.body[index / 8] ^= 1 << (index % 8);
        assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "bit {index}");
    }
    let header = |name: &str| arrived.headers[name].to_str().unwrap().to_owned();
    let signature = header("wechatpay-signature");
    for (name, spoilt) in [
        ("wechatpay-signature", String::new()),
        ("wechatpay-signature", format!("WECHATPAY/SIGNTEST/{signature}")),
        ("wechatpay-signature", format!("WECHATPAY/SIGNTEST/{}", &signature[19..])),
        ("wechatpay-timestamp", header("wechatpay-timestamp").replace("17", "18")),
        ("wechatpay-nonce", "0".repeat(32)),
        ("wechatpay-serial", "PUB_KEY_ID_2".to_owned()),
        ("wechatpay-serial", "5D3A9C1E7742B0F68A11C4E95B7F20D3869A4C17".to_owned()),
        ("wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3".to_owned()),
    ] {
        let mut other = arrived.clone();
        other.headers.insert(http::HeaderName::from_static(name), HeaderValue::from_str(&spoilt).unwrap());
        assert_eq!(house.verify(&other).await, Err(NotificationError::BadSignature), "{name}: {spoilt}");
    }
    let mut bare = arrived.clone();
    bare.headers.remove("wechatpay-nonce");
    assert_eq!(house.verify(&bare).await, Err(NotificationError::BadSignature));
    house.pass(301);
    assert_eq!(house.verify(&arrived).await, Err(NotificationError::Stale));
}

#[tokio::test]
async fn late_and_repeated() {
    let mut house = wechat().await;
    let (_, opened) = house.open(1000, "INV-1").await;
    house.choose(&opened, "pay-twice").await;
    let (first, again) = (house.notification().await, house.notification().await);
    assert_eq!(first, again);
    let late = house.paid(1000, "INV-2 sim:late=40").await;
    let told = house.notification().await.event;
    assert!(matches!(told, Event::Payment { reference, .. } if reference == late.reference));
    house.paid(1000, "INV-3 sim:lost").await;
    house.paid(1000, "INV-4 sim:wrong_amount").await;
    assert!(matches!(house.notification().await.event, Event::Payment { amount, .. } if amount == cny(1001)));
}

/// What a house of another set-up signs, read by the usual connector.
async fn told_by(
    told: &[(&'static str, &str)],
    spoil: impl FnOnce(&mut WeChatPayConfig),
) -> Result<(), NotificationError> {
    let ours = wechat().await;
    let mut theirs = House::connected("wechat_pay", told, |config| spoil(&mut config.wechat_pay)).await;
    let arrived = arrived(&mut theirs, "INV-1").await;
    theirs.verify(&arrived).await.unwrap();
    ours.verify(&arrived).await.map(drop)
}

#[tokio::test]
async fn what_is_sealed_or_meant_for_others_is_not_taken() {
    assert_eq!(told_by(&[], |_| {}).await, Ok(()));
    let app = told_by(&[("app_id", "wx2")], |config| config.app_id = "wx2".to_owned()).await;
    assert_eq!(app, Err(NotificationError::WrongMerchant));
    let other = "z".repeat(32);
    let told = [("api_v3_key", other.as_str())];
    let seal = told_by(&told, |config| config.api_v3_key = gateways::Secret::new(other.as_str())).await;
    assert_eq!(seal, Err(NotificationError::Malformed));
    let id = "PUB_KEY_ID_2";
    let key = told_by(&[("provider_key_id", id)], |config| config.provider_key_id = id.to_owned()).await;
    assert_eq!(key, Err(NotificationError::BadSignature));
}

#[tokio::test]
async fn an_answer_that_is_not_proven_is_doubt() {
    // It is signed with a key of the same name, which is another one.
    let mut house = House::connected("wechat_pay", &[("provider_key", keys::MERCHANT_PUBLIC)], |_| {}).await;
    let ask = house.ask(1000, "INV-1");
    assert!(house.gateway.open(ask).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn requests_of_others_are_refused() {
    for (told, no) in [
        (("private_key", keys::PROVIDER), "SIGN_ERROR"),
        (("serial", "00"), "SIGN_ERROR"),
        (("app_id", "wx2"), "APPID_MCHID_NOT_MATCH"),
    ] {
        let mut house = House::connected("wechat_pay", &[told], |_| {}).await;
        let ask = house.ask(1000, "INV-1");
        assert_eq!(code(house.gateway.open(ask).await), no, "{}", told.0);
    }
}

#[test]
fn what_is_no_key_is_said() {
    assert_eq!(unfit("wechat_pay", &[]), None);
    for name in ["private_key", "api_v3_key", "provider_key"] {
        assert_eq!(unfit("wechat_pay", &[(name, "no key")]), Some(Unfit::NotAKey(name)));
    }
}
