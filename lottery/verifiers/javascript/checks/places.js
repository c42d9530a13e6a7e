/** V11: who holds a place after declines, disqualifications and replacements. */

import { MARGIN_SECONDS, readableCut, requireWitnessed } from "./witnesses.js";
import { freshSeedOf, vrfAlpha } from "../protocol/layouts.js";
import { PhiError, evaluatePhi, issueFault, roundFault } from "../protocol/phi.js";
import { orderOf } from "../protocol/selection.js";

const DEPARTURE_TO_PHI_SECONDS = 600;
/** What a later source must share with the notice's; round and issue are new. */
const FIXED_MEMBERS = ["mode", "chain", "game", "keys"];

/** Replays the entries that change who is selected. */
class Places {
  constructor(dossier, findings) {
    const { k, alternates } = dossier.notice.entry;
    this.dossier = dossier;
    this.findings = findings;
    this.result = dossier.only("result");
    this.order = this.result.entry.order;
    this.isFresh = alternates === "fresh";
    this.seats = this.order.slice(0, k);
    this.everSelected = new Set(this.seats);
    this.left = new Map();
    this.vacancies = new Map();
  }

  replay() {
    for (const item of this.dossier.of("decline", "disqualify", "replace")) {
      this.findings.require(
        item.index > this.result.index,
        `日志第 ${item.index} 条早于结果`,
        `entry ${item.index} comes before the RESULT that it changes`,
      );
      if (item.entry.type === "replace") this.replace(item);
      else this.leave(item);
    }
  }

  get selected() {
    return this.seats.filter((firm) => !this.left.has(firm));
  }

  leave(item) {
    const { who, next } = item.entry;
    const known = this.isFresh ? this.seats : this.order;
    this.findings.require(
      known.includes(who),
      `${who} 不在可以退出的企业之内`,
      `${who} is not one of the firms that may leave`,
    );
    this.findings.require(!this.left.has(who), `${who} 重复退出`, `${who} leaves twice`);
    const leavesSeat = this.isFresh && this.seats.includes(who) && !this.left.has(who);
    this.findings.require(
      leavesSeat === (next !== null),
      `${who} 的退出条目应有、或不应有下一随机值`,
      `the entry by which ${who} leaves has a next value where it should not, or none`,
    );
    if (leavesSeat && next !== null) {
      const barred = new Set(this.everSelected);
      this.vacancies.set(who, { item, next, barred, filledBy: null });
    }
    if (!this.left.has(who)) this.left.set(who, item);
  }

  replace(item) {
    const { out, in: coming, rank } = item.entry;
    const seat = this.seats.indexOf(out);
    this.findings.require(
      seat >= 0 && this.left.has(out),
      `${out} 并未退出中选席位，不应被替换`,
      `${out} is replaced, but is no selected firm that left`,
    );
    const line = this.isFresh ? this.freshLine(item) : this.orderedLine(item);
    if (line !== null) {
      // Only selected firms leave where alternates are fresh, so nobody else is passed over there.
      const place = line.findIndex((firm) => !this.left.has(firm) && !this.everSelected.has(firm));
      const expected = place < 0 ? null : line[place];
      this.findings.require(
        coming === expected && rank === place + 1,
        `应由第 ${place + 1} 名 ${expected ?? "（无）"} 递补`,
        `the next is ${expected ?? "nobody"}, at rank ${place + 1}`,
      );
    }
    if (seat >= 0) this.seats[seat] = coming;
    this.everSelected.add(coming);
  }

  orderedLine({ entry }) {
    this.findings.require(
      entry.evidence === null,
      "依次递补不应附有随机值的证据",
      "alternates move up without a new value, but there is evidence of one",
    );
    return this.order;
  }

  /** The fresh order for a vacancy, null if it cannot be computed. */
  freshLine({ index, entry }) {
    const vacancy = this.vacancies.get(entry.out);
    if (vacancy === undefined) {
      this.findings.fail(
        `${entry.out} 的席位没有约定随机值`,
        `no next value was fixed for the place of ${entry.out}`,
      );
      return null;
    }
    const [first] = [...this.vacancies.values()].filter(({ filledBy }) => filledBy === null);
    this.findings.require(
      first === undefined || first === vacancy,
      "席位没有按空出的先后递补",
      "the places are not filled in the order in which they fell vacant",
    );
    vacancy.filledBy ??= index;
    const { item, next, barred } = vacancy;
    this.findings.require(
      entry.at >= next.t_phi,
      "递补早于约定的随机值可知之时",
      "the REPLACE is of a time before its value could be known",
    );
    if (entry.evidence === null) {
      this.findings.fail("递补没有随机值的证据", "the REPLACE has no evidence of its value");
      return null;
    }
    if (entry.evidence.mode === "B") {
      this.findings.flag(
        `递补所用号码由平台录入，请自行与第 ${next.phi.issue} 期的开奖号码核对`,
        `the platform typed the numbers of this REPLACE: compare them with issue ${next.phi.issue}`,
      );
    }
    const seed = this.dossier.seed();
    try {
      const phi = evaluatePhi(next.phi, entry.evidence, () => vrfAlpha(item.leaf, seed));
      const standing = this.dossier.candidates.filter(({ firm }) => !barred.has(firm));
      return orderOf(freshSeedOf(seed, item.leaf, phi), standing).map(({ firm }) => firm);
    } catch (error) {
      if (!(error instanceof PhiError)) throw error;
      this.findings.fail(`递补的随机值：${error.zh}`, `the value of the REPLACE: ${error.en}`);
      return null;
    }
  }
}

function examineNext(dossier, findings, { item, next }) {
  const { phi: fixed } = dossier.notice.entry;
  findings.require(
    FIXED_MEMBERS.every((name) => String(next.phi[name]) === String(fixed[name])),
    "下一随机值的来源与公告不同",
    "the next value is of another source than the notice fixed",
  );
  findings.require(
    next.t_phi >= item.entry.at + DEPARTURE_TO_PHI_SECONDS,
    "从退出到下一随机值的时间不足",
    "there is too little time between the departure and the next value",
  );
  findings.require(
    fixed.mode !== "B" || next.phi.issue > fixed.issue,
    "下一随机值应取自更后的一期",
    "the next value must be of a later issue",
  );
  for (const fault of [roundFault(next.phi, next.t_phi), issueFault(next.phi)]) {
    if (fault !== null) findings.fail(fault.zh, fault.en);
  }
}

function examineCut(dossier, findings, { item, next, filledBy }) {
  const name = `later/${String(item.number).padStart(3, "0")}`;
  if (!dossier.cuts.has(name)) {
    findings.require(
      filledBy === null,
      `没有检查点 ${name}，无法确认退出早于随机值`,
      `no checkpoint ${name} shows that the firm had left before the value was known`,
    );
    return;
  }
  const checkpoint = readableCut(dossier, name);
  findings.require(
    item.index < checkpoint.size && (filledBy === null || checkpoint.size <= filledBy),
    `检查点 ${name} 应含退出而不含其递补`,
    `the checkpoint ${name} must hold the departure and not its replacement`,
  );
  requireWitnessed(dossier, findings, {
    checkpoint,
    madeAt: item.entry.at,
    latest: next.t_phi - MARGIN_SECONDS,
  });
}

/**
 * Who is selected now; what is wrong on the way goes to the findings.
 * @returns {string[]}
 */
export function selectedNow(dossier, findings) {
  const places = new Places(dossier, findings);
  places.replay();
  for (const vacancy of places.vacancies.values()) {
    examineNext(dossier, findings, vacancy);
    findings.part(() => examineCut(dossier, findings, vacancy));
  }
  return places.selected;
}

/** V11: places were refilled by rule, each for a logged reason. */
export function v11Replacements(dossier, findings) {
  if (dossier.isCalledOff) {
    findings.note("抽取已终止", "the draw was called off");
    return;
  }
  const selected = selectedNow(dossier, findings);
  findings.note(
    `现中选 ${selected.join(", ") || "（无）"}`,
    `selected now: ${selected.join(", ") || "nobody"}`,
  );
}
