// Every kind of page, found by following the links from the two homes: WCAG by axe-core in both themes and both languages, on
// a desk's screen and on a phone; no sideways scroll on the phone, and light enough.
import { readFileSync } from "node:fs";
import path from "node:path";
import { LOOKS, check, demo, isLong, keepsPictures, modules, person, picture } from "./house.mjs";

const AXE = readFileSync(path.join(modules, "axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What the other theme of the same page can get wrong: its structure and its words are the same.
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const PAGE_BYTES_MAX = 60_000;
const PHONE_WIDTH = 390;
const KINDS_MAX = 80;

// `/invoices/inv_01…` and `/invoices/inv_02…` are one kind of page.
function kind(url) {
  const steps = url.pathname.split("/").map((step) => (/^[a-z]{3}_[0-9a-z]{26}$/.test(step) ? "{id}" : step));
  return steps.join("/").replace(/^\/pay\/[^/]+/, "/pay/{token}").replace(/(general-ledger|tax-codes)\/(?!new)[^/]+/, "$1/{code}");
}

// Addresses by kind that can be reached by links from these; files and streams are no pages.
async function reachable(page, starts) {
  const found = new Map();
  const queue = [...starts];
  while (queue.length > 0 && found.size < KINDS_MAX) {
    const address = queue.shift();
    const url = new URL(address, demo.url);
    if (found.has(kind(url))) continue;
    const response = await page.goto(address);
    check(response.status() < 400, `${address} is linked and answers ${response.status()}`);
    found.set(kind(new URL(page.url())), page.url().slice(demo.url.length) || "/");
    found.set(kind(url), address);
    const links = await page.$$eval("a[href]", (all) => all.filter((a) => !a.hasAttribute("download")).map((a) => a.href));
    for (const link of links) {
      const next = new URL(link);
      const isPage = next.origin === new URL(demo.url).origin && !/\.(pdf|xlsx|csv|html|json|xml|svg)$/.test(next.pathname);
      const apart = /^\/(api|assets)\//.test(next.pathname) || /[?&](lang|theme|density|keys|format)=/.test(next.search);
      if (isPage && !apart && !found.has(kind(next))) queue.push(next.pathname);
    }
  }
  return found;
}

export async function* looks() {
  const rooms = [
    ["desk", demo.staff, ["/", "/account", "/settings/gateways", "/payments/in-doubt"]],
    ["portal", demo.customer, ["/portal", "/account"]],
    ["street", null, ["/sign-in"]],
  ];
  for (const [room, who, starts] of rooms) {
    const scout = await person(who);
    let kinds = new Map();
    yield [`${room}: every link leads somewhere`, async () => {
      kinds = await reachable(scout.page, starts);
      check(scout.faults.length === 0, scout.faults.join("\n"));
    }];
    const state = await scout.context.storageState();
    await scout.end();
    // Each is turned over to its other theme, so that the four looks are all seen.
    for (const [name, look] of Object.entries({ zhLight: LOOKS.zhLight, enDark: LOOKS.enDark })) {
      const visitor = await person(null, { look });
      await visitor.context.addCookies(state.cookies.filter((cookie) => cookie.name === "shunfu_session"));
      for (const [pattern, address] of kinds) {
        yield [`${room} ${pattern} in ${name}`, () => lookAt(visitor, pattern, address, `${room}-${name}`)];
      }
      await visitor.end();
    }
  }
}

// One page in both themes and both widths. Pages that no link leads to are looked at by the story that comes past them.
export async function lookAt(visitor, pattern, address, series) {
  const { page, faults } = visitor;
  const file = pattern.replaceAll(/[/{}]+/g, "-");
  faults.length = 0;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(address, { waitUntil: "load" });
  await picture(page, `${series}${file}-1280`);
  const bytes = await page.evaluate(() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return entries.filter((entry) => entry.initiatorType !== "other").reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  });
  check(bytes <= PAGE_BYTES_MAX, `${address} weighs ${bytes} bytes`);
  await page.evaluate(AXE);
  await clean(page, address, RULES);
  await page.setViewportSize({ width: PHONE_WIDTH, height: 844 });
  await fits(page, address);
  await picture(page, `${series}${file}-390`);
  // In the other theme, with everything opened that can be.
  const [other, opened] = await turnOver(page);
  const where = `${address}, opened and ${other}`;
  await clean(page, where, COLOUR_RULES);
  if (opened > 0) {
    await fits(page, where);
    await clean(page, where, RULES, { include: [["main details"]] });
  }
  if (isLong) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await clean(page, where, RULES);
  }
  await picture(page, `${series}${file}-${other}`);
  check(faults.length === 0, faults.join("\n"));
}

async function fits(page, where) {
  const wide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return "";
    const beyond = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return beyond.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${e.className}`).join(", ") || "the page";
  });
  check(wide === "", `${where} scrolls sideways at ${PHONE_WIDTH} px: ${wide}`);
}

// Turns the page over to its other theme, which one attribute decides, and opens what is folded. Gives the theme, and how much
// there was to open; of menus that close one another the last stays open.
async function turnOver(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const before = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = before === "dark" ? "light" : "dark";
    const folded = [...document.querySelectorAll("main details")];
    for (const box of folded) box.open = true;
    return [root.dataset.theme, folded.length];
  });
}

async function clean(page, where, rules, context = null) {
  const violations = await page.evaluate(async ([runOnly, within]) => {
    const result = await window.axe.run(within ?? document, { runOnly });
    return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  }, [rules, context]);
  check(violations.length === 0, `${where}: ${violations.join("; ")}`);
}
