/** V2: the entries are in the log, it only grew, and nothing of the draw was left out. */

import { voidsOf } from "./notice.js";
import { isOfLoss } from "./void.js";
import { isSignedByItsLog } from "./witnesses.js";
import { toHex, utf8, equal } from "../format/bytes.js";
import { readEntry } from "../format/entries.js";
import { MalformedError } from "../format/errors.js";
import { RootBuilder, isConsistent, isIncluded, leafHash } from "../format/merkle.js";
import { parseCheckpoint, parseHashes, parseProof } from "../format/note.js";

const OUR_PREFIX = utf8('"ismdraw/');

function examineRows(dossier, findings, final) {
  let last = -1;
  let isAscending = true;
  for (const { name, leaf, proof, proofFault } of dossier.rows) {
    if (proof === null) {
      findings.fail(`${name} 的证明无法读取`, `${name}: its proof cannot be read (${proofFault})`);
      continue;
    }
    findings.require(
      isIncluded(leaf, proof.index, final.size, proof.path, final.root),
      `${name} 不在日志中`,
      `${name} is not in the log`,
    );
    isAscending &&= proof.index > last;
    last = proof.index;
  }
  findings.require(isAscending, "条目没有按日志的次序排列", "the entries are not in the order of the log");
}

function examineCut(dossier, findings, final, name) {
  const older = dossier.cut(name);
  if (older === null) return; // V1 says so.
  let isRight = false;
  try {
    isRight = isConsistent(older, final, parseHashes(dossier.bundle.cuts.get(name).consistency));
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
  findings.require(
    isRight,
    `${name}：日志的历史被改动，或证明无法读取`,
    `${name}: the final log does not continue it, or its proof cannot be read`,
  );
}

/** Whether an entry of a log can be an enrolment of this draw: else its receipt is of another. */
function mayHold(dossier, { origin }, index) {
  const begin = dossier.ownNotice?.index ?? -1;
  const [end] = dossier.of("close", "void");
  const last = end?.index ?? dossier.final.value.size;
  return origin === dossier.bundle.origin && begin < index && index < last;
}

/** What it means that the bundle lacks an entry: evidence only where it can be of this draw. */
function absence(dossier, checkpoint, index) {
  const own = dossier.ownNotice?.entry;
  const zh = own ? `需求 ${own.need} 第 ${own.attempt} 次` : `抽取 ${dossier.draw}`;
  const en = own ? `need ${own.need}, attempt ${own.attempt}` : `draw ${dossier.draw}`;
  if (mayHold(dossier, checkpoint, index)) {
    return [
      `其第 ${index} 条不在此验证包中。您报名的若是这一次（${zh}），您的报名被遗漏，请保存回执，它就是证据；若是另一次，请换成那一次的包`,
      `its entry ${index} is not in this bundle. If you enrolled in this draw (${en}), your enrolment was left out: keep the receipt as evidence. If in another, take its bundle`,
    ];
  }
  return [
    `其第 ${index} 条不在此包的报名期（${zh}）内：这可能是另一次摇号的包，或另一次报名的回执；请换成您所报名的那次摇号的包`,
    `its entry ${index} lies outside this draw's time for enrolment (${en}): this may be the bundle, or the receipt, of another draw; take the bundle of the draw that you enrolled in`,
  ];
}

/** Whether a receipt is signed by the log and proves an entry of the bundle; else why not. */
function receiptFault(dossier, receipt) {
  const proof = parseProof(receipt, { mayHaveExtra: true });
  const checkpoint = parseCheckpoint(proof.checkpoint);
  if (!isSignedByItsLog(dossier.policy, checkpoint)) {
    return ["没有您信任的日志的签名", "no log of your policy signed it"];
  }
  const row = dossier.rows.find(({ proof: own }) => own !== null && own.index === proof.index);
  if (row === undefined || checkpoint.origin !== dossier.bundle.origin) {
    return absence(dossier, checkpoint, proof.index);
  }
  const isRight = isIncluded(row.leaf, proof.index, checkpoint.size, proof.path, checkpoint.root);
  return isRight ? null : ["与验证包中的条目不符", "it proves another entry than the bundle has"];
}

function examineReceipt(dossier, findings, receipt, number) {
  let fault;
  try {
    fault = receiptFault(dossier, receipt);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    fault = ["无法读取或签名错误", `it cannot be read, or a signature is wrong (${error.message})`];
  }
  if (fault === null) findings.note(`回执 ${number} 相符`, `receipt ${number} agrees`);
  else findings.fail(`回执 ${number}：${fault[0]}`, `receipt ${number}: ${fault[1]}`);
}

function includes(bytes, part) {
  for (let at = bytes.indexOf(part[0]); at >= 0; at = bytes.indexOf(part[0], at + 1)) {
    if (equal(bytes.subarray(at, at + part.length), part)) return true;
  }
  return false;
}

/** An entry, null if it is unreadable. */
function entryOf(body) {
  try {
    return readEntry(body);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return null;
  }
}

/** Requires that no draw which is said to have lost its last value has one, or a result. */
function examineLosses(dossier, findings) {
  const isLost = (notice) => voidsOf(dossier, notice).some((item) => isOfLoss(item, notice.entry));
  const lost = new Set(dossier.notices.filter(isLost).map(({ leaf }) => toHex(leaf)));
  if (lost.size === 0) return;
  dossier.log.forEach((body, index) => {
    if (!includes(body, OUR_PREFIX)) return;
    const entry = entryOf(body);
    if (entry === null || !["phi", "result"].includes(entry.type) || !lost.has(entry.draw)) return;
    findings.fail(
      `日志第 ${index} 条是一次据称随机值遗失的抽取的随机值或结果`,
      `entry ${index} of the log is the value or the result of a draw whose value is said to be lost`,
    );
  });
}

/** Whether an entry of the log should have been in the bundle. */
function concerns(dossier, body) {
  // A log also holds entries of others, which may well name a draw: they are none of ours.
  if (!includes(body, OUR_PREFIX)) return false;
  const entry = entryOf(body);
  // What nobody can read counts against whom it names.
  if (entry === null) return includes(body, utf8(dossier.draw));
  if (entry.type !== "notice") return entry.draw === dossier.draw;
  const { need, attempt } = dossier.notice.entry;
  return entry.need === need && !(dossier.isCalledOff && entry.attempt > attempt);
}

function examineLog(dossier, findings, final) {
  const builder = new RootBuilder();
  const leaves = dossier.log.map((body) => leafHash(body));
  leaves.slice(0, final.size).forEach((leaf) => builder.add(leaf));
  if (leaves.length < final.size || !equal(builder.root(), final.root)) {
    findings.fail("给出的日志与最终检查点不符", "the log that was given is not the one of the final checkpoint");
    return;
  }
  const held = new Set(dossier.located.map(({ index, leaf }) => `${index}/${toHex(leaf)}`));
  // Also what was logged since: a bundle from before a decline says nothing of it.
  dossier.log.forEach((body, index) => {
    if (held.has(`${index}/${toHex(leaves[index])}`) || !concerns(dossier, body)) return;
    findings.fail(
      `日志第 ${index} 条属于此次抽取，却不在此验证包中`,
      `entry ${index} of the log belongs to this draw and was left out`,
    );
  });
  examineLosses(dossier, findings);
  findings.note("已与完整日志核对", "compared with the whole log");
}

/** V2: inclusion, consistency, receipts, and the whole log if it was given. */
export function v2Inclusion(dossier, findings) {
  const final = dossier.final.value;
  if (final === null) {
    findings.fail("没有可用的最终检查点", "there is no usable final checkpoint");
    return;
  }
  examineRows(dossier, findings, final);
  for (const name of dossier.cuts.keys()) examineCut(dossier, findings, final, name);
  dossier.receipts.forEach((receipt, i) => examineReceipt(dossier, findings, receipt, i + 1));
  if (dossier.log !== null) findings.part(() => examineLog(dossier, findings, final));
  else {
    findings.flag(
      "没有与完整日志核对：单凭一个验证包，看不出被略去的条目",
      "not compared with the whole log: a bundle alone cannot show what was left out of it",
    );
  }
  findings.note(
    `${dossier.rows.length} 个条目，日志共 ${final.size} 条`,
    `${dossier.rows.length} entries of a log of ${final.size}`,
  );
}
