/** V6: the frozen list opens precisely the logged enrolments. */

import { Blocked } from "./findings.js";
import { sha256 } from "../crypto/hash.js";
import { toHex } from "../format/bytes.js";
import { RootBuilder } from "../format/merkle.js";
import { candidateLeaf, enrolCommit, hashFromHex } from "../protocol/layouts.js";

const MOST_WEIGHT_TOTAL = 2 ** 24;

function examineNumbers(dossier, findings) {
  const numbers = dossier.of("enrol").map(({ entry }) => entry.seq).sort((a, b) => a - b);
  findings.require(
    numbers.every((seq, i) => seq === i),
    "报名序号有缺漏或重复",
    "the enrolments are not numbered 0, 1, 2, … without gaps",
  );
}

function examineClose(dossier, findings) {
  const [close] = dossier.of("close");
  if (close === undefined) return; // V5 says so.
  const { index, entry } = close;
  const own = dossier.located.filter((item) => item.entry.draw === dossier.draw);
  const before = own.filter((item) => item.index < index);
  const last = before.length === 0 ? dossier.notice.index : before[before.length - 1].index;
  findings.require(
    entry.first_index === dossier.notice.index && entry.last_index === last,
    "截止条目所述的日志范围与实际不符",
    "CLOSE states another range of the log than this draw's",
  );
  const { length } = dossier.of("enrol");
  findings.require(
    entry.enrolled === length,
    `截止条目称有 ${entry.enrolled} 份报名，实有 ${length} 份`,
    `CLOSE counts ${entry.enrolled} enrolments, there are ${length}`,
  );
}

/** What became of each enrolment, by its index: a line of the list, or a strike. */
function usesOf(dossier, freeze) {
  const uses = new Map(dossier.of("enrol").map(({ index }) => [index, []]));
  const astray = [];
  const use = (enrol, by) => {
    if (uses.has(enrol)) uses.get(enrol).push(by);
    else astray.push(enrol);
  };
  for (const { enrol } of dossier.candidates) use(enrol, "list");
  for (const { index, entry } of dossier.of("withdraw", "ineligible")) {
    if (index > entry.enrol && index < freeze.index) use(entry.enrol, entry.type);
    else astray.push(entry.enrol);
  }
  return { uses, astray };
}

function examineUses(dossier, findings, freeze) {
  const { uses, astray } = usesOf(dossier, freeze);
  for (const [index, by] of uses) {
    if (by.length === 1) continue;
    const how = by.length === 0 ? ["被遗漏", "was left out"] : ["被用了多次", "is used more than once"];
    findings.fail(`日志第 ${index} 条报名${how[0]}`, `the enrolment at ${index} ${how[1]}`);
  }
  for (const index of astray) {
    findings.fail(
      `名单或撤回、除名条目指向的第 ${index} 条不是可用的报名，或不在冻结之前`,
      `a line or a strike names entry ${index}, which is no enrolment, or comes at a wrong time`,
    );
  }
}

function examineLines(dossier, findings, freeze) {
  const enrolments = new Map(dossier.of("enrol").map((item) => [item.index, item]));
  const builder = new RootBuilder();
  for (const { enrol, firm, salt, weight } of dossier.candidates) {
    const item = enrolments.get(enrol);
    if (item === undefined) throw new Blocked("V6"); // Said by examineUses.
    const opened = toHex(enrolCommit(hashFromHex(salt), dossier.drawId, firm));
    findings.require(
      opened === item.entry.enrol_commit,
      `${firm} 与日志第 ${enrol} 条报名不符`,
      `${firm} does not open the enrolment at ${enrol}`,
    );
    builder.add(candidateLeaf(firm, weight, item.leaf));
  }
  findings.require(
    toHex(builder.root()) === freeze.entry.list_root,
    "名单的根散列与冻结条目不符",
    "the root of the list is not the one of FREEZE",
  );
}

function examineCounts(dossier, findings, { entry: freeze }) {
  const weights = dossier.candidates.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counted = {
    enrolled: dossier.of("enrol").length,
    ineligible: dossier.of("ineligible").length,
    n: weights.length,
    weight_total: total,
    withdrawn: dossier.of("withdraw").length,
  };
  for (const [name, value] of Object.entries(counted)) {
    findings.require(
      freeze[name] === value,
      `冻结条目的 ${name} 为 ${freeze[name]}，应为 ${value}`,
      `FREEZE states ${name} ${freeze[name]}, it should be ${value}`,
    );
  }
  findings.require(
    freeze.enrolled === freeze.n + freeze.withdrawn + freeze.ineligible,
    "报名数不等于在列、撤回、除名之和",
    "the enrolled are not the listed, the withdrawn and the ineligible together",
  );
  findings.require(
    total <= MOST_WEIGHT_TOTAL,
    "权重之和过大",
    "the sum of weights is too large",
  );
  const { weight_rule: rule } = dossier.notice.entry;
  findings.require(
    rule !== "equal" || weights.every((weight) => weight === 1),
    "公告约定机会均等，名单却有不同权重",
    "the notice says equal weights, the list has others",
  );
}

/** V6: nobody was left out of the list, and nobody slipped in. */
export function v6List(dossier, findings) {
  if (dossier.of("freeze").length === 0) {
    findings.require(dossier.isCalledOff, "没有冻结条目", "there is no FREEZE");
    findings.note("抽取在冻结之前终止", "the draw ended before a list was fixed");
    return;
  }
  findings.part(() => examineNumbers(dossier, findings));
  findings.part(() => examineClose(dossier, findings));
  const freeze = dossier.only("freeze");
  if (dossier.list === null || dossier.list.value === null) {
    findings.fail(
      "没有名单，或名单无法读取",
      `there is no list that can be read (${dossier.list?.fault ?? "missing"})`,
    );
    return;
  }
  findings.require(
    toHex(sha256(dossier.bundle.list)) === freeze.entry.list_digest,
    "名单文件的摘要与冻结条目不符",
    "the digest of list.ndjson is not the one of FREEZE",
  );
  examineUses(dossier, findings, freeze);
  findings.part(() => examineLines(dossier, findings, freeze));
  findings.part(() => examineCounts(dossier, findings, freeze));
  findings.note(`${dossier.candidates.length} 家在列`, `${dossier.candidates.length} firm(s) listed`);
}
