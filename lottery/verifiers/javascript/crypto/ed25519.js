/**
 * Ed25519 (RFC 8032, section 5.1), strict: canonical encodings, a reduced scalar, no point of
 * small order, and the equation without the cofactor.
 */

import { bigToLittle, concat, equal, exactly, littleToBig } from "../format/bytes.js";
import { BASE, ORDER, combine, decodePoint, encodePoint, hasSmallOrder, negate } from "./edwards.js";
import { sha512 } from "./hash.js";

/** The secret scalar and the prefix of nonces that a secret key stands for (section 5.1.5). */
export function expandSecret(secretKey) {
  const digest = sha512(exactly(32, secretKey));
  digest[0] &= 248;
  digest[31] = (digest[31] & 127) | 64;
  return { scalar: littleToBig(digest.subarray(0, 32)), prefix: digest.subarray(32) };
}

function hashToScalar(...parts) {
  return littleToBig(sha512(concat(...parts))) % ORDER;
}

/**
 * The public key of a secret one.
 * @param {Uint8Array} secretKey 32 bytes
 * @returns {Uint8Array} 32 bytes
 */
export function publicKey(secretKey) {
  return encodePoint(combine([expandSecret(secretKey).scalar, BASE]));
}

/**
 * Makes a pair of keys. `getRandomValues` is there even where a page is not "secure".
 * @param {Uint8Array} [secretKey] 32 secret bytes; made by the browser if not given
 * @returns {{secretKey: Uint8Array, publicKey: Uint8Array}}
 */
export function keygen(secretKey = globalThis.crypto.getRandomValues(new Uint8Array(32))) {
  return { secretKey, publicKey: publicKey(secretKey) };
}

/**
 * Signs a message; the same key and message always give the same signature.
 * @param {Uint8Array} secretKey 32 bytes
 * @param {Uint8Array} message
 * @returns {Uint8Array} 64 bytes
 */
export function sign(secretKey, message) {
  const { scalar, prefix } = expandSecret(secretKey);
  const key = encodePoint(combine([scalar, BASE]));
  const nonce = hashToScalar(prefix, message);
  const commitment = encodePoint(combine([nonce, BASE]));
  const challenge = hashToScalar(commitment, key, message);
  return concat(commitment, bigToLittle((nonce + challenge * scalar) % ORDER, 32));
}

const answers = new Map();
const MOST_ANSWERS = 4096;

/**
 * Says whether a signature is right. Answers are kept: many proofs share one checkpoint.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {boolean}
 */
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const question = sha512(concat(key, signature, message)).join();
  const known = answers.get(question);
  if (known !== undefined) return known;
  if (answers.size >= MOST_ANSWERS) answers.clear();
  const answer = isRight(key, message, signature);
  answers.set(question, answer);
  return answer;
}

function isRight(key, message, signature) {
  const commitment = signature.subarray(0, 32);
  const response = littleToBig(signature.subarray(32));
  if (response >= ORDER) return false;
  const keyPoint = decodePoint(key);
  if (keyPoint === null || hasSmallOrder(keyPoint)) return false;
  const challenge = hashToScalar(commitment, key, message);
  const expected = combine([response, BASE], [challenge, negate(keyPoint)]);
  return !hasSmallOrder(expected) && equal(encodePoint(expected), commitment);
}
