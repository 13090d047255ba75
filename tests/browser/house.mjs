// A running demonstration and a browser in front of it. Every page that a story opens is watched: an error on the console, a
// request to another host, or a failed answer fails the story.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

const wanted = (name) => process.env[name] ?? fail(`${name} is not set`);
const fail = (sentence) => { throw new Error(sentence); };

export const modules = wanted("SHUNFU_NODE_MODULES");
const { chromium } = createRequire(path.join(modules, "x.js"))("playwright-core");

export const demo = JSON.parse(readFileSync(wanted("SHUNFU_READY_FILE"), "utf8"));
export const isLong = !["", "0", undefined].includes(process.env.SHUNFU_LONG);
export const keepsPictures = !["", "0", undefined].includes(process.env.SHUNFU_SCREENSHOTS);
const pictures = path.resolve("target/screenshots");
const WAIT_MS = 15_000;

// Chromium refuses its own sandbox to root; the pages are ours.
export const browser = await chromium.launch({
  executablePath: wanted("SHUNFU_CHROMIUM"),
  args: ["--no-sandbox", "--no-proxy-server", "--disable-gpu"],
});

export const LOOKS = {
  zhLight: { lang: "zh-CN", theme: "light" },
  enDark: { lang: "en", theme: "dark" },
  zhDark: { lang: "zh-CN", theme: "dark" },
  enLight: { lang: "en", theme: "light" },
};

// Somebody in front of a screen. `who` is demo.staff, demo.customer, or nothing.
export async function person(who, { look = LOOKS.zhLight, scripts = true, width = 1280, agent } = {}) {
  const context = await browser.newContext({
    baseURL: demo.url, viewport: { width, height: 900 }, javaScriptEnabled: scripts, locale: look.lang, userAgent: agent,
    colorScheme: look.theme, reducedMotion: "reduce",
  });
  context.setDefaultTimeout(WAIT_MS);
  const cookie = (name, value) => ({ name, value, url: demo.url });
  await context.addCookies([
    cookie("shunfu_lang", look.lang),
    cookie("shunfu_look", `theme-${look.theme}.density-comfortable.keys-on`),
  ]);
  const page = await context.newPage();
  const faults = watch(page);
  if (who) await signIn(page, who);
  return { page, context, faults, end: () => context.close() };
}

// Notes what no page of ours may do. The payment provider is another host on purpose, so its pages are left out.
function watch(page) {
  const faults = [];
  const ours = new URL(demo.url).origin;
  const atHome = () => page.url() === "about:blank" || new URL(page.url()).origin === ours;
  page.on("console", (message) => {
    if (message.type() === "error" && atHome()) faults.push(`console on ${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => { if (atHome()) faults.push(`script on ${page.url()}: ${error.message}`); });
  page.on("request", (request) => {
    const foreign = !request.url().startsWith(`${ours}/`) && !request.url().startsWith("data:");
    if (foreign && !request.isNavigationRequest() && atHome()) faults.push(`${page.url()} asks ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`);
  });
  return faults;
}

async function signIn(page, who) {
  await page.goto("/sign-in");
  await page.locator('input[name="/email"]').fill(who.email);
  await page.locator('input[name="/password"]').fill(who.password);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/sign-in")), page.locator('form:has(input[name="/password"]) button').first().click()]);
}

export async function api(method, route, body) {
  const response = await fetch(`${demo.url}/api/v1${route}`, {
    method, headers: { authorization: `Bearer ${demo.api_key}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) fail(`${method} ${route}: ${response.status} ${await response.text()}`);
  return response.json();
}

export function check(condition, sentence) {
  if (!condition) fail(sentence);
}

export async function picture(page, name) {
  if (!keepsPictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}
