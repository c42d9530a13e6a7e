/** V14: nothing in the bundle that this verifier does not know, and nothing damaged. */

import { toHex } from "../format/bytes.js";

function belongs(dossier, earlier, entry) {
  if (entry.type === "notice") return true; // V3 asks which.
  if (entry.draw === dossier.draw) return true;
  return entry.type === "void" && earlier.has(entry.draw);
}

function examineEntries(dossier, findings) {
  const leaves = dossier.notices.map(({ leaf }) => toHex(leaf));
  const earlier = new Set(leaves.filter((leaf) => leaf !== dossier.draw));
  for (const { name, entry, entryFault } of dossier.rows) {
    if (entry === null) {
      const why = `${name} is not as the specification says (${entryFault})`;
      findings.fail(`${name} 不合规范`, why);
    } else if (!belongs(dossier, earlier, entry)) {
      findings.fail(`${name} 不属于此次抽取`, `${name} is not of this draw`);
    }
  }
}

function examineCuts(dossier, findings) {
  const hasReason = dossier.of("freeze", "void").length > 0;
  const attempts = dossier.notices
    .filter(({ leaf }) => toHex(leaf) !== dossier.draw)
    .map(({ entry }) => `prior/${entry.attempt}`);
  const departures = dossier
    .of("decline", "disqualify")
    .filter(({ entry }) => entry.next !== null)
    .map(({ number }) => `later/${String(number).padStart(3, "0")}`);
  const known = new Set([...attempts, ...departures, ...(hasReason ? ["cut"] : [])]);
  for (const name of dossier.cuts.keys()) {
    findings.require(
      known.has(name),
      `检查点 ${name} 没有所属的条目`,
      `the checkpoint ${name} belongs to no entry`,
    );
  }
}

/** V14: every part is known, readable and undamaged. */
export function v14Closed(dossier, findings) {
  const { bundle } = dossier;
  for (const name of bundle.damaged) {
    findings.fail(`${name} 已损坏（校验和不符）`, `${name} is damaged: its checksum is wrong`);
  }
  examineEntries(dossier, findings);
  examineCuts(dossier, findings);
  findings.require(
    (bundle.list !== null) === dossier.of("freeze").length > 0,
    "名单文件应与冻结条目同在",
    "list.ndjson must be there exactly if there is a FREEZE",
  );
  findings.require(
    bundle.phi === null || dossier.of("phi").length === 0,
    "日志已有随机值，不应另附 phi.json",
    "phi.json has no place beside a logged PHI",
  );
  findings.require(
    bundle.phi === null || dossier.of("phi").length > 0 || dossier.evidence().fault === null,
    "phi.json 不合规范",
    "phi.json is not as the specification says",
  );
  findings.note("全部文件都已认出", "every file is known");
}
