/** The command line: `node cli.js BUNDLE --policy POLICY`, or `--batch FILE`. */

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { UsageError } from "./format/errors.js";
import { readLog } from "./format/tiles.js";
import { malformedSentence } from "./sentences.js";
import { verifyBundleNow } from "./verify.js";

const EXITS = { believed: 0, refused: 1, malformed: 2 };
const USAGE = `usage: node cli.js BUNDLE --policy POLICY [--numbers 1,5,9] [--log DIR] [--receipt FILE]… [--json]
       node cli.js --batch FILE      lines of BUNDLE<TAB>POLICY<TAB>NUMBERS
`;
const STDOUT = 1; // and not process.stdout, which a slow reader could make lose lines
const MARKS = { ok: "ok     ", flagged: "flagged", failed: "FAILED ", blocked: "blocked" };
const VALUED = new Set(["--policy", "--numbers", "--log", "--receipt", "--batch"]);

function usage(reason) {
  return new UsageError("usage", { reason });
}

function readArguments(words) {
  const options = { bundles: [], receipts: [], json: false };
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (word === "--json") options.json = true;
    else if (VALUED.has(word)) {
      i += 1;
      if (words[i] === undefined) throw usage(`${word} needs a value`);
      if (word === "--receipt") options.receipts.push(words[i]);
      else options[word.slice(2)] = words[i];
    } else if (word.startsWith("--")) throw usage(`unknown option ${word}`);
    else options.bundles.push(word);
  }
  return options;
}

function readFile(name) {
  try {
    return new Uint8Array(fs.readFileSync(name));
  } catch (error) {
    throw new UsageError("unreadable-file", { name, code: error.code });
  }
}

function readNumbers(text) {
  if (text === undefined || text === "") return null;
  if (!/^[0-9]{1,2}(?:,[0-9]{1,2})*$/.test(text)) throw usage("numbers are written 1,5,9");
  return text.split(",").map(Number);
}

function openLog(directory) {
  return readLog((name) => {
    const file = path.join(directory, ...name.split("/"));
    return fs.existsSync(file) ? readFile(file) : null;
  });
}

function malformed(error) {
  return {
    verdict: "malformed",
    draw: null,
    checks: [],
    seed: null,
    selected: [],
    malformed: error,
  };
}

/** The report on one bundle; input that cannot be read gives one as well. */
function report({ bundle, policy, numbers, log, receipts = [] }) {
  try {
    const held = {
      numbers: readNumbers(numbers),
      receipts: receipts.map(readFile),
      log: log === undefined ? null : openLog(log),
    };
    return verifyBundleNow(readFile(bundle), readFile(policy), held);
  } catch (error) {
    if (error.name !== "MalformedError" && error.name !== "UsageError") throw error;
    return malformed(error);
  }
}

/** The line of JSON that every verifier prints (docs/spec/lottery-v1.md, section 8). */
function jsonLine({ checks, draw, seed, selected, verdict }) {
  const statuses = Object.fromEntries(checks.map(({ name, status }) => [name, status]));
  return JSON.stringify({ checks: statuses, draw, seed, selected, verdict });
}

function textLines(found) {
  if (found.verdict === "malformed") {
    const { zh, en } = malformedSentence(found.malformed);
    return [`${zh}\n${en}`];
  }
  const lines = [`抽取编号 / draw ${found.draw}`];
  for (const { name, status, title, findings } of found.checks) {
    lines.push(`${MARKS[status]} ${name.padEnd(4)} ${title.zh} / ${title.en}`);
    for (const { zh, en } of findings) lines.push(`             ${zh} / ${en}`);
  }
  if (found.wouldHaveBeen !== null) {
    lines.push(`若未终止，中选的是 / it would have selected: ${found.wouldHaveBeen.join(", ")}`);
  }
  const selected = found.selected.join(", ") || "—";
  lines.push(
    found.verdict === "believed"
      ? `全部通过 / ALL CHECKS HOLD; 中选 / selected: ${selected}`
      : "不可采信 / NOT TO BE BELIEVED",
  );
  return lines;
}

function say(text) {
  fs.writeSync(STDOUT, `${text}\n`);
}

function runBatch(file) {
  const lines = Buffer.from(readFile(file)).toString("utf8").split("\n");
  for (const line of lines.filter((text) => text !== "")) {
    const [bundle, policy, numbers] = line.replace(/\r$/, "").split("\t");
    const isWhole = policy !== undefined;
    const found = isWhole ? report({ bundle, policy, numbers }) : malformed(usage("no policy"));
    say(jsonLine(found));
  }
  return 0;
}

function main(words) {
  const options = readArguments(words);
  if (options.batch !== undefined && options.bundles.length === 0) return runBatch(options.batch);
  if (options.bundles.length !== 1 || options.policy === undefined) {
    throw usage("one BUNDLE and a --policy are needed");
  }
  const found = report({ ...options, bundle: options.bundles[0] });
  say(options.json ? jsonLine(found) : textLines(found).join("\n"));
  return EXITS[found.verdict];
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  // What nobody foresaw must not look like a draw that was refused.
  const isUsage = error.name === "UsageError";
  process.stderr.write(isUsage ? `${error.data.reason ?? error.message}\n${USAGE}` : error.stack);
  process.exitCode = EXITS.malformed;
}
