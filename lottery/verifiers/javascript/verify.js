/** A bundle and a policy in, a report out. */

import { CHECKS } from "./checks/catalogue.js";
import { Blocked, Findings } from "./checks/findings.js";
import { selectedNow } from "./checks/places.js";
import { wouldHaveBeen } from "./checks/void.js";
import { MARGIN_SECONDS } from "./checks/witnesses.js";
import { toHex } from "./format/bytes.js";
import { readBundle } from "./format/bundle.js";
import { MalformedError } from "./format/errors.js";
import { parsePolicy } from "./format/policy.js";
import { Dossier } from "./protocol/dossier.js";
import { vrfAlpha } from "./protocol/layouts.js";

/** What must hold before a trustee proves anything. */
const BEFORE_PROVING = ["V1", "V2", "V3", "V4", "V5", "V6", "V7", "V14"];

/**
 * @typedef {object} Check
 * @property {string} name V1 … V14
 * @property {"ok"|"flagged"|"failed"|"blocked"} status
 * @property {{zh: string, en: string}} title what it is about
 * @property {{kind: string, zh: string, en: string}[]} findings kind is fault, blocked, flag or fact
 */

/**
 * @typedef {object} Report
 * @property {"believed"|"refused"|"malformed"} verdict
 * @property {string|null} draw
 * @property {Check[]} checks none if malformed
 * @property {string|null} seed in hexadecimal, if it could be recomputed
 * @property {string[]} selected who is selected now; none unless the draw is believed and has a result
 * @property {boolean} isCalledOff whether the draw ended with a VOID and without a RESULT
 * @property {string[]|null} wouldHaveBeen whom the seed selects, of a draw with a VOID
 * @property {{firm: string, weight: number, ticket: string}[]|null} order everyone, if known
 * @property {object|null} notice the NOTICE's members
 * @property {MalformedError|null} malformed why the input cannot be read
 */

/** What can be said although there is no NOTICE; all other checks are about what it fixed. */
const WITHOUT_NOTICE = ["V1", "V2", "V3", "V14"];

/** Does one check. */
function runCheck({ name, title, examine }, dossier) {
  const findings = new Findings();
  findings.part(() => {
    if (!WITHOUT_NOTICE.includes(name)) dossier.requireNotice();
    examine(dossier, findings);
  });
  return { name, title, status: findings.status, findings: findings.items };
}

function orNull(compute) {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof Blocked)) throw error;
    return null;
  }
}

function holds({ status }) {
  return status === "ok" || status === "flagged";
}

function reportOn(dossier, checks) {
  const isBelieved = checks.every(holds);
  const hasResult = dossier.of("result").length > 0;
  return {
    verdict: isBelieved ? "believed" : "refused",
    draw: dossier.draw,
    checks,
    seed: orNull(() => toHex(dossier.seed())),
    selected: isBelieved && hasResult ? selectedNow(dossier, new Findings()) : [],
    isCalledOff: dossier.isCalledOff,
    wouldHaveBeen: dossier.of("void").length > 0 ? wouldHaveBeen(dossier) : null,
    order: orNull(() => dossier.order()),
    notice: orNull(() => dossier.notice.entry),
    malformed: null,
  };
}

function malformedReport(error) {
  return {
    verdict: "malformed",
    draw: null,
    checks: [],
    seed: null,
    selected: [],
    isCalledOff: false,
    wouldHaveBeen: null,
    order: null,
    notice: null,
    malformed: error,
  };
}

/** Yields each check as it is done, and returns the report. */
function* examine(bytes, policySource, held) {
  try {
    const policy = parsePolicy(policySource);
    const dossier = new Dossier(readBundle(bytes), policy, held);
    const checks = [];
    for (const kind of CHECKS) {
      const check = runCheck(kind, dossier);
      checks.push(check);
      yield check;
    }
    return reportOn(dossier, checks);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return malformedReport(error);
  }
}

/**
 * Checks a draw without a pause.
 * @param {Uint8Array} bytes the bundle file
 * @param {string|Uint8Array} policySource whom the reader trusts; never from the platform
 * @param {{numbers?: number[]|null, receipts?: Uint8Array[], log?: Uint8Array[]|null}} [held]
 * @returns {Report}
 */
export function verifyBundleNow(bytes, policySource, held = {}) {
  const steps = examine(bytes, policySource, held);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * Checks a draw, with a pause after each check in which a page can paint.
 * @param {Uint8Array} bytes the bundle file
 * @param {string|Uint8Array} policySource whom the reader trusts; never from the platform
 * @param {object} [options]
 * @param {number[]|null} [options.numbers] for mode B, the numbers that the reader saw drawn
 * @param {Uint8Array[]} [options.receipts] proofs that somebody kept, such as a firm's receipt
 * @param {Uint8Array[]|null} [options.log] every entry of the log, from the first
 * @param {(check: Check) => void|Promise<void>} [options.onCheck] called as each check ends
 * @returns {Promise<Report>}
 */
export async function verifyBundle(bytes, policySource, { onCheck = () => {}, ...held } = {}) {
  await pause();
  const steps = examine(bytes, policySource, held);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await onCheck(value);
    await pause();
  }
}

/** Why a trustee must not prove anything for this bundle yet. */
export class NotReadyError extends Error {
  /**
   * @param {Check[]} checks those that do not hold
   * @param {boolean} isCalledOff
   * @param {number|null} opensAt Unix seconds from when on a proof is safe, if that is still to come
   */
  constructor(checks, isCalledOff, opensAt = null) {
    const names = checks.map(({ name }) => name).join(", ");
    const broken = isCalledOff ? "the draw was called off" : `these checks do not hold: ${names}`;
    super(opensAt === null ? broken : `it is too early for a proof: not before ${opensAt}`);
    this.name = "NotReadyError";
    this.checks = checks;
    this.isCalledOff = isCalledOff;
    this.opensAt = opensAt;
  }
}

/** What the trustee's own device says, since the platform's word about the time is worth nothing. */
function clockSeconds() {
  return Math.floor(Date.now() / 1000);
}

/** Refuses a proof while a reveal could still come under the cut, and the list be tried again. */
function requireTime(phiTime, nowSeconds) {
  const opensAt = phiTime - MARGIN_SECONDS;
  // Written so that a clock that is no number refuses.
  if (!(nowSeconds >= opensAt)) throw new NotReadyError([], false, opensAt);
}

/**
 * What a trustee of mode C or D may prove: the input of a list that is frozen, logged and witnessed,
 * once no reveal can come under the cut. A trustee that proves whatever it is asked for lets the
 * platform try list after list, or reveals one after the other.
 * @param {Uint8Array} bytes a bundle of the draw from before its last value
 * @param {string|Uint8Array} policySource whom the trustee trusts
 * @param {{nowSeconds?: number}} [options] Unix seconds, for tests: else the reader's own clock
 * @returns {Uint8Array} alpha, for `vrf.prove`
 * @throws {NotReadyError} unless V1 to V7 and V14 hold, the draw was not called off, and it is
 *   t_phi − 60 or later
 * @throws {MalformedError} if bundle or policy cannot be read
 */
export function alphaToProve(bytes, policySource, { nowSeconds = clockSeconds() } = {}) {
  const dossier = new Dossier(readBundle(bytes), parsePolicy(policySource));
  const kinds = CHECKS.filter(({ name }) => BEFORE_PROVING.includes(name));
  const broken = kinds.map((kind) => runCheck(kind, dossier)).filter((check) => !holds(check));
  if (broken.length > 0 || dossier.isCalledOff) throw new NotReadyError(broken, dossier.isCalledOff);
  requireTime(dossier.notice.entry.t_phi, nowSeconds);
  return dossier.alpha();
}

/**
 * What a trustee may prove for the place of a firm that left, with alternates drawn afresh.
 * @param {Uint8Array} bytes a bundle of the draw
 * @param {string|Uint8Array} policySource whom the trustee trusts
 * @param {string} firm the firm that left
 * @param {{nowSeconds?: number}} [options] Unix seconds, for tests: else the reader's own clock
 * @returns {Uint8Array} alpha, for `vrf.prove`
 * @throws {NotReadyError} unless every check holds, this firm's departure fixed a next value, and it
 *   is that value's own t_phi − 60 or later
 */
export function laterAlphaToProve(bytes, policySource, firm, { nowSeconds = clockSeconds() } = {}) {
  const dossier = new Dossier(readBundle(bytes), parsePolicy(policySource));
  const broken = CHECKS.map((kind) => runCheck(kind, dossier)).filter((check) => !holds(check));
  const left = dossier
    .of("decline", "disqualify")
    .filter(({ entry }) => entry.who === firm && entry.next !== null)
    .find(({ number }) => dossier.cuts.has(laterName(number)));
  if (broken.length > 0 || left === undefined) throw new NotReadyError(broken, dossier.isCalledOff);
  requireTime(left.entry.next.t_phi, nowSeconds);
  return vrfAlpha(left.leaf, dossier.seed());
}

function laterName(number) {
  return `later/${String(number).padStart(3, "0")}`;
}
