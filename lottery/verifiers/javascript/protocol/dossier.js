/** A bundle laid out for checking: what each part says, before anyone believes it. */

import { Blocked } from "../checks/findings.js";
import { toHex } from "../format/bytes.js";
import { readEntry, readEvidence } from "../format/entries.js";
import { MalformedError } from "../format/errors.js";
import { leafHash } from "../format/merkle.js";
import { parseCheckpoint, parseProof } from "../format/note.js";
import { commitOf, hashFromHex, revealsDigest, seedOf, vrfAlpha } from "./layouts.js";
import { readList } from "./list.js";
import { PhiError, evaluatePhi } from "./phi.js";
import { orderOf } from "./selection.js";

/** Breaches of section 5's limits spoil the whole input and not just one part. */
const LIMITS = new Set(["note-too-long", "too-many-signatures", "too-many-hashes"]);

/** Reads a part: its value, or why it cannot be read. */
function attempt(read) {
  try {
    return { value: read(), fault: null };
  } catch (error) {
    if (!(error instanceof MalformedError) || LIMITS.has(error.reason)) throw error;
    return { value: null, fault: error.message };
  }
}

/** Computes a value when it is first asked for. */
function once(compute) {
  let result = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

/** One bundle under one policy, with what else the reader holds. */
export class Dossier {
  /**
   * @param {object} bundle from readBundle
   * @param {object} policy from parsePolicy
   * @param {{numbers?: number[]|null, receipts?: Uint8Array[], log?: Uint8Array[]|null}} held
   */
  constructor(bundle, policy, { numbers = null, receipts = [], log = null } = {}) {
    Object.assign(this, { bundle, policy, numbers, receipts, log });
    this.draw = bundle.draw;
    this.drawId = hashFromHex(bundle.draw);
    this.rows = bundle.entries.map((parts, number) => readRow(parts, number));
    this.located = this.rows
      .filter(({ proof, entry }) => proof !== null && entry !== null)
      .sort((a, b) => a.proof.index - b.proof.index)
      .map(({ number, proof, entry, leaf }) => ({ number, index: proof.index, entry, leaf }));
    this.byType = new Map();
    this.notices = this.located.filter(({ entry }) => entry.type === "notice");
    this.ownNotice = this.notices.find(({ leaf }) => toHex(leaf) === this.draw);
    this.final = this.readFinal();
    this.cuts = new Map(
      [...bundle.cuts].map(([name, { checkpoint }]) => [name, attempt(() => parseCheckpoint(checkpoint))]),
    );
    this.list = bundle.list === null ? null : attempt(() => readList(bundle.list));
    this.committers = once(() => this.findCommitters());
    this.committed = once(() => new Set(this.committers().map(({ who, commit }) => `${who} ${commit}`)));
    this.reveals = once(() => this.countReveals());
    this.evidence = once(() => this.findEvidence());
    this.phi = once(() => this.computePhi());
    this.order = once(() => orderOf(this.seed(), this.candidates));
  }

  /** The checkpoint that ends the first readable proof; V1 sees to it that all share it. */
  readFinal() {
    const first = this.rows.find(({ proof }) => proof !== null);
    if (first === undefined) return { value: null, fault: "no proof can be read" };
    return attempt(() => parseCheckpoint(first.proof.checkpoint));
  }

  /** The checkpoint of a cut, null if it is missing or cannot be read. */
  cut(name) {
    return this.cuts.get(name)?.value ?? null;
  }

  get cutSize() {
    return this.cut("cut")?.size ?? 0;
  }

  /** This draw's entries of some types, by index. */
  of(...types) {
    const key = types.join();
    if (!this.byType.has(key)) {
      const isWanted = ({ entry }) => types.includes(entry.type) && entry.draw === this.draw;
      this.byType.set(key, this.located.filter(isWanted));
    }
    return this.byType.get(key);
  }

  /** The NOTICE of this draw. */
  get notice() {
    this.requireNotice();
    return this.ownNotice;
  }

  /** @throws {Blocked} if no NOTICE has the id of this draw */
  requireNotice() {
    if (this.ownNotice === undefined) throw new Blocked("V3");
  }

  /** The first entry of a type of which there must be one. */
  only(type) {
    const [found] = this.of(type);
    if (found === undefined) throw new Blocked(type === "result" ? "V10" : "V5");
    return found;
  }

  /** Whether the draw ended with a VOID and without a RESULT. */
  get isCalledOff() {
    return this.of("void").length > 0 && this.of("result").length === 0;
  }

  get candidates() {
    if (this.list === null || this.list.value === null) throw new Blocked("V6");
    return this.list.value;
  }

  /** What each author of a COMMIT committed to, by its name; the first counts. */
  get commitments() {
    const commits = new Map();
    for (const { entry } of this.of("commit")) {
      if (!commits.has(entry.who)) commits.set(entry.who, entry.commit);
    }
    return commits;
  }

  /**
   * Everyone whose reveal has a place in RD, in its order, with the commitment that it must open:
   * of contributors the one that FREEZE copied, of enrolments that of their COMMIT.
   */
  findCommitters() {
    const { contributors, firm_commits: mayFirms } = this.notice.entry;
    const copied = this.only("freeze").entry.commits;
    const named = contributors.map(({ who }, i) => ({ who, commit: copied[i] ?? null }));
    if (!mayFirms) return named;
    const taken = new Set(named.map(({ who }) => who));
    const enrolled = new Set(this.of("enrol").map(({ entry }) => entry.seq));
    const firms = this.of("commit")
      .map(({ entry: { who, commit } }) => ({ who, commit, seq: enrolmentOf(who) }))
      .filter(({ who, seq }) => !taken.has(who) && enrolled.has(seq))
      .sort((a, b) => a.seq - b.seq);
    return [...named, ...firms];
  }

  /** Whether a reveal opens a commitment of its author. */
  opens(reveal) {
    return this.committed().has(`${reveal.who} ${openedBy(this.drawId, reveal)}`);
  }

  /** What each committer revealed in time and under the cut, null where nothing counts. */
  countReveals() {
    const { reveal_by: revealBy } = this.notice.entry;
    const counted = new Map();
    for (const { index, entry } of this.of("reveal")) {
      if (index < this.cutSize && entry.at <= revealBy) {
        counted.set(`${entry.who} ${openedBy(this.drawId, entry)}`, hashFromHex(entry.value));
      }
    }
    return this.committers().map(({ who, commit }) => counted.get(`${who} ${commit}`) ?? null);
  }

  /** The evidence of Φ, logged or beside the log: a value, a fault, or null for none. */
  findEvidence() {
    const [logged] = this.of("phi");
    if (logged !== undefined) return { value: logged.entry.evidence, fault: null };
    return this.bundle.phi === null ? null : attempt(() => readEvidence(this.bundle.phi));
  }

  /** What trustees prove: RFC 9381's alpha of this draw. */
  alpha() {
    return vrfAlpha(this.only("freeze").leaf, revealsDigest(this.reveals()));
  }

  /** Φ, or why there is none: {value, error}. */
  computePhi() {
    const evidence = this.evidence();
    if (evidence === null) {
      return { value: null, error: new PhiError("尚无证据", "there is no evidence yet") };
    }
    if (evidence.fault !== null) {
      return {
        value: null,
        error: new PhiError("证据无法读取", `the evidence cannot be read: ${evidence.fault}`),
      };
    }
    try {
      const source = this.notice.entry.phi;
      return { value: evaluatePhi(source, evidence.value, () => this.alpha()), error: null };
    } catch (error) {
      if (!(error instanceof PhiError)) throw error;
      return { value: null, error };
    }
  }

  /** The recomputed seed. */
  seed() {
    const { value } = this.phi();
    if (value === null) throw new Blocked("V8");
    return seedOf(this.drawId, this.only("freeze").leaf, revealsDigest(this.reveals()), value);
  }
}

/** The commitment that a reveal opens, whoever made it. */
function openedBy(drawId, { who, value }) {
  return toHex(commitOf(drawId, who, hashFromHex(value)));
}

function readRow({ name, body, proof }, number) {
  const { value: readProof, fault: proofFault } = attempt(() => parseProof(proof));
  const { value: entry, fault: entryFault } = attempt(() => readEntry(body));
  return {
    name,
    number,
    body,
    leaf: leafHash(body),
    proof: readProof,
    proofFault,
    entry,
    entryFault,
  };
}

/**
 * The `seq` that a committer's name `enrol:N` gives.
 * @param {string} who
 * @returns {number|null}
 */
export function enrolmentOf(who) {
  const found = /^enrol:(0|[1-9][0-9]{0,15})$/.exec(who);
  return found !== null && Number.isSafeInteger(Number(found[1])) ? Number(found[1]) : null;
}
