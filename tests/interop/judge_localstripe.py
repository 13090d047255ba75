"""A server of Stripe's language that others wrote: what it signs our connector believes, and what it answers our connector reads.

It has no checkout sessions and no keys of idempotency, so payments are begun there with Stripe's library.
"""

import atexit
import pathlib
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import stripe
from house import Inbox, asked, run, verified

KEY, SECRET = "sk_test_12345", "whsec_another_server"
REFERENCE = "ref_01h455vb4pex5vsknk084sn02q"


def served():
    """The address of a fresh server; it ends with this process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = pathlib.Path(sys.executable).with_name("localstripe")
    server = subprocess.Popen([program, "--port", str(port), "--from-scratch"], stderr=subprocess.DEVNULL)
    atexit.register(server.terminate)
    for _ in range(200):
        with socket.socket() as visitor:
            if visitor.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise AssertionError("localstripe does not serve")


stripe.api_base, stripe.api_key = served(), KEY
inbox = Inbox()


def told_to_write():
    hook = urllib.parse.urlencode({"url": inbox.url, "secret": SECRET}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{stripe.api_base}/_config/webhooks/ours", hook)).read()


def paid():
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    method = stripe.PaymentMethod.create(type="card", card=card)
    return stripe.PaymentIntent.create(amount=12_345, currency="usd", payment_method=method.id, confirm=True)


def what_it_signs_is_believed():
    paid()
    body, headers = inbox.next()
    signed = {"stripe-signature": headers["stripe-signature"]}

    def read(text, secret=SECRET):
        return verified("stripe", {"notification_secret": secret}, signed, text)

    text = body.decode()
    assert read(text).startswith("Other"), read(text)
    assert "payment_intent.succeeded" in text, text
    for wrong in (read(text + " "), read(text.replace("12345", "12346")), read(text, "whsec_stranger")):
        assert wrong == "BadSignature\n", wrong


def a_refund_is_read():
    refund = stripe.Refund.create(payment_intent=paid().id, amount=345, metadata={"refund": REFERENCE})
    answer = asked("stripe", {"base_url": stripe.api_base, "api_secret": KEY}, f"refund={REFERENCE},{refund.id}")
    assert answer == f"Succeeded USD 3.45 {refund.id}\n", answer


def a_no_without_stripes_word_for_it_proves_nothing():
    # Stripe says `resource_missing`; another 404 may come from something on the way.
    told = {"base_url": stripe.api_base, "api_secret": KEY}
    answer = asked("stripe", told, f"refund={REFERENCE},re_nobody")
    assert answer.startswith("Refused"), answer


told_to_write()
stories = [what_it_signs_is_believed, a_refund_is_read, a_no_without_stripes_word_for_it_proves_nothing]
run((story.__name__, story) for story in stories)
