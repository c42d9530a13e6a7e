/**
 * Everything that a page or a tool uses of this verifier of `ismdraw/v1`.
 *
 * Bytes are Uint8Array; where 32-byte values come in, their 64 hexadecimal digits do as well.
 * Nothing here asks the network, and nothing needs WebCrypto: pages on an intranet have none.
 */

import * as ed25519 from "./crypto/ed25519.js";
import { sha256, sha512 } from "./crypto/hash.js";
import * as vrf from "./crypto/vrf.js";
import { fromBase64, fromHex, toBase64, toHex } from "./format/bytes.js";
import { MalformedError, UsageError } from "./format/errors.js";
import { parsePolicy } from "./format/policy.js";
import { readLog } from "./format/tiles.js";
import { commitOf as commitOfBytes, commitSignatureBytes } from "./protocol/layouts.js";
import { ticketLine as ticketLineOfBytes } from "./protocol/selection.js";
import { CHECKS } from "./checks/catalogue.js";
import { malformedSentence, notReadySentence } from "./sentences.js";
import {
  NotReadyError,
  alphaToProve,
  laterAlphaToProve,
  verifyBundle,
  verifyBundleNow,
} from "./verify.js";

/** The names and titles of V1 … V14, for a page that shows them before they are done. */
const CHECK_TITLES = CHECKS.map(({ name, title }) => ({ name, title }));

/** @param {Uint8Array|string} value bytes, or hexadecimal @returns {Uint8Array} */
function asBytes(value) {
  return typeof value === "string" ? fromHex(value) : value;
}

/**
 * What anyone can do by hand for one firm: `command` is a line for a shell, which prints `ticket`.
 * @param {Uint8Array|string} seed 32 bytes
 * @param {string} firm the unified social credit code
 * @param {number} [weight]
 * @returns {{command: string, bytes: string, ticket: string, number: number}}
 */
function ticketLine(seed, firm, weight = 1) {
  return ticketLineOfBytes(asBytes(seed), firm, weight);
}

/**
 * The commitment to a value, which goes into the log before enrolment closes.
 * @param {Uint8Array|string} drawId 32 bytes
 * @param {string} who the contributor's name in the notice, or `enrol:N`
 * @param {Uint8Array|string} value 32 secret bytes, to be kept and revealed after the freeze
 * @returns {Uint8Array} 32 bytes
 */
function commitOf(drawId, who, value) {
  return commitOfBytes(asBytes(drawId), who, asBytes(value));
}

/**
 * The signature with which a contributor that has a key hands in a commitment.
 * @param {Uint8Array|string} secretKey 32 bytes, from `ed25519.keygen`
 * @param {Uint8Array|string} drawId 32 bytes
 * @param {Uint8Array|string} commit 32 bytes, from `commitOf`
 * @returns {Uint8Array} 64 bytes
 */
function commitSignature(secretKey, drawId, commit) {
  return ed25519.sign(asBytes(secretKey), commitSignatureBytes(asBytes(drawId), asBytes(commit)));
}

/** @returns {Uint8Array} 32 random bytes for a contribution, from the browser's own generator */
function randomValue() {
  return globalThis.crypto.getRandomValues(new Uint8Array(32));
}

export {
  CHECK_TITLES,
  MalformedError,
  NotReadyError,
  UsageError,
  alphaToProve,
  commitOf,
  commitSignature,
  ed25519,
  fromBase64,
  fromHex,
  laterAlphaToProve,
  malformedSentence,
  notReadySentence,
  parsePolicy,
  randomValue,
  readLog,
  sha256,
  sha512,
  ticketLine,
  toBase64,
  toHex,
  verifyBundle,
  verifyBundleNow,
  vrf,
};
