"""PayPal's Python library: client of the simulator, judge of what it signs, and source of what our connector reads.

Finds its surroundings in the environment: SHUNFU_SIMULATOR (address), SHUNFU_SIMULATOR_SECRET, SHUNFU_VERIFIER. Ends with
`N passed, N failed`.
"""

import base64
import datetime
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from house import Inbox, SECRET, SIMULATOR, key, press, run, verified
from OpenSSL import crypto
from paypalrestsdk import Api, Webhook, WebhookEvent, exceptions


def verify(certificate, signature, data, algorithm):
    """What the library calls and pyOpenSSL has no more."""
    assert algorithm == "sha256WithRSAEncryption", algorithm
    certificate.to_cryptography().public_key().verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


crypto.verify = verify
# Nobody vouches for the certificates of the demonstration; their names, times and keys are looked at all the same.
WebhookEvent._verify_certificate_chain = classmethod(lambda *_: True)


def client(secret=SECRET):
    known = {"client_id": "demonstration-client", "client_secret": secret}
    return Api({"mode": "sandbox", "endpoint": SIMULATOR, "token_endpoint": SIMULATOR, **known})


def order(number, value="123.45", currency="USD", description="INV-2026-00001", call=None):
    """An order as asked for, and where its payer goes."""
    unit = {"custom_id": number, "amount": {"currency_code": currency, "value": value}, "description": description}
    places = {"return_url": "https://seller.example/back", "cancel_url": "https://seller.example/back"}
    source = {"paypal": {"experience_context": places}}
    asked = {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": source}
    opened = api.post("/v2/checkout/orders", asked, {"PayPal-Request-Id": call or f"open-{number}"})
    return opened["id"], next(link["href"] for link in opened["links"] if link["rel"] == "payer-action")


def capture(order_id):
    return api.post(f"/v2/checkout/orders/{order_id}/capture", {}, {"PayPal-Request-Id": f"capture-{order_id}"})


def is_good(letter, webhook=None, body=None, **other):
    arrived, headers = letter
    said = {name: headers[f"paypal-{name}"] for name in ("transmission-id", "transmission-time", "transmission-sig")}
    said.update(other)
    return WebhookEvent.verify(
        said["transmission-id"],
        said["transmission-time"],
        webhook or webhook_id,
        body or arrived.decode(),
        headers["paypal-cert-url"],
        said["transmission-sig"],
        headers["paypal-auth-algo"],
    )


def a_payment_is_told_and_the_signature_is_good():
    opened, page = order("order-1")
    assert api.get(f"/v2/checkout/orders/{opened}")["status"] == "PAYER_ACTION_REQUIRED"
    press(page, "pay")
    letter = inbox.next()
    told = json.loads(letter[0])
    assert (told["event_type"], told["resource"]["id"]) == ("CHECKOUT.ORDER.APPROVED", opened), told
    assert is_good(letter)
    assert not is_good(letter, body=letter[0].decode() + " ")
    assert not is_good(letter, webhook="another")
    assert not is_good(letter, **{"transmission-time": "2026-09-21T22:13:20Z"})
    taken = capture(opened)
    [money] = taken["purchase_units"][0]["payments"]["captures"]
    assert (taken["status"], money["status"], money["amount"]["value"]) == ("COMPLETED", "COMPLETED", "123.45"), taken
    assert money["seller_receivable_breakdown"]["paypal_fee"]["value"] == "0.74"
    letter = inbox.next()
    told = json.loads(letter[0])
    assert (told["event_type"], told["resource"]["id"]) == ("PAYMENT.CAPTURE.COMPLETED", money["id"]), told
    assert is_good(letter)


def money_goes_back():
    opened, page = order("order-2")
    press(page, "pay")
    [money] = capture(opened)["purchase_units"][0]["payments"]["captures"]
    inbox.next(), inbox.next()
    part = {"amount": {"currency_code": "USD", "value": "50.00"}, "custom_id": "back-1"}
    back = api.post(f"/v2/payments/captures/{money['id']}/refund", part, {"PayPal-Request-Id": "back-1"})
    assert back["status"] == "COMPLETED", back
    letter = inbox.next()
    told = json.loads(letter[0])
    assert (told["event_type"], told["resource"]["id"]) == ("PAYMENT.CAPTURE.REFUNDED", back["id"]), told
    assert is_good(letter)
    assert api.get(f"/v2/payments/captures/{money['id']}")["status"] == "PARTIALLY_REFUNDED"


def keys_are_changed_and_forgeries_found():
    for word, good in (("rotated", True), ("forged", False)):
        _, page = order(word, description=f"INV-1 sim:{word}")
        press(page, "pay")
        assert is_good(inbox.next()) == good, word


def strangers_are_refused():
    try:
        client("wrong").get("/v2/checkout/orders/any")
    except exceptions.UnauthorizedAccess:
        pass
    else:
        raise AssertionError("a stranger was let in")
    try:
        api.get("/v2/checkout/orders/any")
    except exceptions.ResourceNotFound:
        return
    raise AssertionError("there is no such order")


def what_is_signed_by_the_library_s_rule_our_connector_believes():
    signer = serialization.load_pem_private_key(key("provider").encode(), None)
    amount = {"currency_code": "JPY", "value": "1200"}
    money = {
        "id": "2GG279541U471931P",
        "status": "COMPLETED",
        "amount": amount,
        "custom_id": "ckt_00000000000000000000000000",
        "payee": {"merchant_id": "ours"},
        "supplementary_data": {"related_ids": {"order_id": "5O190127TN364715T"}},
    }

    def event(resource):
        name = "PAYMENT.CAPTURE.COMPLETED"
        return json.dumps({"id": "WH-1", "event_type": name, "create_time": "2026-09-21T22:13:20Z", "resource": resource})

    def believed(body, age=0, webhook="ours", signed=None, certificate="CERT-present", algorithm="SHA256withRSA"):
        at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
        time = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        message = WebhookEvent._get_expected_sig("t-1", time, webhook, signed or body)
        signature = signer.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "paypal-transmission-id": "t-1",
            "paypal-transmission-time": time,
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
            "paypal-cert-url": f"{SIMULATOR}/v1/notifications/certs/{certificate}",
            "paypal-auth-algo": algorithm,
        }
        return verified("paypal", {"base_url": SIMULATOR}, headers, body)

    body = event(money)
    assert "Succeeded" in believed(body)
    assert "Succeeded" in believed(event({**money, "amount": {**amount, "value": "12"}, "payee": None}))
    assert "Succeeded" in believed(body, age=290)
    assert "Stale" in believed(body, age=310)
    assert "BadSignature" in believed(body, webhook="another")
    assert "BadSignature" in believed(body + " ", signed=body)
    assert "BadSignature" in believed(body, certificate="CERT-next")
    assert "BadSignature" in believed(body, certificate="none")
    assert "BadSignature" in believed(body, algorithm="SHA1withRSA")
    assert "WrongMerchant" in believed(event({**money, "payee": {"merchant_id": "another"}}))
    assert "Malformed" in believed(event({**money, "amount": {**amount, "value": "12.5"}}))
    assert "Other" in believed(event({**money, "custom_id": "somebody's"}))


inbox = Inbox()
api = client()
webhook = Webhook({"url": inbox.url, "event_types": [{"name": "*"}]}, api=api)
assert webhook.create(), webhook.error
webhook_id = webhook.id
stories = [
    a_payment_is_told_and_the_signature_is_good,
    money_goes_back,
    keys_are_changed_and_forgeries_found,
    strangers_are_refused,
    what_is_signed_by_the_library_s_rule_our_connector_believes,
]
run((story.__name__, story) for story in stories)
