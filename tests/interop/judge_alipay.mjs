// Alipay's Node library: client of the simulator, judge of what it signs, and signer of what our connector reads.
// Finds its surroundings in the environment; ends with `N passed, N failed`.
import assert from "node:assert/strict";
import { createSign } from "node:crypto";
import { inbox, key, library, press, run, simulator, verified } from "./house.mjs";

const { AlipaySdk } = library("alipay-sdk");
const gateway = `http://${simulator.hostname}:${simulator.port}/gateway.do`;
const merchant = "demo-merchant";
const client = (more = {}) => new AlipaySdk({
  appId: merchant, privateKey: key("merchant"), keyType: "PKCS8", alipayPublicKey: key("provider.pub"), gateway, camelcase: false, ...more,
});
const alipay = client();
const arrived = await inbox("content-type", "success");

let drawn = 0;
const number = () => `ours_${drawn += 1}`;
const exec = (method, bizContent, more = {}) => alipay.exec(method, { bizContent, ...more }, { validateSign: true });
const trade = (more = {}) => ({ out_trade_no: number(), total_amount: "12.00", subject: "发票 1 + 100%", ...more });

/** A trade that is paid by its code. */
async function paid(more = {}) {
  const wanted = trade(more);
  const opened = await exec("alipay.trade.precreate", wanted, { notifyUrl: arrived.url });
  assert.equal(opened.code, "10000");
  await press(opened.qr_code, "pay");
  return wanted.out_trade_no;
}

const fieldsOf = (body) => Object.fromEntries(new URLSearchParams(body));

const stories = {
  async "a code is paid, told and the signature is good"() {
    const wanted = trade();
    const opened = await exec("alipay.trade.precreate", wanted, { notifyUrl: arrived.url });
    const { out_trade_no } = wanted;
    assert.equal(opened.out_trade_no, out_trade_no);
    const before = await exec("alipay.trade.query", { out_trade_no });
    assert.deepEqual([before.code, before.sub_code], ["40004", "ACQ.TRADE_NOT_EXIST"]);
    await press(opened.qr_code, "pay");
    const { body, header } = await arrived.next();
    assert.match(header, /^application\/x-www-form-urlencoded/);
    const fields = fieldsOf(body);
    assert.deepEqual([fields.trade_status, fields.total_amount, fields.subject], ["TRADE_SUCCESS", "12.00", wanted.subject]);
    assert.deepEqual([fields.app_id, fields.seller_id, fields.out_trade_no], [merchant, merchant, out_trade_no]);
    assert.equal(alipay.checkNotifySignV2(fields), true);
    for (const spoilt of [{ total_amount: "12.01" }, { body: "x" }, { more: "1" }, { trade_status: "TRADE_FINISHED" }]) {
      assert.equal(alipay.checkNotifySignV2({ ...fields, ...spoilt }), false);
    }
    const now = await exec("alipay.trade.query", { out_trade_no });
    assert.deepEqual([now.trade_status, now.total_amount, now.trade_no], ["TRADE_SUCCESS", "12.00", fields.trade_no]);
    assert.equal(now.send_pay_date, fields.gmt_payment);
  },
  async "the address of the page is good, and only as it was signed"() {
    const bizContent = trade({ product_code: "FAST_INSTANT_TRADE_PAY" });
    const address = alipay.pageExec("alipay.trade.page.pay", {
      method: "GET", bizContent, notifyUrl: arrived.url, returnUrl: "https://seller.example/back",
    });
    const visit = (url) => fetch(url, { redirect: "manual" });
    const spoilt = await visit(address.replace("12.00", "0.12"));
    assert.equal((await spoilt.json()).alipay_trade_page_pay_response.sub_code, "isv.invalid-signature");
    const shown = await visit(address);
    assert.equal(shown.status, 303);
    await press(shown.headers.get("location"), "pay");
    const fields = fieldsOf((await arrived.next()).body);
    assert.equal(fields.out_trade_no, bizContent.out_trade_no);
    assert.equal(alipay.checkNotifySignV2(fields), true);
  },
  async "money goes back in parts"() {
    const out_trade_no = await paid();
    await arrived.next();
    const refund = (out_request_no, refund_amount) => exec("alipay.trade.refund", { out_trade_no, out_request_no, refund_amount });
    const part = await refund("r-1", "5.00");
    assert.deepEqual([part.code, part.fund_change, part.refund_fee], ["10000", "Y", "5.00"]);
    const told = fieldsOf((await arrived.next()).body);
    assert.deepEqual([told.trade_status, told.refund_fee, told.out_biz_no], ["TRADE_SUCCESS", "5.00", "r-1"]);
    assert.equal(alipay.checkNotifySignV2(told), true);
    assert.equal((await refund("r-1", "5.00")).refund_fee, "5.00");
    assert.equal((await refund("r-2", "7.01")).code, "40004");
    const found = await exec("alipay.trade.fastpay.refund.query", { out_trade_no, out_request_no: "r-1" });
    assert.deepEqual([found.refund_status, found.refund_amount], ["REFUND_SUCCESS", "5.00"]);
    const missing = await exec("alipay.trade.fastpay.refund.query", { out_trade_no, out_request_no: "r-2" });
    assert.deepEqual([missing.code, missing.refund_status], ["10000", undefined]);
    assert.equal((await refund("r-3", "7.00")).refund_fee, "12.00");
    const after = await exec("alipay.trade.query", { out_trade_no });
    assert.equal(after.trade_status, "TRADE_CLOSED");
    await arrived.next();
  },
  async "a bill is told of by an address"() {
    const there = new Date(Date.now() + (8 - 24) * 3_600_000);
    const find = (bill_date) => exec("alipay.data.dataservice.bill.downloadurl.query", { bill_type: "trade", bill_date });
    const { code, billDownloadUrl, bill_download_url } = await find(there.toISOString().slice(0, 10));
    assert.equal(code, "10000");
    const zip = Buffer.from(await (await fetch(billDownloadUrl ?? bill_download_url)).arrayBuffer());
    assert.equal(zip.readUInt32LE(0), 0x04034b50, "a zip");
    assert.equal((await find("2099-01-01")).sub_code, "isp.bill_not_exist");
  },
  async "refusals are Alipay's, and proved"() {
    assert.equal((await exec("alipay.trade.close", { out_trade_no: await paid() })).sub_code, "ACQ.TRADE_STATUS_ERROR");
    await arrived.next();
    for (const wrong of [{ total_amount: "0.00" }, { total_amount: "1.001" }, { subject: "a=b" }, { out_trade_no: "" }]) {
      const refused = await exec("alipay.trade.precreate", trade(wrong));
      assert.deepEqual([refused.code, refused.sub_code], ["40004", "ACQ.INVALID_PARAMETER"], JSON.stringify(wrong));
    }
    const stranger = client({ privateKey: key("provider") });
    const unsigned = await stranger.exec("alipay.trade.query", { bizContent: { out_trade_no: "x" } }, { validateSign: true });
    assert.equal(unsigned.sub_code, "isv.invalid-signature");
    const deceived = client({ alipayPublicKey: key("provider_next.pub") });
    await assert.rejects(deceived.exec("alipay.trade.query", { bizContent: { out_trade_no: "x" } }, { validateSign: true }));
  },
  async "what is signed by the rule our connector believes"() {
    const told = { app_id: "app", merchant: "2088", private_key: key("merchant"), provider_key: key("provider.pub") };
    const notice = {
      notify_id: "n-1", notify_type: "trade_status_sync", notify_time: "2026-11-27 10:00:00", charset: "utf-8", version: "1.0",
      app_id: "app", seller_id: "2088", out_trade_no: "ckt_00000000000000000000000000", trade_no: "2026112722001", body: "",
      trade_status: "TRADE_SUCCESS", total_amount: "12.00", subject: "发票 1 + 100%", gmt_payment: "2026-11-27 09:59:59",
    };
    const form = (fields, name = "provider", empties = true) => {
      const taken = Object.keys(fields).filter((each) => empties || fields[each] !== "").sort();
      const content = taken.map((each) => `${each}=${fields[each]}`).join("&");
      const sign = createSign("RSA-SHA256").update(content).sign(key(name), "base64");
      const signed = { ...fields, sign, sign_type: "RSA2" };
      // The library and our connector must agree about each.
      assert.equal(alipay.checkNotifySignV2(signed), name === "provider" && empties);
      return new URLSearchParams(signed).toString();
    };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const believed = (body, more = {}) => verified("alipay", { ...told, ...more }, headers, body);
    assert.match(await believed(form(notice)), /Payment.*Succeeded/);
    assert.match(await believed(form(notice, "provider_next")), /BadSignature/);
    assert.match(await believed(form(notice, "provider_next"), { provider_key_before: key("provider_next.pub") }), /Succeeded/);
    assert.match(await believed(form(notice, "provider", false)), /BadSignature/);
    assert.match(await believed(form(notice).replace("12.00", "12.01")), /BadSignature/);
    assert.match(await believed(form({ ...notice, app_id: "other" })), /WrongMerchant/);
    assert.match(await believed(form({ ...notice, seller_id: "2089" })), /WrongMerchant/);
    const refund = { ...notice, refund_fee: "5.00", out_biz_no: "r-1", gmt_refund: "2026-11-27 10:00:00" };
    assert.match(await believed(form(refund)), /Other.*refund/);
    const closed = { ...notice, trade_status: "TRADE_CLOSED", gmt_payment: "" };
    assert.match(await believed(form(closed)), /Payment.*Expired/);
  },
};
await run(stories);
