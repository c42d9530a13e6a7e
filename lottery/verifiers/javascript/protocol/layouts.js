/** The byte layouts that are hashed (docs/spec/lottery-v1.md, section 2). */

import { concat, exactly, fromHex, u16, u32, utf8 } from "../format/bytes.js";
import { leafHash } from "../format/merkle.js";
import { sha256 } from "../crypto/hash.js";

/** DS(x): what starts each layout, so that none can be taken for another. */
function tag(name) {
  return concat(utf8(`ismdraw/v1/${name}`), Uint8Array.of(0x0a, 0));
}

const NAMES = [
  "enrol",
  "cand",
  "commit",
  "commit-signature",
  "reveals",
  "phi-numbers",
  "phi-vrf",
  "vrf-alpha",
  "seed",
  "seed2",
  "ticket",
];
const TAGS = Object.fromEntries(NAMES.map((name) => [name, tag(name)]));

function measured(text) {
  const bytes = utf8(text);
  return concat(u16(bytes.length), bytes);
}

function hash32(bytes) {
  return exactly(32, bytes);
}

/** @param {Uint8Array} notice the bytes of the NOTICE @returns {Uint8Array} draw_id */
export function drawIdOf(notice) {
  return leafHash(notice);
}

/** enrol_commit: hides a firm until the freeze. */
export function enrolCommit(salt, drawId, firm) {
  return sha256(concat(TAGS.enrol, hash32(salt), hash32(drawId), measured(firm)));
}

/** The leaf hash of one candidate of the list. */
export function candidateLeaf(firm, weight, enrolLeaf) {
  return leafHash(concat(TAGS.cand, measured(firm), u32(weight), hash32(enrolLeaf)));
}

/**
 * What a contributor commits to before enrolment closes.
 * @param {Uint8Array} drawId 32 bytes
 * @param {string} who the contributor's name in the notice, or `enrol:N`
 * @param {Uint8Array} value 32 secret bytes, revealed after the freeze
 * @returns {Uint8Array} 32 bytes
 */
export function commitOf(drawId, who, value) {
  return sha256(concat(TAGS.commit, hash32(drawId), measured(who), hash32(value)));
}

/** The bytes that a contributor with a key signs with its commitment. */
export function commitSignatureBytes(drawId, commit) {
  return concat(TAGS["commit-signature"], hash32(drawId), hash32(commit));
}

/**
 * RD, the digest of all reveals.
 * @param {(Uint8Array|null)[]} values of each committer in order; null where none counts
 */
export function revealsDigest(values) {
  const rows = values.map((value) =>
    value === null ? new Uint8Array(33) : concat(Uint8Array.of(1), hash32(value)),
  );
  return sha256(concat(TAGS.reveals, u32(values.length), ...rows));
}

/** Φ of mode B. */
export function phiOfNumbers(game, issue, numbers) {
  const digits = numbers.map((number) => String(number).padStart(2, "0")).join(".");
  return sha256(concat(TAGS["phi-numbers"], utf8(`${game}/${issue}:${digits}`)));
}

/** Φ of modes C, D1 and D2, from each trustee's key and value. */
export function phiOfVrf(values) {
  const rows = values.map(([key, beta]) => concat(hash32(key), exactly(64, beta)));
  return sha256(concat(TAGS["phi-vrf"], u16(values.length), ...rows));
}

/** The input that trustees prove: for the draw leaf(FREEZE) and RD, later leaf(DECLINE) and seed. */
export function vrfAlpha(leaf, digest) {
  return concat(TAGS["vrf-alpha"], hash32(leaf), hash32(digest));
}

/** The seed of the draw. */
export function seedOf(drawId, freezeLeaf, reveals, phi) {
  return sha256(concat(
    TAGS.seed,
    hash32(drawId),
    hash32(freezeLeaf),
    hash32(reveals),
    hash32(phi),
  ));
}

/** The seed of a fresh order, after a selected firm has left. */
export function freshSeedOf(seed, departureLeaf, phi) {
  return sha256(concat(TAGS.seed2, hash32(seed), hash32(departureLeaf), hash32(phi)));
}

/** The bytes of one ticket of a firm, whose SHA-256 is the ticket. */
export function ticketBytes(seed, firm, number) {
  return concat(TAGS.ticket, hash32(seed), measured(firm), u32(number));
}

/** @param {string} hex 64 digits @returns {Uint8Array} */
export function hashFromHex(hex) {
  return hash32(fromHex(hex));
}
