/** ECVRF-EDWARDS25519-SHA512-TAI, suite 0x03 of RFC 9381: a value that its key fixes. */

import { bigToLittle, concat, exactly, littleToBig } from "../format/bytes.js";
import {
  BASE,
  ORDER,
  combine,
  decodePoint,
  encodePoint,
  hasSmallOrder,
  negate,
} from "./edwards.js";
import { expandSecret, keygen as ed25519Keygen, publicKey } from "./ed25519.js";
import { sha512 } from "./hash.js";

const SUITE = 0x03;
const CHALLENGE_BYTES = 16;
const PROOF_BYTES = 80;
const COFACTOR = 8n;

/** Tries a counter until a hash is a point (section 5.4.1.1). */
function hashToPoint(key, alpha) {
  for (let counter = 0; counter < 256; counter += 1) {
    const digest = sha512(concat(Uint8Array.of(SUITE, 1), key, alpha, Uint8Array.of(counter, 0)));
    const point = decodePoint(digest.subarray(0, 32));
    if (point !== null && !hasSmallOrder(point)) return combine([COFACTOR, point]);
  }
  throw new RangeError("no point for this input"); // one chance in 2^256
}

/** Hashes points to the 16-byte challenge (section 5.4.3). */
function challengeOf(...encodedPoints) {
  const digest = sha512(concat(Uint8Array.of(SUITE, 2), ...encodedPoints, Uint8Array.of(0)));
  return littleToBig(digest.subarray(0, CHALLENGE_BYTES));
}

/** The 64-byte value of a proof's point gamma (section 5.2). */
function betaOf(gamma) {
  const point = encodePoint(combine([COFACTOR, gamma]));
  return sha512(concat(Uint8Array.of(SUITE, 3), point, Uint8Array.of(0)));
}

/**
 * Makes a trustee's pair of keys.
 * @param {Uint8Array} [secretKey] 32 secret bytes; made by the browser if not given
 * @returns {{secretKey: Uint8Array, publicKey: Uint8Array}}
 */
export function keygen(secretKey) {
  return ed25519Keygen(secretKey);
}

/**
 * Proves the value that a key has for an input (section 5.1). Never for an input that somebody
 * just asks for: see `alphaToProve`.
 * @param {Uint8Array} secretKey 32 bytes
 * @param {Uint8Array} alpha the input
 * @returns {Uint8Array} the proof, 80 bytes
 */
export function prove(secretKey, alpha) {
  const { scalar, prefix } = expandSecret(secretKey);
  const key = publicKey(secretKey);
  const h = hashToPoint(key, alpha);
  const hBytes = encodePoint(h);
  const gamma = encodePoint(combine([scalar, h]));
  const nonce = littleToBig(sha512(concat(prefix, hBytes))) % ORDER;
  const u = encodePoint(combine([nonce, BASE]));
  const v = encodePoint(combine([nonce, h]));
  const challenge = challengeOf(key, hBytes, gamma, u, v);
  const response = (nonce + challenge * scalar) % ORDER;
  return concat(gamma, bigToLittle(challenge, CHALLENGE_BYTES), bigToLittle(response, 32));
}

/**
 * Checks a proof (section 5.3), the key included.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} alpha the input
 * @param {Uint8Array} proof 80 bytes
 * @returns {Uint8Array|null} the 64-byte value; null if the proof is wrong
 */
export function verify(key, alpha, proof) {
  exactly(PROOF_BYTES, proof);
  const keyPoint = decodePoint(key);
  if (keyPoint === null || hasSmallOrder(keyPoint)) return null;
  const gammaBytes = proof.subarray(0, 32);
  const gamma = decodePoint(gammaBytes);
  const challenge = littleToBig(proof.subarray(32, 32 + CHALLENGE_BYTES));
  const response = littleToBig(proof.subarray(32 + CHALLENGE_BYTES));
  if (gamma === null || response >= ORDER) return null;
  const h = hashToPoint(key, alpha);
  const u = encodePoint(combine([response, BASE], [challenge, negate(keyPoint)]));
  const v = encodePoint(combine([response, h], [challenge, negate(gamma)]));
  return challengeOf(key, encodePoint(h), gammaBytes, u, v) === challenge ? betaOf(gamma) : null;
}
