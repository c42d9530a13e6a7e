/** Rounds of drand's quicknet, verified with nothing but their bytes. */

import { fromHex, toHex, u64, utf8 } from "../format/bytes.js";
import { decodePoint, hashToPoint, negate } from "./g1.js";
import { sha256 } from "./hash.js";
import { G2, decodeKey, prepare, productIsOne } from "./pairing.js";

const TAG = utf8("BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_");

/** The chains that a notice may name, by their hash; pinned for ever. */
const CHAINS = new Map([
  [
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    {
      name: "drand quicknet",
      scheme: "bls-unchained-g1-rfc9380",
      genesis: 1692803367,
      period: 3,
      key:
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    },
  ],
]);

/**
 * A chain that is compiled in.
 * @param {string} hash 64 hexadecimal digits
 * @returns {{name: string, genesis: number, period: number}|null}
 */
export function chainOf(hash) {
  return CHAINS.get(hash) ?? null;
}

/** @returns {number} when a round comes, in Unix seconds */
export function timeOfRound(chain, round) {
  return chain.genesis + (round - 1) * chain.period;
}

/** @returns {number} the first round at or after a time */
export function firstRoundFrom(chain, time) {
  return Math.max(1, Math.ceil((time - chain.genesis) / chain.period) + 1);
}

const prepared = new Map();

function preparedOnce(name, point) {
  if (!prepared.has(name)) prepared.set(name, prepare(point()));
  return prepared.get(name);
}

const answers = new Map();
const MOST_ANSWERS = 4096;

/**
 * Says whether a signature is a chain's for a round. Answers are kept: draws share rounds.
 * @param {string} chainHash 64 hexadecimal digits
 * @param {number} round
 * @param {Uint8Array} signature 48 bytes
 * @returns {boolean}
 */
export function verifyRound(chainHash, round, signature) {
  const chain = CHAINS.get(chainHash);
  if (chain === undefined) return false;
  const question = `${chainHash}/${round}/${toHex(signature)}`;
  if (!answers.has(question)) {
    if (answers.size >= MOST_ANSWERS) answers.clear();
    answers.set(question, isRight(chain, round, signature));
  }
  return answers.get(question);
}

function isRight(chain, round, signature) {
  const point = decodePoint(signature);
  if (point === null) return false;
  const message = hashToPoint(sha256(u64(round)), TAG);
  const generator = preparedOnce("generator", () => G2);
  const key = preparedOnce(chain.key, () => decodeKey(fromHex(chain.key)));
  return productIsOne([point, generator], [negate(message), key]);
}
