/** V8, V9 and V10: the last value, the seed, and the result. */

import { toHex } from "../format/bytes.js";
import { orderDigest } from "../protocol/selection.js";

function examineNumbers(dossier, findings) {
  const value = dossier.evidence()?.value ?? null;
  const { numbers } = dossier;
  if (value === null || value.mode !== "B") {
    if (numbers !== null) {
      findings.flag(
        "此次抽取不用公开号码，您输入的号码没有用到",
        "this draw uses no public numbers; those you gave were not used",
      );
    }
    return;
  }
  if (numbers === null) {
    findings.flag(
      "号码是平台录入的：请输入您自己看到的开奖号码",
      "the platform typed these numbers: give those that you saw yourself",
    );
    return;
  }
  const seen = [...numbers].sort((a, b) => a - b);
  findings.require(
    seen.join() === value.numbers.join(),
    "平台录入的号码与您看到的不同",
    "the platform typed other numbers than you saw",
  );
}

/** V8: the evidence proves Φ, under the source that the notice fixed. */
export function v8Phi(dossier, findings) {
  const { length } = dossier.of("phi");
  findings.require(length <= 1, `随机值有 ${length} 条`, `there are ${length} PHI entries`);
  findings.require(
    length > 0 || dossier.of("result").length === 0,
    "有结果，却没有记入日志的随机值",
    "there is a RESULT, but nobody logged the last value",
  );
  if (dossier.evidence() === null && dossier.isCalledOff) {
    findings.note("抽取已终止，没有随机值", "the draw was called off without a last value");
    return;
  }
  findings.part(() => {
    const { value, error } = dossier.phi();
    if (error !== null) findings.fail(`随机值：${error.zh}`, `the last value: ${error.en}`);
    else findings.note(`随机值 ${toHex(value)}`, `the last value is ${toHex(value)}`);
  });
  examineNumbers(dossier, findings);
}

/** V9: the seed follows from the list, the reveals and Φ. */
export function v9Seed(dossier, findings) {
  if (dossier.isCalledOff) {
    findings.note("抽取已终止，没有种子", "the draw was called off, there is no seed");
    return;
  }
  const seed = toHex(dossier.seed());
  for (const { entry } of dossier.of("result")) {
    findings.require(entry.seed === seed, `种子应为 ${seed}`, `the seed should be ${seed}`);
  }
  findings.note(`种子 ${seed}`, `the seed is ${seed}`);
}

/** V10: one RESULT, and it is the recomputed order. */
export function v10Result(dossier, findings) {
  if (dossier.isCalledOff) {
    findings.note("抽取已终止，没有结果", "the draw was called off, there is no result");
    return;
  }
  const results = dossier.of("result");
  if (results.length !== 1) {
    findings.fail(
      `应有一份结果，现有 ${results.length} 份`,
      `there must be one RESULT, there are ${results.length}`,
    );
    return;
  }
  const [{ index, entry }] = results;
  findings.require(
    dossier.of("void").every((item) => item.index > index),
    "抽取终止之后不应再有结果",
    "there is a RESULT after the draw was called off",
  );
  const { k, a } = dossier.notice.entry;
  const order = dossier.order();
  const expected = order.slice(0, k + a).map(({ firm }) => firm);
  findings.require(
    order.length >= k,
    `名单只有 ${order.length} 家，不足 ${k} 个名额`,
    `${order.length} firm(s) cannot fill ${k} place(s)`,
  );
  findings.require(
    entry.order.join() === expected.join(),
    `次序应为 ${expected.join(", ")}`,
    `the order should be ${expected.join(", ")}`,
  );
  findings.require(
    entry.order_digest === toHex(orderDigest(order)),
    "完整次序的摘要不符",
    "the digest of the whole order is another",
  );
  findings.note(
    `中选 ${expected.slice(0, k).join(", ")}`,
    `selected: ${expected.slice(0, k).join(", ")}`,
  );
}
