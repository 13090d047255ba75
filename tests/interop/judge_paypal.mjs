// PayPal's Node library as a client of the simulator: every answer is held against the library's own schema.
// Finds its surroundings in the environment; ends with `N passed, N failed`.
import assert from "node:assert/strict";
import { inbox, library, press, run, simulator } from "./house.mjs";

const { Client, Environment, OrdersController, PaymentsController } = library("@paypal/paypal-server-sdk");
const { hostname, port, secret } = simulator;
const address = `http://${hostname}:${port}`;

/** The library has PayPal's own addresses written into it; what it sends there goes to the simulator. */
const sent = async (config) => {
  const { pathname, search } = new URL(config.url);
  const { method, data: body } = config;
  const answer = await fetch(`${address}${pathname}${search}`, { method, headers: { ...config.headers }, body });
  const headers = Object.fromEntries(answer.headers);
  return { data: await answer.text(), status: answer.status, statusText: answer.statusText, headers, config, request: {} };
};
const client = (oAuthClientSecret = secret) => new Client({
  clientCredentialsAuthCredentials: { oAuthClientId: "demonstration-client", oAuthClientSecret },
  environment: Environment.Sandbox,
  unstable_httpClientOptions: { adapter: sent },
});
const orders = new OrdersController(client());
const payments = new PaymentsController(client());

// The library knows no webhooks.
const arrived = await inbox();
const grant = await fetch(`${address}/v1/oauth2/token`, {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`demonstration-client:${secret}`)}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
const { access_token: token } = await grant.json();
const webhook = await fetch(`${address}/v1/notifications/webhooks`, {
  method: "POST",
  headers: { authorization: `Bearer ${token}` },
  body: JSON.stringify({ url: arrived.url, event_types: [{ name: "*" }] }),
});
assert.equal(webhook.status, 201);

const told = async () => JSON.parse((await arrived.next()).body).event_type;
const open = async (customId, { value = "123.45", currencyCode = "EUR", key = `open-${customId}` } = {}) => {
  const returnUrl = "https://seller.example/back";
  const { result } = await orders.createOrder({
    paypalRequestId: key,
    prefer: "return=representation",
    body: {
      intent: "CAPTURE",
      purchaseUnits: [{ customId, invoiceId: customId, description: "发票 1", amount: { currencyCode, value } }],
      paymentSource: { paypal: { experienceContext: { returnUrl, cancelUrl: returnUrl, userAction: "PAY_NOW", locale: "zh-CN" } } },
    },
  });
  return { ...result, page: result.links.find(({ rel }) => rel === "payer-action")?.href };
};
const capture = async (id, key = `capture-${id}`) =>
  (await orders.captureOrder({ id, paypalRequestId: key, prefer: "return=representation", body: {} })).result;
const refused = (call, status, issue) => assert.rejects(call, (error) => {
  assert.deepEqual([error.statusCode, error.result?.details?.[0]?.issue ?? error.result?.error], [status, issue]);
  return true;
});

const stories = {
  async "a payer agrees, and the money is taken once"() {
    const opened = await open("order-1");
    assert.deepEqual([opened.status, opened.purchaseUnits[0].amount.value], ["PAYER_ACTION_REQUIRED", "123.45"]);
    await refused(capture(opened.id), 422, "ORDER_NOT_APPROVED");
    await press(opened.page, "pay");
    assert.equal(await told(), "CHECKOUT.ORDER.APPROVED");
    assert.equal((await orders.getOrder({ id: opened.id })).result.status, "APPROVED");
    const taken = await capture(opened.id);
    const [money] = taken.purchaseUnits[0].payments.captures;
    assert.deepEqual([taken.status, money.status, money.customId], ["COMPLETED", "COMPLETED", "order-1"]);
    const { grossAmount, paypalFee, netAmount } = money.sellerReceivableBreakdown;
    assert.deepEqual([grossAmount, paypalFee, netAmount].map(({ value }) => value), ["123.45", "0.74", "122.71"]);
    assert.equal(await told(), "PAYMENT.CAPTURE.COMPLETED");
    assert.equal((await capture(opened.id)).purchaseUnits[0].payments.captures[0].id, money.id);
    await refused(capture(opened.id, "another"), 422, "ORDER_ALREADY_CAPTURED");
    assert.equal((await payments.getCapturedPayment({ captureId: money.id })).result.payee.merchantId, "demo-merchant");
  },
  async "a decline is told"() {
    const opened = await open("order-2");
    await press(opened.page, "decline");
    assert.equal(await told(), "CHECKOUT.ORDER.APPROVED");
    assert.equal((await capture(opened.id)).purchaseUnits[0].payments.captures[0].status, "DECLINED");
    assert.equal(await told(), "PAYMENT.CAPTURE.DENIED");
  },
  async "a key and a number are used once"() {
    const [first, again] = [await open("order-3"), await open("order-3")];
    assert.equal(first.id, again.id);
    await refused(open("order-3", { value: "1.00" }), 422, "DUPLICATE_REQUEST_ID");
    await refused(open("order-3", { key: "another" }), 422, "DUPLICATE_INVOICE_ID");
    await refused(open("order-4", { currencyCode: "JPY", value: "1.50" }), 400, "INVALID_PARAMETER_VALUE");
    assert.equal((await open("order-5", { currencyCode: "HUF", value: "1200" })).purchaseUnits[0].amount.value, "1200");
  },
  async "money goes back in parts and as a whole"() {
    const opened = await open("order-6");
    await press(opened.page, "pay");
    const captureId = (await capture(opened.id)).purchaseUnits[0].payments.captures[0].id;
    await told();
    await told();
    const back = async (customId, value) => (await payments.refundCapturedPayment({
      captureId, paypalRequestId: customId, prefer: "return=representation",
      body: { customId, ...(value && { amount: { currencyCode: "EUR", value } }) },
    })).result;
    const part = await back("back-1", "50.00");
    assert.deepEqual([part.status, part.amount.value, part.invoiceId], ["COMPLETED", "50.00", "order-6"]);
    assert.equal(await told(), "PAYMENT.CAPTURE.REFUNDED");
    assert.equal((await payments.getRefund({ refundId: part.id })).result.customId, "back-1");
    await refused(back("back-2", "73.46"), 422, "REFUND_AMOUNT_EXCEEDED");
    assert.equal((await back("back-3")).amount.value, "73.45");
    const { payments: all } = (await orders.getOrder({ id: opened.id })).result.purchaseUnits[0];
    assert.deepEqual([all.captures[0].status, all.refunds.map(({ customId }) => customId)], ["REFUNDED", ["back-1", "back-3"]]);
  },
  async "strangers are refused"() {
    await assert.rejects(new OrdersController(client("wrong")).getOrder({ id: "any" }));
    await refused(orders.getOrder({ id: "any" }), 404, "INVALID_RESOURCE_ID");
  },
};
await run(stories);
