"""An independent Python library for Alipay as a client of the simulator and as the judge of what it signs.

Finds its surroundings in the environment: SHUNFU_SIMULATOR (address). Ends with `N passed, N failed`.
"""

import itertools
import urllib.parse

from alipay import AliPay
from alipay.exceptions import AliPayValidationError
from house import Inbox, SIMULATOR, key, press, run, sent_on

MERCHANT = "demo-merchant"
GATEWAY = f"{SIMULATOR}/gateway.do"
NUMBERS = itertools.count(1)


def client(private="merchant", public="provider.pub"):
    made = AliPay(
        appid=MERCHANT,
        app_notify_url=inbox.url,
        app_private_key_string=key(private),
        alipay_public_key_string=key(public),
        sign_type="RSA2",
    )
    made._gateway = GATEWAY
    return made


def told():
    """The next notification's fields and signature; empty fields count."""
    body, _ = inbox.next()
    fields = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    return fields, fields.pop("sign")


def number():
    return f"py_{next(NUMBERS)}"


def paid(ali, amount="100.00"):
    ours = number()
    opened = ali.api_alipay_trade_precreate("发票 INV-2026-00001", ours, amount)
    assert opened["code"] == "10000", opened
    press(opened["qr_code"], "pay")
    return ours


def a_code_is_paid_told_and_the_signature_is_good(ali):
    ours = number()
    opened = ali.api_alipay_trade_precreate("发票 INV-2026-00001 + 100%", ours, "100.00")
    before = ali.api_alipay_trade_query(out_trade_no=ours)
    assert (before["code"], before["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST"), before
    press(opened["qr_code"], "pay")
    fields, sign = told()
    assert (fields["trade_status"], fields["total_amount"]) == ("TRADE_SUCCESS", "100.00"), fields
    assert "" in fields.values(), "an empty field is part of what is signed"
    assert ali.verify(dict(fields), sign)
    for spoilt in ({"total_amount": "100.01"}, {"body": "x"}, {"out_trade_no": "other"}):
        assert not ali.verify({**fields, **spoilt}, sign)
    now = ali.api_alipay_trade_query(trade_no=fields["trade_no"])
    assert (now["trade_status"], now["out_trade_no"]) == ("TRADE_SUCCESS", ours), now


def the_address_of_the_page_is_good(ali):
    ours = number()
    query = ali.api_alipay_trade_page_pay("发票", ours, "0.01", return_url="https://seller.example/back")
    page = sent_on(f"{GATEWAY}?{query}")
    press(page, "pay")
    fields, sign = told()
    assert (fields["out_trade_no"], fields["total_amount"]) == (ours, "0.01"), fields
    assert ali.verify(fields, sign)


def money_goes_back(ali):
    ours = paid(ali)
    told()
    part = ali.api_alipay_trade_refund("40.00", out_trade_no=ours, out_request_no="p-1")
    assert (part["fund_change"], part["refund_fee"]) == ("Y", "40.00"), part
    fields, sign = told()
    assert (fields["trade_status"], fields["refund_fee"], fields["out_biz_no"]) == ("TRADE_SUCCESS", "40.00", "p-1")
    assert ali.verify(fields, sign)
    found = ali.api_alipay_trade_fastpay_refund_query("p-1", out_trade_no=ours)
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "40.00"), found
    too_much = ali.api_alipay_trade_refund("60.01", out_trade_no=ours, out_request_no="p-2")
    assert too_much["code"] == "40004", too_much
    again = ali.api_alipay_trade_refund("39.00", out_trade_no=ours, out_request_no="p-1")
    assert again["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST", again


def what_is_open_is_closed(ali):
    ours = number()
    page = sent_on(f"{GATEWAY}?{ali.api_alipay_trade_page_pay('发票', ours, '5.00')}")
    assert ali.api_alipay_trade_query(out_trade_no=ours)["trade_status"] == "WAIT_BUYER_PAY"
    assert ali.api_alipay_trade_close(out_trade_no=ours)["out_trade_no"] == ours
    press(page, "pay")
    assert ali.api_alipay_trade_query(out_trade_no=ours)["trade_status"] == "TRADE_CLOSED"


def who_signs_otherwise_is_not_believed(ali):
    stranger = client(private="provider")
    refused = stranger.api_alipay_trade_query(out_trade_no="x")
    assert refused["sub_code"] == "isv.invalid-signature", refused
    deceived = client(public="provider_next.pub")
    try:
        deceived.api_alipay_trade_query(out_trade_no="x")
    except AliPayValidationError:
        return
    raise AssertionError("an answer of nobody was believed")


inbox = Inbox("content-type", b"success")
ali = client()
stories = [
    a_code_is_paid_told_and_the_signature_is_good,
    the_address_of_the_page_is_good,
    money_goes_back,
    what_is_open_is_closed,
    who_signs_otherwise_is_not_believed,
]
run((story.__name__, lambda story=story: story(ali)) for story in stories)
