// Stripe's Node library: client of the simulator, judge of what it signs, and signer of what our connector reads.
// Finds its surroundings in the environment; ends with `N passed, N failed`.
import assert from "node:assert/strict";
import { dispute, inbox, library, press, run, simulator, verified } from "./house.mjs";

const Stripe = library("stripe");
const { hostname, port, secret } = simulator;
const stripe = new Stripe(secret, { host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
const arrived = await inbox("stripe-signature");
const endpoint = await stripe.webhookEndpoints.create({ url: arrived.url, enabled_events: ["*"] });

const open = (more = {}, options = {}) => stripe.checkout.sessions.create({
  mode: "payment",
  client_reference_id: "ours-1",
  line_items: [{ quantity: 2, price_data: { currency: "jpy", unit_amount: 600, product_data: { name: "发票 1" } } }],
  success_url: "https://seller.example/back",
  ...more,
}, options);

const stories = {
  async "a payment is told and the signature is good"() {
    const opened = await open();
    assert.deepEqual([opened.status, opened.amount_total, opened.currency], ["open", 1200, "jpy"]);
    await press(opened.url, "pay");
    const { body, header } = await arrived.next();
    const event = stripe.webhooks.constructEvent(body, header, endpoint.secret);
    assert.equal(event.type, "checkout.session.completed");
    assert.equal(event.data.object.payment_status, "paid");
    assert.throws(() => stripe.webhooks.constructEvent(`${body} `, header, endpoint.secret));
    const now = await stripe.checkout.sessions.retrieve(opened.id, { expand: ["payment_intent"] });
    assert.equal(now.payment_intent.status, "succeeded");
  },
  async "a decline is told"() {
    const opened = await open();
    await press(opened.url, "decline");
    const { body, header } = await arrived.next();
    const event = stripe.webhooks.constructEvent(body, header, endpoint.secret);
    assert.equal(event.type, "checkout.session.async_payment_failed");
  },
  async "a key is used once"() {
    const first = await open({}, { idempotencyKey: "n-1" });
    const again = await open({}, { idempotencyKey: "n-1" });
    assert.equal(first.id, again.id);
    assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
    await assert.rejects(open({ client_reference_id: "ours-2" }, { idempotencyKey: "n-1" }), { type: "StripeIdempotencyError" });
  },
  async "a payment is disputed and won"() {
    const opened = await open();
    await press(opened.url, "pay");
    await arrived.next();
    const told = await dispute(opened.id);
    const heard = async () => {
      const { body, header } = await arrived.next();
      return stripe.webhooks.constructEvent(body, header, endpoint.secret);
    };
    assert.equal((await heard()).type, "charge.dispute.created");
    const { body, header } = await arrived.next();
    assert.equal(stripe.webhooks.constructEvent(body, header, endpoint.secret).type, "charge.dispute.funds_withdrawn");
    assert.throws(() => stripe.webhooks.constructEvent(body.replace("-1200", "-1201"), header, endpoint.secret));
    await dispute(told, "win");
    assert.equal((await heard()).data.object.status, "won");
    const back = await heard();
    assert.equal(back.type, "charge.dispute.funds_reinstated");
    assert.deepEqual(back.data.object.balance_transactions.map((moved) => moved.amount), [-1200, 1200]);
    assert.equal((await stripe.disputes.retrieve(told)).status, "won");
    await assert.rejects(stripe.disputes.retrieve("dp_none"), { code: "resource_missing" });
  },
  async "sessions of a time, page by page"() {
    const made = [];
    for (let number = 0; number < 7; number += 1) made.push((await open()).id);
    const created = { gte: Math.floor(Date.now() / 1000) - 60 };
    const found = [];
    for await (const one of stripe.checkout.sessions.list({ limit: 3, created })) found.push(one.id);
    assert.deepEqual(found.slice(0, 7), made.reverse());
    assert.equal((await stripe.checkout.sessions.list({ created: { lte: 1_000 } })).data.length, 0);
  },
  async "what the library signs our connector believes"() {
    const now = Math.floor(Date.now() / 1000);
    const session = {
      id: "cs_test_1", object: "checkout.session", client_reference_id: "ckt_00000000000000000000000000", status: "complete",
      payment_status: "paid", amount_total: 1200, currency: "jpy", url: null, payment_intent: "pi_1",
    };
    const event = { id: "evt_1", object: "event", created: now, type: "checkout.session.completed", data: { object: session } };
    const payload = JSON.stringify(event);
    const sign = (more) => stripe.webhooks.generateTestHeaderString({ payload, secret: "whsec_ours", ...more });
    const believed = (header, body = payload) => verified("stripe", { notification_secret: "whsec_ours" }, { "stripe-signature": header }, body);
    assert.match(await believed(sign()), /Succeeded/);
    assert.match(await believed(sign({ timestamp: now - 299 })), /Succeeded/);
    assert.match(await believed(sign({ timestamp: now - 310 })), /Stale/);
    assert.match(await believed(sign({ secret: "whsec_other" })), /BadSignature/);
    assert.match(await believed(sign(), `${payload} `), /BadSignature/);
    assert.match(await believed(sign().replace("v1=", "v0=")), /BadSignature/);
    // While a key is rotated, Stripe signs with both.
    const both = `${sign({ secret: "whsec_other" })},${sign().split(",")[1]}`;
    assert.match(await believed(both), /Succeeded/);
  },
};
await run(stories);
