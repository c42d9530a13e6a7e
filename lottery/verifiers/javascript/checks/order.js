/** V5: list and reveals were fixed before Φ could be known, and events came in their order. */

import { MARGIN_SECONDS, requireWitnessed } from "./witnesses.js";

const STAGES = ["enrol", "close", "freeze", "reveal", "phi", "result"];

function examineOrder(dossier, findings) {
  let reached = dossier.notice.index;
  let after = "NOTICE";
  for (const type of STAGES) {
    const indexes = dossier.of(type).map(({ index }) => index);
    if (indexes.length === 0) continue;
    const name = type.toUpperCase();
    findings.require(
      indexes[0] > reached,
      `${name} 早于 ${after}`,
      `${name} comes before ${after}`,
    );
    reached = Math.max(reached, indexes[indexes.length - 1]);
    after = name;
  }
}

function examineCut(dossier, findings, freeze) {
  const checkpoint = dossier.cut("cut");
  if (checkpoint === null) {
    findings.fail("没有冻结时的检查点（cut）", "there is no usable checkpoint of the freeze (cut)");
    return;
  }
  if (freeze === undefined) return; // Said already.
  findings.require(
    freeze.index < checkpoint.size,
    "冻结不在 cut 检查点之内",
    "FREEZE does not lie under the cut",
  );
  findings.require(
    dossier.of("phi").every(({ index }) => index >= checkpoint.size),
    "随机值已在 cut 检查点之内",
    "the cut already holds the last value",
  );
  const own = dossier.located.filter(({ entry }) => entry.draw === dossier.draw);
  const under = own.filter(({ index }) => index < checkpoint.size);
  const madeAt = under.reduce((latest, { entry }) => Math.max(latest, entry.at), 0);
  const latest = dossier.notice.entry.t_phi - MARGIN_SECONDS;
  requireWitnessed(dossier, findings, { checkpoint, madeAt, latest });
}

/** V5: order of events, and the witnessed cut. */
export function v5Order(dossier, findings) {
  findings.part(() => examineOrder(dossier, findings));
  if (dossier.isCalledOff) {
    findings.note("抽取已终止，见 V12", "the draw was called off, see V12");
    return;
  }
  if (dossier.notice.entry.phi.mode === "D1") {
    findings.flag(
      "演示模式：平台随时可知随机值，名单在它之前封存也不说明什么",
      "a demonstration: the platform can know the value at any time, so a list sealed before it shows little",
    );
  }
  for (const type of ["close", "freeze"]) {
    const { length } = dossier.of(type);
    const name = type.toUpperCase();
    findings.require(
      length === 1,
      `应有一条 ${name}，现有 ${length} 条`,
      `there must be one ${name}, there are ${length}`,
    );
  }
  findings.part(() => examineCut(dossier, findings, dossier.of("freeze")[0]));
}
