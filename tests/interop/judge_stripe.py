"""Stripe's Python library as a client of the simulator and as the judge of what it signs.

Finds its surroundings in the environment: SHUNFU_SIMULATOR (address), SHUNFU_SIMULATOR_SECRET. Ends with `N passed, N failed`.
"""

import stripe
from house import Inbox, SECRET, SIMULATOR, dispute, pay_out, press, run

stripe.api_base = SIMULATOR
stripe.api_key = SECRET
stripe.max_network_retries = 0


def session(**more):
    price = {"currency": "eur", "unit_amount": 12_345, "product_data": {"name": "INV-2026-00001"}}
    wanted = {
        "mode": "payment",
        "client_reference_id": "ours-1",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "https://seller.example/back",
    }
    return stripe.checkout.Session.create(**{**wanted, **more})


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def a_payment_is_told_and_the_signature_is_good(inbox, secret):
    opened = session()
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 12_345), opened
    press(opened.url, "pay")
    body, header = inbox.next()
    event = stripe.Webhook.construct_event(body, header, secret)
    assert event.type == "checkout.session.completed", event.type
    assert event.data.object.payment_status == "paid"
    for wrong in (body + b" ", body.replace(b"12345", b"12346")):
        refused(stripe.SignatureVerificationError, lambda: stripe.Webhook.construct_event(wrong, header, secret))
    now = stripe.checkout.Session.retrieve(opened.id, expand=["payment_intent.latest_charge.balance_transaction"])
    balance = now.payment_intent.latest_charge.balance_transaction
    assert (now.payment_status, balance.fee, balance.net) == ("paid", 74, 12_271), balance


def a_key_is_used_once(inbox, secret):
    first, again = session(idempotency_key="k-1"), session(idempotency_key="k-1")
    assert first.id == again.id
    refused(stripe.IdempotencyError, lambda: session(idempotency_key="k-1", client_reference_id="ours-2"))
    assert session().id != session().id


def money_goes_back(inbox, secret):
    opened = session()
    press(opened.url, "pay")
    inbox.next()
    intent = stripe.checkout.Session.retrieve(opened.id).payment_intent
    part = stripe.Refund.create(payment_intent=intent, amount=5_000, metadata={"refund": "r-1"})
    assert (part.status, part.amount, part.metadata["refund"]) == ("succeeded", 5_000, "r-1")
    body, header = inbox.next()
    assert stripe.Webhook.construct_event(body, header, secret).data.object.id == part.id
    refused(stripe.InvalidRequestError, lambda: stripe.Refund.create(payment_intent=intent, amount=7_346))
    rest = stripe.Refund.create(payment_intent=intent)
    assert rest.amount == 7_345, rest.amount
    inbox.next()
    assert [one.id for one in stripe.Refund.list(payment_intent=intent)] == [rest.id, part.id]


def lists_have_pages(inbox, secret):
    made = [session(client_reference_id=f"page-{number}").id for number in range(12)]
    found = [one.id for one in stripe.checkout.Session.list(limit=5).auto_paging_iter()]
    assert found[:12] == made[::-1], found


def errors_are_stripes(inbox, secret):
    missing = refused(stripe.InvalidRequestError, lambda: stripe.checkout.Session.retrieve("cs_test_none"))
    assert (missing.http_status, missing.code) == (404, "resource_missing"), missing
    wrong = refused(stripe.InvalidRequestError, lambda: session(line_items=[]))
    assert wrong.http_status == 400, wrong
    refused(stripe.AuthenticationError, lambda: stripe.Refund.list(api_key="sk_wrong"))
    opened = session()
    assert stripe.checkout.Session.expire(opened.id).status == "expired"
    refused(stripe.InvalidRequestError, lambda: stripe.checkout.Session.expire(opened.id))


def a_payment_is_disputed(inbox, secret):
    opened = session()
    press(opened.url, "pay")
    inbox.next()
    intent = stripe.checkout.Session.retrieve(opened.id).payment_intent
    assert [one.id for one in stripe.checkout.Session.list(payment_intent=intent)] == [opened.id]
    told = dispute(opened.id, "product_not_received")

    def heard():
        return stripe.Webhook.construct_event(*inbox.next(), secret)

    created, withdrawn = heard(), heard()
    assert (created.type, created.data.object.status) == ("charge.dispute.created", "needs_response"), created
    assert withdrawn.type == "charge.dispute.funds_withdrawn", withdrawn.type
    [moved] = withdrawn.data.object.balance_transactions
    assert (moved.amount, moved.fee, moved.net) == (-12_345, 1_500, -13_845), moved
    assert created.data.object.evidence_details.due_by > created.created
    one = stripe.Dispute.retrieve(told)
    assert (one.payment_intent, one.amount, one.reason) == (intent, 12_345, "product_not_received"), one
    answered = stripe.Dispute.modify(told, evidence={"uncategorized_text": "signed"}, submit=True)
    assert (answered.status, answered.evidence.uncategorized_text) == ("under_review", "signed"), answered
    assert heard().type == "charge.dispute.updated"
    assert stripe.Dispute.close(told).status == "lost"
    assert heard().data.object.status == "lost"
    assert [known.id for known in stripe.Dispute.list(payment_intent=intent)] == [told]
    refused(stripe.InvalidRequestError, lambda: stripe.Dispute.close(told))


def what_moves_the_balance_is_listed(inbox, secret):
    opened = session()
    press(opened.url, "pay")
    inbox.next()
    intent = stripe.checkout.Session.retrieve(opened.id).payment_intent
    back = stripe.Refund.create(payment_intent=intent, amount=345, metadata={"refund": "r-9", "checkout": "ours-1"})
    inbox.next()
    [payout] = pay_out("stripe")["data"]
    body, header = inbox.next()
    event = stripe.Webhook.construct_event(body, header, secret)
    assert (event.type, event.data.object.id, event.data.object.status) == ("payout.paid", payout["id"], "paid"), event
    newest = stripe.BalanceTransaction.list(limit=3, expand=["data.source"])
    moved, given, taken = newest.data
    assert [one.type for one in newest.data] == ["payout", "refund", "charge"], newest
    assert (moved.amount, moved.source.id) == (-payout["amount"], payout["id"]), moved
    assert (given.amount, given.fee, given.source.metadata["refund"]) == (-345, 0, "r-9"), given
    assert (given.source.id, taken.source.metadata["checkout"]) == (back.id, "ours-1"), taken
    assert (taken.amount, taken.fee, taken.net) == (12_345, 74, 12_271), taken
    assert [one.type for one in stripe.BalanceTransaction.list(type="payout")] == ["payout"]
    every = list(stripe.BalanceTransaction.list(limit=2).auto_paging_iter())
    assert len({one.id for one in every}) == len(every) and sum(one.net for one in every) == 0, every


inbox = Inbox("stripe-signature")
endpoint = stripe.WebhookEndpoint.create(url=inbox.url, enabled_events=["*"])
stories = [
    a_payment_is_told_and_the_signature_is_good,
    a_key_is_used_once,
    money_goes_back,
    a_payment_is_disputed,
    lists_have_pages,
    errors_are_stripes,
    what_moves_the_balance_is_listed,
]
run((story.__name__, lambda story=story: story(inbox, endpoint.secret)) for story in stories)
