"""A Python library for WeChat Pay: client of the simulator, and judge of what it signs and seals.

Finds its surroundings in the environment: SHUNFU_SIMULATOR (address). Ends with `N passed, N failed`.
"""

import hashlib
import json
import urllib.parse
import urllib.request

from house import Inbox, SIMULATOR, key, press, run, sent_on, yesterday_in_china
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

# The library has WeChat Pay's own address written into it, and calls it while a client is made.
Core._gate_way = property(lambda _: SIMULATOR, lambda *_: None)


def client(**more):
    known = {
        "wechatpay_type": WeChatPayType.NATIVE,
        "mchid": "demo-merchant",
        "private_key": key("merchant"),
        "cert_serial_no": "2B6F0D8E41A7C95330E1D7B8A49C5F2E6D108B73",
        "apiv3_key": "demonstration-key-of-32-letters!",
        "appid": "wx0000000000000001",
        "notify_url": inbox.url,
        "public_key": key("provider.pub"),
        "public_key_id": "PUB_KEY_ID_0000000000000000000000000001",
    }
    return WeChatPay(**{**known, **more})


def good(said, status=200):
    code, body = said
    assert code == status, (code, body)
    return json.loads(body) if body else None


def refused(said, status, code):
    assert (said[0], json.loads(said[1])["code"]) == (status, code), said


def order(number, total=12_345, description="发票 1", **more):
    wanted = {"out_trade_no": number, "amount": {"total": total, "currency": "CNY"}, "description": description}
    return wechat.pay(**{**wanted, **more})


def paid(number, description="发票 1"):
    press(good(order(number, description=description))["code_url"], "pay")
    return inbox.next()


def a_payment_is_told_and_the_signature_is_good():
    opened = good(order("order-1", time_expire="2099-01-01T00:00:00+08:00"))
    before = good(wechat.query(out_trade_no="order-1"))
    assert (before["trade_state"], before["amount"]["total"], "transaction_id" in before) == ("NOTPAY", 12_345, False)
    press(opened["code_url"], "pay")
    body, headers = inbox.next()
    told = wechat.callback(headers, body)
    assert (told["event_type"], told["resource"]["trade_state"]) == ("TRANSACTION.SUCCESS", "SUCCESS"), told
    assert told["resource"]["amount"]["total"] == 12_345
    for name, wrong in (("Wechatpay-Nonce", "0" * 32), ("Wechatpay-Timestamp", "1790000000")):
        assert wechat.callback({**dict(headers.items()), name.lower(): wrong}, body) is None, name
    assert wechat.callback(headers, body + b" ") is None
    after = good(wechat.query(transaction_id=told["resource"]["transaction_id"]))
    assert (after["out_trade_no"], after["trade_state"]) == ("order-1", "SUCCESS")
    refused(order("order-1", time_expire="2099-01-01T00:00:00+08:00"), 403, "ORDERPAID")


def a_number_is_used_once():
    first, again = good(order("order-2")), good(order("order-2"))
    assert first == again, (first, again)
    refused(order("order-2", total=1), 403, "OUT_TRADE_NO_USED")
    refused(order("order-2b", total=0), 400, "PARAM_ERROR")
    refused(order("no/number"), 400, "PARAM_ERROR")


def an_order_is_closed():
    good(order("order-3"))
    assert good(wechat.close("order-3"), 204) is None
    assert good(wechat.query(out_trade_no="order-3"))["trade_state"] == "CLOSED"
    refused(order("order-3"), 400, "ORDER_CLOSED")
    refused(wechat.close("never-made"), 404, "ORDER_NOT_EXIST")
    refused(wechat.query(out_trade_no="never-made"), 404, "ORDER_NOT_EXIST")


def money_goes_back():
    paid("order-4")
    part = {"refund": 5_000, "total": 12_345, "currency": "CNY"}
    done = good(wechat.refund(out_refund_no="back-1", out_trade_no="order-4", amount=part, reason="退货"))
    assert (done["status"], done["amount"]["refund"]) == ("SUCCESS", 5_000), done
    body, headers = inbox.next()
    told = wechat.callback(headers, body)
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.SUCCESS", "SUCCESS"), told
    assert told["resource"]["refund_id"] == good(wechat.query_refund("back-1"))["refund_id"] == done["refund_id"]
    assert good(wechat.query(out_trade_no="order-4"))["trade_state"] == "REFUND"
    more = {**part, "refund": 7_346}
    refused(wechat.refund(out_refund_no="back-2", out_trade_no="order-4", amount=more), 400, "INVALID_REQUEST")
    refused(wechat.query_refund("back-2"), 404, "RESOURCE_NOT_EXISTS")
    failed = wechat.refund(out_refund_no="back-3", out_trade_no="order-4", amount=part, reason="sim:decline")
    assert good(failed)["status"] == "CLOSED"
    body, headers = inbox.next()
    assert wechat.callback(headers, body)["event_type"] == "REFUND.CLOSED"


def told_by_wechat(path, body=None):
    """What WeChat itself answers to an app, or to a page that is open in it."""
    headers = {"content-type": "application/json"}
    asked = urllib.request.Request(f"{SIMULATOR}{path}", json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def introduced():
    """Who pays, as WeChat says once to whoever comes with a browser's code."""
    asked = {"appid": "wx0000000000000001", "redirect_uri": "http://127.0.0.1:9/back", "response_type": "code"}
    asked = urllib.parse.urlencode({**asked, "scope": "snsapi_base", "state": "5ta7e"})
    back = urllib.parse.parse_qs(sent_on(f"{SIMULATOR}/connect/oauth2/authorize?{asked}").split("?")[1])
    assert back["state"] == ["5ta7e"], back
    told = {"appid": "wx0000000000000001", "secret": "demonstration-secret-of-the-app"}
    told = urllib.parse.urlencode({**told, "code": back["code"][0], "grant_type": "authorization_code"})
    payer = told_by_wechat(f"/sns/oauth2/access_token?{told}")["openid"]
    assert told_by_wechat(f"/sns/oauth2/access_token?{told}")["errcode"] == 40163
    return payer


def inside_wechat_the_payer_is_known_and_the_library_signs_the_call():
    inside = {"pay_type": WeChatPayType.JSAPI, "payer": {"openid": introduced()}}
    prepared = good(order("order-8", **inside))["prepay_id"]
    assert good(order("order-8", **inside))["prepay_id"] == prepared
    refused(order("order-9", **{**inside, "payer": {"openid": "oSomebody_else"}}), 400, "PARAM_ERROR")

    def handed_over(signed, **more):
        said = {"appId": "wx0000000000000001", "timeStamp": "1790000000", "nonceStr": "abc", "signType": "RSA"}
        said = {**said, "package": f"prepay_id={prepared}", **more}
        said["paySign"] = wechat.sign([said["appId"], said["timeStamp"], said["nonceStr"], signed])
        return told_by_wechat("/wechat/getBrandWCPayRequest", said)["err_msg"].split(":")[1]

    # The name alone is what an app of its own would sign.
    assert handed_over(prepared) == "fail"
    assert handed_over(f"prepay_id={prepared}", signType="MD5") == "fail"
    assert good(wechat.query(out_trade_no="order-8"))["trade_state"] == "NOTPAY"
    assert handed_over(f"prepay_id={prepared}") == "ok"
    body, headers = inbox.next()
    assert wechat.callback(headers, body)["resource"]["out_trade_no"] == "order-8"
    assert good(wechat.query(out_trade_no="order-8"))["trade_state"] == "SUCCESS"


def certificates_and_the_public_key_side_by_side():
    by_certificate = client(public_key=None, public_key_id=None)
    body, headers = paid("order-5", "sim:rotated")
    assert not headers["wechatpay-serial"].startswith("PUB_KEY_ID_")
    for one in (wechat, by_certificate):
        assert one.callback(headers, body)["resource"]["out_trade_no"] == "order-5"
    body, headers = paid("order-6", "sim:forged")
    assert wechat.callback(headers, body) is None


def a_bill_is_what_was_signed():
    found = good(wechat.trade_bill(yesterday_in_china()))
    code, file = wechat.download_bill(found["download_url"])
    file = file.encode() if isinstance(file, str) else file
    assert (code, found["hash_type"], found["hash_value"]) == (200, "SHA1", hashlib.sha1(file).hexdigest()), found
    lines = file.decode("utf-8-sig").split("\r\n")
    header, totals, sums = lines[0].split(","), lines[1].split(","), lines[2].split(",")
    assert (header[0], header[5], header[6], len(header)) == ("交易时间", "微信订单号", "商户订单号", 27), header
    assert (totals[0], sums[0], len(sums)) == ("总交易单数", "`0", len(totals)), lines
    refused(wechat.trade_bill("2099-01-01"), 400, "NO_STATEMENT_EXIST")


def strangers_are_refused():
    stranger = client(private_key=key("provider"))
    refused(stranger.query(out_trade_no="order-1"), 401, "SIGN_ERROR")
    refused(client(mchid="another").query(out_trade_no="order-1"), 401, "SIGN_ERROR")
    refused(client(appid="wx2").pay("x", "order-7", {"total": 1, "currency": "CNY"}), 400, "APPID_MCHID_NOT_MATCH")


inbox = Inbox()
wechat = client()
stories = [
    a_payment_is_told_and_the_signature_is_good,
    a_number_is_used_once,
    an_order_is_closed,
    money_goes_back,
    inside_wechat_the_payer_is_known_and_the_library_signs_the_call,
    certificates_and_the_public_key_side_by_side,
    a_bill_is_what_was_signed,
    strangers_are_refused,
]
run((story.__name__, story) for story in stories)
