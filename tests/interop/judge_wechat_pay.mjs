// A Node library for WeChat Pay: client of the simulator, judge of its answers, and signer of what our connector reads.
// Finds its surroundings in the environment; ends with `N passed, N failed`.
import assert from "node:assert/strict";
import { inbox, key, library, press, run, simulator, verified } from "./house.mjs";

const { Wechatpay, Rsa, Aes, Formatter } = library("wechatpay-axios-plugin");
const keyId = "PUB_KEY_ID_0000000000000000000000000001";
const seal = "demonstration-key-of-32-letters!";
const [mchid, appid] = ["demo-merchant", "wx0000000000000001"];
const client = (more = {}) => new Wechatpay({
  mchid,
  serial: "2B6F0D8E41A7C95330E1D7B8A49C5F2E6D108B73",
  privateKey: key("merchant"),
  certs: { [keyId]: key("provider.pub") },
  baseURL: `http://${simulator.hostname}:${simulator.port}/`,
  proxy: false,
  ...more,
});
const wechat = client();
const arrived = await inbox();

const order = (number, more = {}, by = wechat) => by.chain("v3/pay/transactions/native").post({
  appid, mchid, description: "发票 1", out_trade_no: number, notify_url: arrived.url,
  amount: { total: 12_345, currency: "CNY" }, ...more,
});
const query = (number, by = wechat) =>
  by.chain(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid } });
const refused = (call, status, code) => assert.rejects(call, (error) => {
  assert.deepEqual([error.response?.status, error.response?.data?.code], [status, code]);
  return true;
});

const stories = {
  async "a payment is told and the signature is good"() {
    const { data: { code_url: url } } = await order("order-1");
    assert.equal((await query("order-1")).data.trade_state, "NOTPAY");
    await press(url, "pay");
    const { body, headers } = await arrived.next();
    const [at, nonce] = [headers["wechatpay-timestamp"], headers["wechatpay-nonce"]];
    const isGood = (text) =>
      Rsa.verify(Formatter.response(at, nonce, text), headers["wechatpay-signature"], key("provider.pub"));
    assert.deepEqual([headers["wechatpay-serial"], isGood(body), isGood(`${body} `)], [keyId, true, false]);
    const { resource, event_type: type } = JSON.parse(body);
    assert.equal(type, "TRANSACTION.SUCCESS");
    const text = Aes.AesGcm.decrypt(resource.ciphertext, seal, resource.nonce, resource.associated_data);
    const transaction = JSON.parse(text);
    assert.deepEqual([transaction.out_trade_no, transaction.amount.total], ["order-1", 12_345]);
    const { data } = await wechat.chain(`v3/pay/transactions/id/${transaction.transaction_id}`).get({ params: { mchid } });
    assert.deepEqual([data.trade_state, data.success_time], ["SUCCESS", transaction.success_time]);
  },
  async "an order is closed, and its number not used again"() {
    const first = await order("order-2");
    assert.deepEqual((await order("order-2")).data, first.data);
    await refused(order("order-2", { amount: { total: 1, currency: "CNY" } }), 403, "OUT_TRADE_NO_USED");
    assert.equal((await wechat.chain("v3/pay/transactions/out-trade-no/order-2/close").post({ mchid })).status, 204);
    assert.equal((await query("order-2")).data.trade_state, "CLOSED");
    await refused(query("never-made"), 404, "ORDER_NOT_EXIST");
  },
  async "money goes back"() {
    const { data: { code_url: url } } = await order("order-3");
    await press(url, "pay");
    await arrived.next();
    const amount = { refund: 5_000, total: 12_345, currency: "CNY" };
    const refund = { out_trade_no: "order-3", out_refund_no: "back-1", notify_url: arrived.url, amount };
    const { data } = await wechat.chain("v3/refund/domestic/refunds").post(refund);
    assert.deepEqual([data.status, data.amount.refund], ["SUCCESS", 5_000]);
    assert.equal(JSON.parse((await arrived.next()).body).event_type, "REFUND.SUCCESS");
    const found = await wechat.chain("v3/refund/domestic/refunds/back-1").get();
    assert.equal(found.data.refund_id, data.refund_id);
  },
  async "answers and requests of others are not taken"() {
    // The library itself believes no answer that another key signed.
    const misled = client({ certs: { [keyId]: key("merchant.pub") } });
    await assert.rejects(query("order-1", misled), { code: "EV3_RES_HEADER_SIGNATURE_DIGEST" });
    await refused(query("order-1", client({ privateKey: key("provider") })), 401, "SIGN_ERROR");
  },
  async "what our connector hands over to WeChat is signed as the library reads it"() {
    const openid = "oSimulated_payer_000000001";
    const inside = wechat.chain("v3/pay/transactions/jsapi");
    const { data } = await inside.post({
      appid, mchid, description: "发票 1", out_trade_no: "order-4", notify_url: arrived.url,
      amount: { total: 12_345, currency: "CNY" }, payer: { openid },
    });
    const told = {
      app_id: appid, private_key: key("merchant"), provider_key: key("provider.pub"), api_v3_key: seal,
      hand_over: data.prepay_id,
    };
    const said = JSON.parse(await verified("wechat_pay", told, {}, ""));
    const lines = (...parts) => Formatter.joinedByLineFeed(said.appId, said.timeStamp, said.nonceStr, ...parts);
    const isGood = (text) => Rsa.verify(text, said.paySign, key("merchant.pub"));
    assert.deepEqual(
      [isGood(lines(said.package)), isGood(lines(data.prepay_id)), isGood(lines())], [true, false, false],
    );
    assert.deepEqual([said.package, said.signType], [`prepay_id=${data.prepay_id}`, "RSA"]);
    const answer = await fetch(`http://${simulator.hostname}:${simulator.port}/wechat/getBrandWCPayRequest`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said),
    });
    assert.equal((await answer.json()).err_msg, "get_brand_wcpay_request:ok");
    assert.equal((await query("order-4")).data.trade_state, "SUCCESS");
    await arrived.next();
  },
  async "what the library signs and seals our connector believes"() {
    const now = Math.floor(Date.now() / 1000);
    const transaction = {
      mchid: "ours", appid: "ours", out_trade_no: "ckt_00000000000000000000000000", transaction_id: "4200000001",
      trade_state: "SUCCESS", success_time: "2026-09-21T22:13:20+08:00", amount: { total: 1200, currency: "CNY" },
    };
    const notification = (object, associated = "transaction") => JSON.stringify({
      id: "evt-1", create_time: "2026-09-21T22:13:20+08:00", resource_type: "encrypt-resource",
      event_type: "TRANSACTION.SUCCESS", summary: "支付成功",
      resource: {
        original_type: "transaction", algorithm: "AEAD_AES_256_GCM", nonce: "0123456789ab", associated_data: associated,
        ciphertext: Aes.AesGcm.encrypt(JSON.stringify(object), seal, "0123456789ab", associated),
      },
    });
    const believed = (body, { at = now, serial = "PUB_KEY_ID_1", signed = body, by = "provider", probe = "" } = {}) => {
      const nonce = Formatter.nonce();
      const signature = probe + Rsa.sign(Formatter.response(at, nonce, signed), key(by));
      const headers = {
        "wechatpay-timestamp": at, "wechatpay-nonce": nonce, "wechatpay-serial": serial, "wechatpay-signature": signature,
      };
      const told = { provider_key_id: "PUB_KEY_ID_1", provider_key: key("provider.pub"), private_key: key("merchant"), api_v3_key: seal };
      return verified("wechat_pay", told, headers, body);
    };
    const body = notification(transaction);
    assert.match(await believed(body), /Succeeded/);
    assert.match(await believed(notification(transaction, "")), /Succeeded/);
    assert.match(await believed(body, { at: now - 299 }), /Succeeded/);
    assert.match(await believed(body, { at: now - 310 }), /Stale/);
    assert.match(await believed(body, { by: "merchant" }), /BadSignature/);
    assert.match(await believed(body, { serial: "PUB_KEY_ID_2" }), /BadSignature/);
    assert.match(await believed(body, { probe: "WECHATPAY/SIGNTEST/" }), /BadSignature/);
    assert.match(await believed(`${body} `, { signed: body }), /BadSignature/);
    assert.match(await believed(notification({ ...transaction, mchid: "another" })), /WrongMerchant/);
    assert.match(await believed(notification({ ...transaction, appid: "another" })), /WrongMerchant/);
    assert.match(await believed(body.replace("ciphertext\":\"", "ciphertext\":\"AAAA")), /Malformed/);
  },
};
await run(stories);
