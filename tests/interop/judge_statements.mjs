// Another reader of MT940, written by others in another language, reads the same files as we do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { library, run } from "./house.mjs";

const { read } = library("mt940-js");
const folder = new URL("../statements/", import.meta.url);

// Where it reads otherwise, and why.
const explained = {
  "expected.sta": "it has no currency where there is no balance, and takes an expected entry for one of nought",
  "german.sta": "it takes the reversal of a debit for a debit",
  "knab.sta": "an amount without a comma is nought to it",
  "mbank.sta": "it reads nothing of a file that begins with a control character",
  "mbank_day.sta": "it has no currency where there is no balance",
  "sparkasse.sta": "it loses a movement that is broken before its amount, and takes 30 February for a day",
  "zloty.sta": "it reads nothing of a file that begins with a control character",
};

/** What a reader says of a file: each movement in cents, with its currency and value date. */
const ours = (file) => {
  const told = execFileSync(process.env.SHUNFU_PROGRAM, ["statement", new URL(file, folder).pathname, "--json"]);
  const lines = JSON.parse(told).statements.flatMap((statement) => statement.lines);
  return lines.map((line) => `${Math.round(line.amount * 100)} ${line.currency} ${line.value_date}`);
};
const theirs = async (file) => {
  const lines = (await read(readFileSync(new URL(file, folder)))).flatMap((statement) => statement.transactions);
  const cents = (line) => Math.round(line.amount * 100) * (line.isCredit ? 1 : -1);
  return lines.map((line) => `${cents(line)} ${line.currency} ${line.valueDate}`);
};

const stories = {};
for (const file of readdirSync(folder).filter((file) => file.endsWith(".sta"))) {
  stories[`${file} is read as another reads it, or it is known why not`] = async () => {
    const [mine, other] = [ours(file), await theirs(file)];
    if (explained[file]) assert.notDeepEqual(mine, other, "it reads the same now");
    else assert.deepEqual(mine, other);
  };
}
await run(stories);
