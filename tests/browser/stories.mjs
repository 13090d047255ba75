// What people do here from day to day, told from the customer to the books. Each story makes what it needs.
import { readFileSync } from "node:fs";
import { api, check, demo, person, picture } from "./house.mjs";
import { lookAt } from "./looks.mjs";

const MAIN = "button[data-kind=main]";
const CARD = "pay";

// The amount as pages write it: thousands apart, and cents in an element of their own.
const spoken = (amount) => amount.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const words = async (page, selector = "main") => (await page.locator(selector).innerText()).replace(/\s+/g, " ");

async function shows(page, text, selector) {
  const seen = await words(page, selector);
  check(seen.includes(text), `${page.url()} does not show ${text}: ${seen.slice(0, 400)}`);
}

// Goes on with what the button or link leads to. A page that hears by itself how a payment went may go on before it has loaded whole:
// then the one that it goes on to is waited for.
async function go(page, locator) {
  const led = page.waitForNavigation({ waitUntil: "load" }).catch((error) => {
    if (!error.message.includes("ERR_ABORTED")) throw error;
    return page.waitForLoadState("load");
  });
  await Promise.all([led, locator.click()]);
}

const noFaults = ({ faults }) => check(faults.length === 0, faults.join("\n"));

// From the portal: three of the first thing that is sold. Gives where the order stands and its total.
async function order(page, scripts) {
  await page.goto("/portal/orders/new");
  const offered = await page.locator("#offers option").first().getAttribute("value");
  await page.locator('[name="/lines/0/item"]').fill(offered);
  await page.locator('[name="/lines/0/quantity"]').fill("3");
  const preview = page.locator("[data-preview]");
  if (scripts) {
    await preview.locator("tfoot .amount").waitFor();
    const before = await preview.locator("tfoot .amount").innerText();
    await page.locator('[name="/lines/0/quantity"]').fill("6");
    await page.waitForFunction((old) => document.querySelector("[data-preview] tfoot .amount")?.innerText !== old, before);
    await page.locator('[name="/lines/0/quantity"]').fill("3");
    await page.waitForFunction((old) => document.querySelector("[data-preview] tfoot .amount")?.innerText === old, before);
  } else {
    await go(page, page.locator('button[value="calculate"]'));
  }
  const total = (await preview.locator("tfoot .amount").innerText()).trim();
  await go(page, page.locator(`form[action="/portal/orders"] ${MAIN}`));
  check(/\/portal\/orders\/ord_/.test(page.url()), `the order was not kept: ${await words(page)}`);
  await shows(page, total);
  return total;
}

// Submits the order that is shown; ends at its invoice, with the way to pay it.
async function place(page) {
  const address = new URL(page.url()).pathname;
  await go(page, page.locator(`form[action="${address}/submit"] button`));
  const bill = page.locator('a[href^="/portal/invoices/inv_"]');
  check(await bill.count() === 1, `no invoice came of the order: ${await words(page)}`);
  await go(page, bill);
  return page.locator('a[href^="/pay/"]');
}

// On the pay page: chooses a way, and pays at the provider's; ends on the page that says how it went.
async function payBy(page, method, total, choice = CARD) {
  await shows(page, total);
  await page.locator(`input[name="/method"][value="${method}"]`).check();
  await go(page, page.locator(`form ${MAIN}`));
  check(!page.url().startsWith(demo.url), `the provider's page did not open: ${page.url()}`);
  const scanned = page.locator('button[name="step"]');
  if (await scanned.count() > 0) await go(page, scanned);
  await Promise.all([page.waitForURL((url) => url.href.startsWith(demo.url)), page.locator(`button[value="${choice}"]`).click()]);
}

async function isPaid(page) {
  await page.locator('.flash[data-is="good"]').waitFor();
}

async function orderAndPay(scripts, method) {
  const buyer = await person(demo.customer, { scripts });
  const { page } = buyer;
  const total = await order(page, scripts);
  const toPay = await place(page);
  const link = await toPay.getAttribute("href");
  await go(page, toPay);
  await payBy(page, method, total);
  if (scripts) await isPaid(page);
  // Without scripts nothing tells the page; looking again does.
  for (let tries = 0; !scripts && tries < 40 && await page.locator('.flash[data-is="good"]').count() === 0; tries += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  await isPaid(page);
  await page.goto(link);
  await isPaid(page);
  noFaults(buyer);
  await buyer.end();
}

// An invoice of its own for a story at the desk: its API object.
async function invoice() {
  const customers = await api("GET", "/customers?limit=200");
  const customer = customers.data.find((c) => c.currency === "CNY" && c.credit_limit === null);
  const lines = [{ description: "现场调试", quantity: "1", unit_price: { currency: "CNY", amount: "1234.50" } }];
  const made = await api("POST", "/orders", { customer: customer.id, currency: "CNY", lines });
  const submitted = await api("POST", `/orders/${made.id}/submit`, {});
  return api("GET", `/invoices/${submitted.invoice}`);
}

async function cashier() {
  const bill = await invoice();
  const teller = await person(demo.staff);
  const { page } = teller;
  await page.goto(`/invoices/${bill.id}`);
  await go(page, page.locator(`a[href="/payments/new?invoice=${bill.id}"]`));
  await page.locator('select[name="/method"]').selectOption("cash");
  await page.locator('[name="/amount/amount"]').fill(bill.balance.amount);
  const row = page.locator("tr", { has: page.locator(`input[value="${bill.id}"]`) });
  await row.locator('[name$="/amount/amount"]').fill(bill.balance.amount);
  await go(page, page.locator(`form[action="/payments"] ${MAIN}`).last());
  await page.goto(`/invoices/${bill.id}`);
  const now = await api("GET", `/invoices/${bill.id}`);
  check(now.status === "paid", `the invoice is ${now.status}`);
  noFaults(teller);
  await teller.end();
}

async function accountant() {
  const bill = await invoice();
  const body = {
    customer: bill.customer, method: "bank_transfer", amount: bill.total, received_on: bill.issued_on,
    allocations: [{ invoice: bill.id, amount: bill.total }],
  };
  const paid = await api("POST", "/payments", body);
  const reader = await person(demo.staff);
  const { page } = reader;
  await page.goto("/invoices");
  await go(page, page.locator(`a[href="/invoices/${bill.id}"]`));
  await shows(page, spoken(bill.total.amount));
  await go(page, page.locator(`a[href="/payments/${paid.id}"]`).first());
  await shows(page, spoken(bill.total.amount));
  await page.goto(`/entries?document=${paid.id}`);
  await go(page, page.locator('a[href^="/entries/ent_"]').first());
  for (const text of ["1002", "1122", spoken(bill.total.amount)]) await shows(page, text);
  await page.goto("/reports/trial-balance");
  const totals = await page.locator("tfoot .amount").allInnerTexts();
  check(totals.length >= 2 && totals[0] === totals[1], `debits and credits differ: ${totals}`);
  await go(page, page.locator('a[href^="/reports/general-ledger/1122"]'));
  await shows(page, "1122");
  noFaults(reader);
  await reader.end();
}

// The key does nothing before the page's behaviours have come, which is after the page.
async function openPalette(page) {
  await page.waitForFunction(() => customElements.get("sf-palette"));
  await page.keyboard.press("Control+k");
  return page.locator("sf-palette input");
}

async function found() {
  const bill = await invoice();
  const reader = await person(demo.staff);
  const { page } = reader;
  let hits = 0;
  for (let tries = 0; hits === 0 && tries < 20; tries += 1) {
    await page.goto(`/search?q=${bill.number}`);
    hits = await page.locator(`a[href="/invoices/${bill.id}"]`).count();
    if (hits === 0) await page.waitForTimeout(300);
  }
  check(hits > 0, `the search does not find ${bill.number}`);
  await page.goto("/");
  const palette = await openPalette(page);
  // What is called so stands first, and Enter waits for it, however fast it comes.
  await palette.fill(bill.number);
  await Promise.all([page.waitForURL(`**/invoices/${bill.id}`), page.keyboard.press("Enter")]);
  const again = await openPalette(page);
  await Promise.all([page.waitForResponse((answer) => answer.url().includes("q=zh")), again.fill("zh")]);
  await page.locator("sf-palette [aria-selected=true]").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  check(await page.locator("sf-palette [aria-selected=true]").count() === 1, "the arrows choose one");
  noFaults(reader);
  await reader.end();
}

async function mistakes() {
  const reader = await person(demo.staff);
  const { page, faults } = reader;
  await page.goto("/customers/new");
  await page.locator('[name="/name"]').fill("很长的名字".repeat(10));
  await page.locator('[name="/email"]').fill("nobody");
  // The browser would stop this itself; other browsers and other faults reach the server.
  await page.evaluate(() => { document.querySelector('[name="/email"]').form.noValidate = true; });
  await go(page, page.locator(`main form ${MAIN}`).first());
  await page.locator(".faults a").first().waitFor();
  check(await page.locator('[name="/name"]').inputValue() === "很长的名字".repeat(10), "what was typed is lost");
  check(await page.locator('[name="/email"]').getAttribute("aria-invalid") === "true", "the field does not say it is wrong");
  await page.locator(".faults a").first().click();
  const focused = await page.evaluate(() => document.activeElement.getAttribute("name"));
  check(focused?.startsWith("/"), `the summary does not lead to the field, but to ${focused}`);
  // The browser itself notes the 422 of the form.
  const others = faults.filter((fault) => !fault.includes("422"));
  check(others.length === 0, others.join("\n"));
  await reader.end();
}

async function declined() {
  const bill = await invoice();
  const payer = await person(null);
  const { page } = payer;
  await page.goto(new URL(bill.pay_url).pathname);
  await payBy(page, "card", spoken(bill.total.amount), "decline");
  await page.locator('.flash[data-is="late"]').waitFor();
  await page.goto(new URL(bill.pay_url).pathname);
  await payBy(page, "card", spoken(bill.total.amount));
  await isPaid(page);
  noFaults(payer);
  await payer.end();
}

// At the desk: an order whose customer is found by its name, with and without scripts.
async function deskOrder(scripts) {
  const { data } = await api("GET", "/customers?limit=200");
  const customer = data.find((one) => one.currency === "CNY" && one.credit_limit === null);
  const clerk = await person(demo.staff, { scripts });
  const { page } = clerk;
  await page.goto("/orders/new");
  await page.locator(".picker summary").click();
  const option = page.locator(".option", { hasText: customer.name });
  await page.locator('input[name="find"]').fill(customer.name.slice(1, 5));
  if (scripts) {
    await option.waitFor();
    await option.click();
    await page.waitForFunction((name) => document.querySelector("[data-chosen]").textContent === name, customer.name);
    check(!await page.locator(".picker").evaluate((box) => box.open), "the list stays open after the choice");
  } else {
    await go(page, page.locator('button[value="find"]'));
    await option.locator("input").check();
  }
  await page.locator('[name="/lines/0/description"]').fill("现场调试");
  await page.locator('[name="/lines/0/unit_price"]').fill("1234.50");
  if (scripts) await page.locator("[data-amount] i").waitFor();
  else await go(page, page.locator('button[value="calculate"]'));
  check((await words(page, "[data-amount]")).includes("1,234.50"), "the line does not show what it comes to");
  await go(page, page.locator(`form[action="/orders"] ${MAIN}`));
  await shows(page, customer.name);
  await shows(page, "1,234.50");
  noFaults(clerk);
  await clerk.end();
}

// At the desk: columns are chosen, the list is kept under a name, opened again and removed, with and without scripts.
async function shapes(scripts) {
  const reader = await person(demo.staff, { scripts });
  const { page } = reader;
  const menu = (nth) => page.locator(".tools summary").nth(nth);
  const name = scripts ? "催收" : "催收,不用脚本";
  await page.goto("/invoices?status=overdue");
  await menu(0).click();
  if (scripts) {
    await page.keyboard.press("Escape");
    check(!await page.locator(".menu").first().evaluate((box) => box.open), "Escape does not close the columns");
    await page.keyboard.press("Enter");
  }
  await page.locator('input[value="issued"]').check();
  await page.locator('input[value="total"]').uncheck();
  await go(page, page.locator('form:has(input[value="issued"]) button'));
  check(page.url().includes("status=overdue"), `the filter is lost: ${page.url()}`);
  check(await page.locator("thead th[scope=col]").count() === 6, "one column more and one less are six");
  await menu(1).click();
  await page.locator('input[name="/name"]').fill(name);
  await go(page, page.locator('form[action="/views"] button'));
  await page.goto("/invoices");
  await go(page, page.getByRole("link", { name, exact: true }));
  check(await page.locator(".tabs [aria-current]").innerText() === name, "the view is not the one that is shown");
  check(await page.locator("thead th[scope=col]").count() === 6, "the view does not keep its columns");
  await menu(1).click();
  await go(page, page.locator('form[action="/views/remove"] button'));
  check(await page.getByRole("link", { name, exact: true }).count() === 0, "the view is still there");
  noFaults(reader);
  await reader.end();
}

// Connects WeChat Pay, whose language the demonstration's simulator speaks; gives where that is.
async function connectWeChatPay() {
  const owner = await person(demo.staff);
  const { page } = owner;
  const form = "/settings/gateways?provider=wechat_pay";
  await page.goto(form);
  const password = page.locator('main input[type="password"]').first();
  if (!await page.locator('[name="/app_secret"]').count()) {
    await password.fill(demo.staff.password);
    await go(page, page.locator(`main form ${MAIN}`).first());
    await page.goto(form);
  }
  const [simulator] = (await words(page, "main")).match(/http:\/\/127\.0\.0\.1:\d+(?= )/);
  const key = (name) => readFileSync(new URL(`../../crates/gateways/assets/keys/${name}.pem`, import.meta.url), "utf8");
  const typed = {
    name: "微信支付", base_url: simulator, authorize_url: simulator, app_url: simulator, merchant: "demo-merchant",
    app_id: "wx0000000000000001", serial: "2B6F0D8E41A7C95330E1D7B8A49C5F2E6D108B73",
    private_key: key("merchant").replace(/-----.*-----|\s/g, ""), api_v3_key: "demonstration-key-of-32-letters!",
    provider_key_id: "PUB_KEY_ID_0000000000000000000000000001", provider_key: key("provider.pub"),
    app_secret: "demonstration-secret-of-the-app",
  };
  for (const [name, value] of Object.entries(typed)) await page.locator(`[name="/${name}"]`).fill(value);
  await go(page, page.locator(`form[action="/settings/gateways"] ${MAIN}`));
  check(page.url().includes("done=gateway-connected"), `the provider was not connected: ${await words(page)}`);
  noFaults(owner);
  await owner.end();
  return simulator;
}

// Inside WeChat, for which the story stands: what the page hands over goes to the simulator, where its only user pays.
async function insideWeChat() {
  const simulator = await connectWeChatPay();
  const bill = await invoice();
  const payer = await person(null, { agent: "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.60", width: 390 });
  const { page } = payer;
  await page.exposeFunction("handOver", async (call, ask) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${simulator}/wechat/${call}`, { method: "POST", headers, body: JSON.stringify(ask) });
    return answer.json();
  });
  await page.goto(new URL(bill.pay_url).pathname);
  await page.locator(".methods label", { hasText: "微信支付" }).click();
  await go(page, page.locator(`form ${MAIN}`));
  check(page.url().startsWith(`${demo.url}/pay/`), `WeChat did not send the payer back: ${page.url()}`);
  const button = page.locator("sf-bridge button");
  check(!await button.isVisible(), "without WeChat there is nothing to press");
  await shows(page, "请在钱包 App 内打开", "sf-bridge");
  await page.evaluate(() => {
    window.WeixinJSBridge = { invoke: (call, ask, then) => window.handOver(call, ask).then(then) };
    document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  });
  check(!(await words(page, "sf-bridge")).includes("请在"), "inside WeChat the page says that it is not");
  await picture(page, "inside-wechat");
  await button.click();
  await isPaid(page);
  noFaults(payer);
  await payer.end();
}

// A bank file whose three lines pay three invoices, brought in without posting anything: the address of its statement.
async function statementOf(bills) {
  const lines = ["100000", ...bills.map((bill) => bill.balance.amount.replace(".", ""))];
  const figure = (minor) => `${minor.slice(0, -2)},${minor.slice(-2)}`;
  const closing = String(lines.reduce((sum, minor) => sum + Number(minor), 0));
  const moved = bills.map((bill, nth) => [
    `:61:2611231123C${figure(lines[nth + 1])}NTRFNONREF//${Date.now()}${nth}`, `:86:166?00X?20${bill.number}?32${bill.number}`,
  ]);
  const file = [":20:BENCH", ":25:CN00999", `:28C:${Date.now() % 100000}`, ":60F:C261123CNY1000,00", ...moved.flat(), `:62F:C261123CNY${figure(closing)}`, "-"];
  const form = new FormData();
  form.set("account", "1002");
  form.set("post_from", "1001");
  form.set("file", new Blob([file.join("\r\n") + "\r\n"]), "bench.sta");
  const answer = await fetch(`${demo.url}/api/v1/statements`, { method: "POST", headers: { authorization: `Bearer ${demo.api_key}` }, body: form });
  const told = await answer.json();
  check(answer.status === 201, `the statement was answered ${answer.status} ${JSON.stringify(told)}`);
  return `/statements/${told.statements[0]}`;
}

// A key does nothing before the page's behaviours have come, which is after the page.
async function press(page, key) {
  await page.waitForFunction(() => customElements.get("sf-bench"));
  await page.keyboard.press(key);
}

// The key leads to another page.
async function leads(page, key) {
  const before = page.url();
  await Promise.all([page.waitForURL((url) => url.href !== before), press(page, key)]);
}

// Whether the focus is there, or comes there in a moment: what opens tells of it a little later.
async function focused(page, selector) {
  for (let times = 0; times < 20; times += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return true;
    await page.waitForTimeout(50);
  }
  return false;
}

// Three lines before lunch, without the mouse: the first proposal has the focus, Enter matches it, and the next line is there.
async function bench() {
  const bills = [await invoice(), await invoice(), await invoice()];
  const address = await statementOf(bills);
  const teller = await person(demo.staff);
  const { page } = teller;
  await page.goto(address);
  await leads(page, "j");
  await leads(page, "k");
  await press(page, "1");
  for (let left = bills.length; left > 0; left -= 1) {
    check(await focused(page, 'form[action$="/match"] button'), "the first proposal has no focus");
    await leads(page, "Enter");
  }
  check((await page.locator("progress").getAttribute("value")) === "3", "not every line is dealt with");
  for (const bill of bills) check((await api("GET", `/invoices/${bill.id}`)).status === "paid", `${bill.number} is not paid`);
  noFaults(teller);
  await teller.end();
}

// Everything else at the bench, by keys alone: help, search, a note, lines set aside together, and undoing.
async function benchByKeys() {
  const teller = await person(demo.staff, { look: { lang: "en", theme: "dark" } });
  const { page } = teller;
  const address = await statementOf([await invoice(), await invoice()]);
  await page.goto(address);
  await press(page, "?");
  check(await page.locator("dl kbd").first().isVisible(), "the keys are not told");
  await press(page, "?");
  check(!await page.locator("dl kbd").first().isVisible(), "a second ? leaves the keys open");
  await press(page, "/");
  check(await focused(page, "input[type=search][name=q]"), "/ does not lead to the search");
  await page.keyboard.press("j");
  check(await page.locator("input[name=q]").inputValue() === "j", "a key in a field is a letter");
  await page.keyboard.press("Escape");
  await press(page, "n");
  check(await focused(page, "textarea"), "n does not lead to a note");
  await page.keyboard.type("Do they owe us?");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForURL(/done=line-noted/), page.keyboard.press("Enter")]);
  await shows(page, "Do they owe us?");
  await leads(page, "x");
  check(/with=/.test(page.url()), "x does not mark the line");
  await shows(page, "One line is marked");
  await leads(page, "x");
  await shows(page, "Taken together");
  const together = page.url();
  await lookAt(teller, "/statements/together", together, "story");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(together);
  await press(page, "s");
  await page.keyboard.type("Not ours");
  await Promise.all([page.waitForURL(/done=line-set-aside/), page.keyboard.press("Enter")]);
  check((await page.locator("progress").getAttribute("value")) === "2", "the two lines are not set aside");
  check(await focused(page, ".empty a, #line, body"), "something waits for Enter");
  await leads(page, "u");
  await press(page, "u");
  check(await focused(page, 'form[action$="/take-up"] button'), "u does not lead to undoing");
  await Promise.all([page.waitForURL(/done=line-taken-up/), page.keyboard.press("Enter")]);
  noFaults(teller);
  await teller.end();
}

// A payer whom nobody knows: the customer is found by name, the amount is typed as the page prints it, what is left is told; and of a
// tier what is ticked is posted, and undone again.
async function benchByHand() {
  const bill = await invoice();
  const customer = await api("GET", `/customers/${bill.customer}`);
  const teller = await person(demo.staff, { look: { lang: "en", theme: "light" } });
  const { page } = teller;
  const address = await statementOf([{ balance: { amount: "3469.01" }, number: "Somebody's gift" }, bill]);
  await page.goto(address);
  check(await focused(page, "#line"), "where nothing is proposed the line has the focus");
  await press(page, "p");
  check(await focused(page, 'input[name="find"]'), "p does not lead to the search for a customer");
  await page.keyboard.type(customer.name);
  await page.locator("[data-choices] .option").first().waitFor();
  await page.waitForFunction((name) => document.querySelector("[data-choices]").innerText.includes(name), customer.name);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.matches("summary"));
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForURL(/customer/), page.keyboard.press("Enter")]);
  check(!await page.locator('input[name="find"]').isVisible(), "the search stays open");
  check(await focused(page, '[name$="/amount"]'), "the first amount has no focus");
  await press(page, "1");
  check(await page.locator("[data-left]").innerText() === "3,468.01", `what is left is not told: ${await words(page, "[data-left]")}`);
  await lookAt(teller, "/statements/by-hand", page.url(), "story");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(address);
  await leads(page, "a");
  await page.goto(`${page.url()}&score=0`);
  await lookAt(teller, "/statements/accept", page.url(), "story");
  await page.setViewportSize({ width: 1280, height: 900 });
  await go(page, page.locator(`form[action$="/accept"] ${MAIN}`).first());
  check((await api("GET", `/invoices/${bill.id}`)).status === "paid", "what was ticked is not posted");
  await page.locator('summary:has-text("Undo these")').click();
  await page.locator('[name="/reason"]').fill("Wrong");
  await go(page, page.locator('form[action$="/accept/undo"] button'));
  check((await api("GET", `/invoices/${bill.id}`)).status === "open", "what was posted is not undone");
  noFaults(teller);
  await teller.end();
}

// A table whose dates leave something open: its columns are confirmed once, and the next file is read without asking.
async function columns(scripts) {
  const clerk = await person(demo.staff, { scripts });
  const { page } = clerk;
  const table = (day) => `Date;Payer ${scripts};Note;Amount\n0${day}/03/2026;Somebody;a gift ${scripts};12,50\n0${day}/04/2026;Another;rent ${scripts};-1.300,00\n0${day}/02/2026;Third;x ${scripts};7,00\n`;
  const send = async (day) => {
    await page.goto("/statements");
    await page.locator('select[name="/account"]').selectOption("1002");
    await page.locator("input[type=file]").setInputFiles({ name: `bank-${day}.csv`, mimeType: "text/csv", buffer: Buffer.from(table(day)) });
    await go(page, page.locator(`form[action="/statements"] ${MAIN}`));
  };
  await send(1);
  check(page.url().includes("/statements/columns"), `nothing is asked: ${page.url()} ${await words(page)}`);
  await page.locator('[name="/dates"]').selectOption("mdy");
  await go(page, page.locator("button[formmethod=get]"));
  check(await page.locator('[name="/dates"]').inputValue() === "mdy", "the choice is lost");
  const confirming = page.url();
  if (scripts) await lookAt(clerk, "/statements/columns", confirming, "story");
  await page.goto(confirming);
  await go(page, page.locator(`form[action="/statements/columns"] ${MAIN}`));
  check(page.url().includes("done=statement-here"), `the file was not read in: ${page.url()} ${await words(page)}`);
  await send(2);
  check(page.url().includes("done=statement-here"), `it is asked again: ${page.url()}`);
  noFaults(clerk);
  await clerk.end();
}

export const stories = [
  ["a customer orders with totals that follow the typing, and pays by card", () => orderAndPay(true, "card")],
  ["a customer orders and pays by e-wallet", () => orderAndPay(true, "e_wallet")],
  ["the same without JavaScript", () => orderAndPay(false, "card")],
  ["somebody with a pay link is declined and tries again", declined],
  ["the accountant finds invoice, payment, entry and trial balance", accountant],
  ["the desk writes an order for a customer found by name", () => deskOrder(true)],
  ["the same order without JavaScript", () => deskOrder(false)],
  ["the cashier takes cash", cashier],
  ["three lines of a bank statement are matched from the keyboard", bench],
  ["the rest of the bench is worked by keys alone", benchByKeys],
  ["a payment is matched by hand, and a tier accepted and undone", benchByHand],
  ["the columns of a table are confirmed once", () => columns(true)],
  ["the same columns without JavaScript", () => columns(false)],
  ["a list is shaped, kept under a name and removed", () => shapes(true)],
  ["the same list without JavaScript", () => shapes(false)],
  ["an invoice is found by its number, on the page and from the keyboard", found],
  ["a wrong form says what is wrong and keeps what was typed", mistakes],
  // The last one, since it brings a second wallet into the house.
  ["somebody inside WeChat is introduced and presses one button", insideWeChat],
];
