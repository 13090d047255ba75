// What the Node judges share: their libraries, where the simulator is, an inbox, our verifier, and how they tell what they found.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const need = (name) => process.env[name] ?? (() => { throw new Error(`${name} is not set`); })();
const { hostname, port } = new URL(need("SHUNFU_SIMULATOR"));
export const simulator = { hostname, port, secret: need("SHUNFU_SIMULATOR_SECRET") };

/** A package of the folder that the tests install. */
export function library(name) {
  const found = createRequire(`${need("SHUNFU_NODE_MODULES")}/`)(name);
  return found.default ?? found;
}

/** A key of the demonstration, of those that everybody knows. */
export const key = (name) =>
  readFileSync(new URL(`../../crates/gateways/assets/keys/${name}.pem`, import.meta.url), "utf8").trim();

/** Takes every notification and says so; `next` gives its body, its headers and the one that signs it. */
export async function inbox(header, taken = "") {
  const waiting = [];
  const kept = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    response.end(taken);
    const one = { body, headers: request.headers, header: request.headers[header] };
    const taker = waiting.shift();
    if (taker) taker(one); else kept.push(one);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const next = () => new Promise((resolve, reject) => {
    if (kept.length > 0) return resolve(kept.shift());
    const late = setTimeout(() => reject(new Error("no notification came")), 20_000);
    waiting.push((one) => { clearTimeout(late); resolve(one); });
  });
  return { url: `http://127.0.0.1:${server.address().port}/notifications`, next };
}

/** The payer disputes a payment, or something becomes of a dispute; gives the provider's id of it. */
export async function dispute(of, act) {
  const [path, body] = act ? [`/${of}/${act}`, {}] : ["", { payment: of }];
  const headers = { "content-type": "application/json" };
  const url = `http://${hostname}:${port}/admin/disputes${path}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status !== 200) throw new Error(`the dispute was answered ${answer.status}`);
  return (await answer.json()).id;
}

/** The payer presses a button of the page. */
export async function press(url, choice) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ choice }), redirect: "manual" });
  if (answer.status !== 303) throw new Error(`the page answered ${answer.status}`);
}

/** What our connector makes of a notification: an event, or why it is not believed. */
export async function verified(provider, told, headers, body) {
  const fields = Object.entries(told).map(([name, value]) => `${name}=${value}`);
  const child = spawn(need("SHUNFU_VERIFIER"), [provider, ...fields]);
  let said = "";
  child.stdout.on("data", (part) => { said += part; });
  child.stdin.end(`${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`).join("")}\n${body}`);
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`the verifier ended with ${status}: ${said}`);
  return said;
}

export async function run(stories) {
  let passed = 0;
  let failed = 0;
  for (const [name, story] of Object.entries(stories)) {
    try {
      await story();
      passed += 1;
      console.log(`good   ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`wrong  ${name}\n       ${String(error.stack ?? error).split("\n").join("\n       ")}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
