/** The command line: `node cli.js verify BUNDLE --policy POLICY`, or `--batch FILE`. */

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { UsageError } from "./format/errors.js";
import { readLog } from "./format/tiles.js";
import { malformedSentence } from "./sentences.js";
import { verifyBundleNow } from "./verify.js";

const EXITS = { believed: 0, refused: 1, malformed: 2 };
const USAGE = `usage: node cli.js [verify] BUNDLE --policy POLICY [--numbers 1,5,9] [--log DIR] [--receipt FILE]… [--json]
       node cli.js [verify] --batch FILE      lines of BUNDLE<TAB>POLICY<TAB>NUMBERS
`;
const COMMAND = "verify";
const STDOUT = 1; // and not process.stdout, which a slow reader could make lose lines
const MARKS = { ok: "ok   ", flagged: "ok ! ", failed: "FAIL ", blocked: "?    " };
const KINDS = ["fault", "blocked", "flag", "fact"];
const INDENT = " ".repeat(11);
const WITHOUT_LOG = `说明：只核对了本验证包内的记录。若有人截去末尾的弃选、递补等记录，单凭一个验证包看不出来；
      请加 --log DIR，与导出的完整日志一并核对。
Note: only the entries inside the bundle were checked. That later entries (a decline, a
      replacement) were left out shows only with --log DIR, against the whole log.`;
const DEMONSTRATION =
  "演示模式 / DEMONSTRATION: 演示模式（D1）：随机值只由平台一方产生，平台可以预知并操纵结果，不构成保障 / " +
  "demonstration mode (D1): the platform alone makes the last value and could foresee and steer the result; " +
  "this is no safeguard";
/** A firm may have left since, which the bundle cannot know. */
const SELECTED = "中选（截至此包的最终检查点） / selected (as of this bundle's final checkpoint)";
const VALUED = new Set(["--policy", "--numbers", "--log", "--receipt", "--batch"]);

function usage(reason) {
  return new UsageError("usage", { reason });
}

function readArguments(words) {
  const options = { bundles: [], receipts: [], json: false };
  for (let i = words[0] === COMMAND ? 1 : 0; i < words.length; i += 1) {
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

/** One check: its mark, its name and its title; below, what was found, in each language. */
function checkLines({ name, status, title, findings }) {
  const lines = [`${MARKS[status]} ${name.padEnd(4)} ${title.zh} / ${title.en}`];
  if (findings.length === 0) return lines;
  const told = KINDS.flatMap((kind) => findings.filter((finding) => finding.kind === kind));
  const zh = told.map((finding) => finding.zh).join("；");
  const en = told.map((finding) => finding.en).join("; ");
  return [...lines, INDENT + zh, INDENT + en];
}

/** The last line: what failed, or who is selected, and which notes to mind. */
function summary({ checks, selected }) {
  const named = (wanted) => checks.filter(({ status }) => status === wanted).map(({ name }) => name);
  const [failed, unclear, flagged] = ["failed", "blocked", "flagged"].map(named);
  if (failed.length + unclear.length > 0) {
    const rest = unclear.length > 0 ? `; 无法核对 / not checked: ${unclear.join(", ")}` : "";
    return `未通过 / FAILED: ${failed.join(", ") || "-"}${rest}`;
  }
  const firms = selected.length > 0 ? `; ${SELECTED}: ${selected.join(", ")}` : "";
  const note = flagged.length > 0 ? `; 请留意 / mind the notes on ${flagged.join(", ")}` : "";
  return `全部通过 / ALL CHECKS HOLD${firms}${note}`;
}

function textLines(found, isAlone) {
  const lines = [`抽取编号 / draw ${found.draw}`, ...found.checks.flatMap(checkLines)];
  if (found.notice?.phi.mode === "D1") lines.push(DEMONSTRATION);
  if (isAlone) lines.push(WITHOUT_LOG);
  return [...lines, summary(found)];
}

function say(text) {
  fs.writeSync(STDOUT, `${text}\n`);
}

function complain(error) {
  const { zh, en } = malformedSentence(error);
  process.stderr.write(`无法继续 / cannot go on: ${zh} / ${en}\n`);
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
  if (options.json) say(jsonLine(found));
  else if (found.verdict === "malformed") complain(found.malformed);
  else say(textLines(found, options.log === undefined).join("\n"));
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
