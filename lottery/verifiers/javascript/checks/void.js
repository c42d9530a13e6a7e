/** V12: no attempt was called off once its last value could be known. */

import { Blocked } from "./findings.js";
import { voidsOf } from "./notice.js";
import { MARGIN_SECONDS, readableCut, requireSeenSince, requireWitnessed } from "./witnesses.js";
import { toHex } from "../format/bytes.js";

const LOST_SECONDS = 604800;

function examineTimely(dossier, findings, { item, notice, cutName }) {
  const { attempt, t_phi: phiTime } = notice;
  findings.require(
    item.entry.at < phiTime,
    `第 ${attempt} 次抽取在随机值可知之后终止：${item.entry.reason}，${item.entry.authority}`,
    `attempt ${attempt} was called off after its value could be known: ${item.entry.reason}, ${item.entry.authority}`,
  );
  const isPhi = ({ entry, index }) =>
    entry.type === "phi" && entry.draw === item.entry.draw && index < item.index;
  findings.require(
    !dossier.located.some(isPhi),
    `第 ${attempt} 次抽取终止时，随机值已在日志中`,
    `attempt ${attempt} was called off when its value was already in the log`,
  );
  if (!dossier.cuts.has(cutName)) {
    const say = dossier.policy.isWitnessed ? "fail" : "flag";
    findings[say](
      `没有检查点证明第 ${attempt} 次抽取何时终止`,
      `no checkpoint shows when attempt ${attempt} was called off`,
    );
    return;
  }
  const checkpoint = readableCut(dossier, cutName);
  findings.require(
    item.index < checkpoint.size,
    `第 ${attempt} 次抽取的终止不在检查点 ${cutName} 之内`,
    `the VOID of attempt ${attempt} does not lie under ${cutName}`,
  );
  requireWitnessed(dossier, findings, { checkpoint, madeAt: item.entry.at, latest: phiTime - MARGIN_SECONDS });
}

/**
 * Whether a VOID says that the last value was lost, being a week late.
 * @param {object} item the VOID
 * @param {object} notice the members of its draw's NOTICE
 * @returns {boolean}
 */
export function isOfLoss(item, notice) {
  return item.entry.at >= notice.t_phi + LOST_SECONDS;
}

function examineLoss(dossier, findings, item) {
  findings.require(
    dossier.of("freeze").some(({ index }) => index < item.index),
    "名单没有冻结过，不能以随机值遗失为由终止",
    "no list was frozen, so a lost value is no reason to call the draw off",
  );
  findings.require(
    dossier.evidence() === null,
    "随机值的证据就在这里，并未遗失",
    "here is evidence of the last value: it was not lost",
  );
  requireFinalSince(dossier, findings, item);
  findings.flag(
    "平台称随机值遗失：谁有该轮签名或开奖号码，放入 phi.json 即可驳倒",
    "the platform says that the value was lost: whoever has it adds it as phi.json and refutes this",
  );
}

/** Requires that witnesses saw the log when, by its own word, a week had passed. */
function requireFinalSince(dossier, findings, { entry }) {
  const { value: checkpoint } = dossier.final;
  if (checkpoint === null) throw new Blocked("V1");
  requireSeenSince(dossier, findings, { checkpoint, madeAt: entry.at });
}

/** Prints what a late VOID would hide. */
function tellResult(dossier, findings) {
  const selected = wouldHaveBeen(dossier);
  if (selected === null) {
    findings.note(
      "有了随机值的证据（phi.json），任何人都能算出本来的结果",
      "with evidence of the value (phi.json) anyone computes what this hides",
    );
    return;
  }
  findings.note(
    `本来的结果是 ${selected.join(", ")}`,
    `the result would have been ${selected.join(", ")}`,
  );
}

/**
 * The firms that a draw would have selected, whether or not it was called off.
 * @returns {string[]|null} null if Φ or the list is not known
 */
export function wouldHaveBeen(dossier) {
  try {
    const { k } = dossier.notice.entry;
    return dossier.order().slice(0, k).map(({ firm }) => firm);
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    return null;
  }
}

/** V12: the VOIDs of this attempt and of those before it. */
export function v12Void(dossier, findings) {
  const voids = dossier.of("void");
  findings.require(voids.length <= 1, "终止了多次", "there is more than one VOID");
  findings.part(() => {
    const [item] = voids;
    if (item === undefined) return;
    const { entry: notice } = dossier.notice;
    if (isOfLoss(item, notice)) examineLoss(dossier, findings, item);
    else examineTimely(dossier, findings, { item, notice, cutName: "cut" });
    if (dossier.of("close").some(({ index }) => index < item.index)) {
      findings.flag(
        "终止时报名已经截止：谁报了名已为人所知",
        "it was called off after enrolment had closed, when it was known who had enrolled",
      );
    }
  });
  if (findings.has("fault")) tellResult(dossier, findings);
  for (const earlier of dossier.notices.filter(({ leaf }) => toHex(leaf) !== dossier.draw)) {
    findings.part(() => examineEarlier(dossier, findings, earlier));
  }
  if (findings.status === "ok") findings.note("没有不当的终止", "nothing was called off too late");
}

function examineEarlier(dossier, findings, earlier) {
  const { entry: notice } = earlier;
  for (const item of voidsOf(dossier, earlier)) {
    if (!isOfLoss(item, notice)) {
      examineTimely(dossier, findings, { item, notice, cutName: `prior/${notice.attempt}` });
      continue;
    }
    requireFinalSince(dossier, findings, item);
    findings.flag(
      `第 ${notice.attempt} 次抽取称随机值遗失而终止，见其自身的验证包`,
      `attempt ${notice.attempt} was called off for a lost value: see its own bundle`,
    );
  }
}
