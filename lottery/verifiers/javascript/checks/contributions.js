/** V7: contributions were committed to before the close, and reveals open them. */

import { verify } from "../crypto/ed25519.js";
import { fromHex } from "../format/bytes.js";
import { enrolmentOf } from "../protocol/dossier.js";
import { commitSignatureBytes, hashFromHex } from "../protocol/layouts.js";

function examineSignature(dossier, findings, entry, key) {
  if (key === null) {
    findings.require(
      entry.signature === null,
      `${entry.who} 没有登记密钥，却附有签名`,
      `${entry.who} has no key in the notice, but there is a signature`,
    );
    return;
  }
  const signed = commitSignatureBytes(dossier.drawId, hashFromHex(entry.commit));
  findings.require(
    entry.signature !== null && verify(fromHex(key), signed, fromHex(entry.signature)),
    `${entry.who} 的承诺没有其正确签名`,
    `the commitment of ${entry.who} does not bear the right signature`,
  );
}

/** Whether a commitment is of an enrolment that the log already had, and firms may commit. */
function isEntitled(dossier, firstBySeq, { index, entry }) {
  const first = firstBySeq.get(enrolmentOf(entry.who));
  return dossier.notice.entry.firm_commits && first !== undefined && first < index;
}

function examineCommits(dossier, findings) {
  const { contributors } = dossier.notice.entry;
  const keys = new Map(contributors.map(({ who, key }) => [who, key]));
  const enrolments = [...dossier.of("enrol")].reverse().map(({ entry, index }) => [entry.seq, index]);
  const firstBySeq = new Map(enrolments);
  const seen = new Set();
  for (const item of dossier.of("commit")) {
    const { who } = item.entry;
    findings.require(!seen.has(who), `${who} 作了两次承诺`, `${who} committed twice`);
    seen.add(who);
    if (!keys.has(who)) {
      findings.require(
        isEntitled(dossier, firstBySeq, item),
        `${who} 无权作出承诺`,
        `${who} may not commit`,
      );
    }
    examineSignature(dossier, findings, item.entry, keys.get(who) ?? null);
  }
  const unsigned = dossier.of("commit").filter(({ entry }) => entry.signature === null);
  if (unsigned.length > 0) {
    const names = unsigned.map(({ entry }) => entry.who).join(", ");
    findings.flag(`${names} 的承诺没有签名`, `unsigned: the commitments of ${names}`);
  }
}

function examineClose(dossier, findings) {
  const commits = dossier.of("commit");
  const [close] = dossier.of("close");
  if (close === undefined) return; // V5 says so.
  const { index, entry } = close;
  findings.require(
    commits.every((commit) => commit.index < index),
    "有承诺晚于截止",
    "a commitment comes after CLOSE",
  );
  findings.require(
    entry.commits === commits.length,
    `截止条目称有 ${entry.commits} 份承诺，实有 ${commits.length} 份`,
    `CLOSE counts ${entry.commits} commitments, there are ${commits.length}`,
  );
}

function examineFreeze(dossier, findings) {
  const { contributors } = dossier.notice.entry;
  const { commitments } = dossier;
  const own = contributors.map(({ who }) => commitments.get(who) ?? null);
  const { commits } = dossier.only("freeze").entry;
  findings.require(
    commits.length === own.length && commits.every((commit, i) => commit === own[i]),
    "冻结条目没有照抄各方的承诺",
    "FREEZE does not copy the commitments of the contributors",
  );
}

function examineReveals(dossier, findings) {
  const values = dossier.reveals();
  const { reveal_by: revealBy } = dossier.notice.entry;
  for (const { index, entry } of dossier.of("reveal")) {
    const wouldCount = entry.at <= revealBy && dossier.opens(entry);
    findings.require(
      !wouldCount || index < dossier.cutSize,
      `${entry.who} 的揭示在 cut 检查点之外：若可挑选检查点，就可挑选揭示`,
      `the reveal of ${entry.who} lies outside the cut, which could have been chosen to leave it out`,
    );
    if (!wouldCount) {
      findings.flag(
        `${entry.who} 的揭示不符或逾期，不计`,
        `a reveal of ${entry.who} is wrong or late and does not count`,
      );
    }
  }
  const absent = dossier.committers().filter((_, i) => values[i] === null);
  if (absent.length > 0) {
    const names = absent.map(({ who }) => who).join(", ");
    findings.flag(`没有计入 ${names} 的揭示`, `no reveal counts of: ${names}`);
  }
  findings.note(
    `${values.length - absent.length} 份揭示计入，共 ${values.length} 方`,
    `${values.length - absent.length} of ${values.length} contribution(s) count`,
  );
}

/** V7: commitments and reveals. */
export function v7Contributions(dossier, findings) {
  if (dossier.of("freeze").length === 0) {
    findings.require(dossier.isCalledOff, "没有冻结条目", "there is no FREEZE");
    findings.note("抽取在冻结之前终止", "the draw ended before a list was fixed");
    return;
  }
  findings.part(() => examineCommits(dossier, findings));
  findings.part(() => examineClose(dossier, findings));
  findings.part(() => examineFreeze(dossier, findings));
  findings.part(() => examineReveals(dossier, findings));
}
