// The browser stories: people walk through a running demonstration, then every page is looked at.
// Ends with `N passed, N failed`.
import { browser } from "./house.mjs";
import { stories } from "./stories.mjs";
import { looks } from "./looks.mjs";

let passed = 0;
let failed = 0;

async function tell(name, story) {
  const since = Date.now();
  try {
    await story();
    passed += 1;
    console.log(`good   ${name} (${Date.now() - since} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`wrong  ${name}\n       ${String(error.message ?? error).split("\n").join("\n       ")}`);
  }
}

for (const [name, story] of stories) await tell(name, story);
for await (const [name, look] of looks()) await tell(name, look);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
