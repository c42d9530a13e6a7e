/** V3, V4 and V13: what the notice fixed, and whether it was kept. */

import { toHex } from "../format/bytes.js";
import { isSameSource } from "../format/entries.js";
import { beijing } from "../format/time.js";
import { issueFault, roundFault } from "../protocol/phi.js";

const FREEZE_TO_PHI_SECONDS = 600;
const REVEAL_TO_PHI_SECONDS = 60;
const LATE_SECONDS = 600;

/** The VOIDs of one attempt, which the bundle holds also of earlier ones. */
export function voidsOf(dossier, notice) {
  const id = toHex(notice.leaf);
  return dossier.located.filter(({ entry }) => entry.type === "void" && entry.draw === id);
}

/** V3: one NOTICE for each attempt at the need, each after the VOID of the one before. */
export function v3OneNotice(dossier, findings) {
  const { notices, draw } = dossier;
  const own = notices.filter(({ leaf }) => toHex(leaf) === draw);
  if (own.length !== 1) {
    findings.fail(
      `编号为此次抽取的公告有 ${own.length} 份`,
      `${own.length} NOTICE(s) have the id of this draw`,
    );
    return;
  }
  const { need, attempt } = own[0].entry;
  findings.require(
    notices.every(({ entry }) => entry.need === need),
    "包中有其他采购的公告",
    "there is a NOTICE of another need",
  );
  const attempts = notices.map(({ entry }) => entry.attempt).sort((a, b) => a - b);
  if (attempts.join() !== Array.from({ length: attempt }, (_, i) => i + 1).join()) {
    findings.fail(
      `应有第 1 至 ${attempt} 次的公告各一份，现有第 ${attempts.join("、")} 次`,
      `there must be one NOTICE for each attempt from 1 to ${attempt}, there are ${attempts.join(", ")}`,
    );
    return;
  }
  const byAttempt = [...notices].sort((a, b) => a.entry.attempt - b.entry.attempt);
  findings.require(
    byAttempt[0].entry.prev === null,
    "第一次抽取不应承接别的抽取",
    "the first attempt names a draw before it",
  );
  byAttempt.slice(1).forEach((later, i) => examineSuccession(dossier, findings, byAttempt[i], later));
  findings.note(`第 ${attempt} 次抽取`, `attempt ${attempt}`);
}

function examineSuccession(dossier, findings, earlier, later) {
  const number = later.entry.attempt;
  findings.require(
    later.entry.prev === toHex(earlier.leaf),
    `第 ${number} 次抽取没有承接上一次`,
    `attempt ${number} does not name the attempt before it`,
  );
  findings.require(
    voidsOf(dossier, earlier).some(({ index, entry }) => index < later.index && entry.at <= later.entry.at),
    `第 ${number} 次抽取之前，上一次没有终止`,
    `attempt ${number} began before the last one was called off`,
  );
}

function examineTimes(findings, notice) {
  const { at, enrol_open: open, enrol_close: close } = notice;
  const { freeze_by: freeze, reveal_by: reveal, t_phi: phi } = notice;
  findings.require(
    at <= open && open < close && close <= freeze && freeze <= reveal,
    "公告中的各时刻次序有误",
    "the times of the notice are out of order",
  );
  findings.require(
    phi >= freeze + FREEZE_TO_PHI_SECONDS && phi >= reveal + REVEAL_TO_PHI_SECONDS,
    "从冻结、揭示到随机值之间的时间不足",
    "there is too little time between freeze or reveals and the last value",
  );
}

/** Which role each key of a source has. */
function rolesOf({ mode, keys }) {
  if (mode === "C") return keys.map((key) => ["trustee", key]);
  return keys.map((key, i) => [i === 0 ? "platform" : "supervisor", key]);
}

function examineKeys(dossier, findings, source) {
  if (source.keys === undefined) return;
  for (const [role, key] of rolesOf(source)) {
    const { isPinned, isAccepted } = dossier.policy.pinOf(role, key);
    const short = `${key.slice(0, 16)}…`;
    findings.require(
      isAccepted,
      `${role} 的密钥 ${short} 不是您的信任文件所列`,
      `key ${short} of the ${role} is not one that your policy pins`,
    );
    if (!isPinned && role !== "platform") {
      findings.flag(
        `您的信任文件没有列出 ${role} 的密钥，无法确认 ${short} 属于谁`,
        `your policy pins no key of a ${role}: nobody vouches for ${short}`,
      );
    }
  }
  if (source.mode === "D1") {
    findings.flag(
      "演示模式：只有平台自己的随机值，不构成任何保障",
      "a demonstration: the value is the platform's alone, which is no safeguard",
    );
  }
}

/** V4: source and time of Φ were fixed before enrolment and did not change. */
export function v4Source(dossier, findings) {
  const { entry: notice } = dossier.notice;
  for (const { entry } of dossier.of("freeze")) {
    findings.require(
      isSameSource(entry.phi, notice.phi),
      "冻结时的随机来源与公告不同",
      "FREEZE names another source of the last value than the notice",
    );
  }
  examineTimes(findings, notice);
  for (const fault of [roundFault(notice.phi, notice.t_phi), issueFault(notice.phi)]) {
    if (fault !== null) findings.fail(fault.zh, fault.en);
  }
  if (notice.phi.mode === "B") {
    findings.flag(
      `没有文件说明第 ${notice.phi.issue} 期何时开奖：请您自己确认它不早于约定时刻 ${beijing(notice.t_phi)}`,
      `no document says when issue ${notice.phi.issue} is drawn: be sure yourself that it was not before ${beijing(notice.t_phi)}`,
    );
  }
  examineKeys(dossier, findings, notice.phi);
  findings.note(`方式 ${notice.phi.mode}`, `mode ${notice.phi.mode}`);
}

/** V13: nobody enrolled or committed out of time, no step came early; late steps are flagged. */
export function v13Deadlines(dossier, findings) {
  const { entry: notice } = dossier.notice;
  const limits = [
    ["enrol", notice.enrol_open, notice.enrol_close, null],
    ["commit", 0, notice.enrol_close, null],
    ["close", notice.enrol_close, null, notice.freeze_by],
    ["freeze", notice.enrol_close, null, notice.freeze_by],
    ["phi", notice.t_phi, null, notice.t_phi + LATE_SECONDS],
    ["result", notice.t_phi, null, notice.t_phi + LATE_SECONDS],
  ];
  for (const [type, earliest, latest, lateAfter] of limits) {
    for (const { index, entry } of dossier.of(type)) {
      const what = `${type.toUpperCase()} (${index})`;
      findings.require(
        entry.at >= earliest && (latest === null || entry.at <= latest),
        `${what} 的时间 ${beijing(entry.at)} 不在公告的期限之内`,
        `${what} is of ${beijing(entry.at)}, outside the times of the notice`,
      );
      if (lateAfter !== null && entry.at > lateAfter) {
        const due = beijing(lateAfter);
        findings.flag(`${what} 迟于 ${due}`, `${what} is late: it was due by ${due}`);
      }
    }
  }
  findings.note("依条目自称的时间核对", "by the times that the entries claim");
}
