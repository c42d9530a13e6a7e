/** The last value Φ, from its evidence (docs/spec/lottery-v1.md, sections 1 and 2). */

import { chainOf, firstRoundFrom, timeOfRound, verifyRound } from "../crypto/drand.js";
import { sha256 } from "../crypto/hash.js";
import { verify as verifyVrf } from "../crypto/vrf.js";
import { fromHex } from "../format/bytes.js";
import { beijing } from "../format/time.js";
import { phiOfNumbers, phiOfVrf } from "./layouts.js";

/** How many different numbers a game draws, the greatest of them, and how its issues are written. */
const GAMES = new Map([["cwl-kl8", { count: 20, greatest: 80, issue: /^[0-9]{7}$/ }]]);

/** Why there is no Φ: a word for a sentence. */
export class PhiError extends Error {
  /** @param {string} zh @param {string} en */
  constructor(zh, en) {
    super(en);
    this.name = "PhiError";
    this.zh = zh;
    this.en = en;
  }
}

function fromRound(source, evidence) {
  if (evidence.round !== source.round) {
    throw new PhiError(
      `公告约定第 ${source.round} 轮，证据却是第 ${evidence.round} 轮`,
      `the notice fixed round ${source.round}, the evidence is of round ${evidence.round}`,
    );
  }
  const signature = fromHex(evidence.signature);
  if (!verifyRound(source.chain, source.round, signature)) {
    throw new PhiError("信标签名不是该轮的签名", "the signature is not the beacon's for this round");
  }
  return sha256(signature);
}

function fromNumbers(source, evidence) {
  const game = GAMES.get(source.game);
  if (game === undefined) {
    throw new PhiError(`不认识的彩种 ${source.game}`, `the game ${source.game} is not known here`);
  }
  const { numbers } = evidence;
  const inRange = numbers.every((number) => number >= 1 && number <= game.greatest);
  if (!inRange || numbers.length !== game.count) {
    throw new PhiError(
      `应为 1 至 ${game.greatest} 中的 ${game.count} 个不同号码`,
      `there must be ${game.count} different numbers from 1 to ${game.greatest}`,
    );
  }
  return phiOfNumbers(source.game, source.issue, numbers);
}

function fromProofs(source, evidence, alpha) {
  const keys = evidence.proofs.map(({ key }) => key);
  if (keys.join() !== source.keys.join()) {
    throw new PhiError(
      "证明与公告中的密钥不是一一对应",
      "there must be one proof for each key of the notice, in its order",
    );
  }
  const values = evidence.proofs.map(({ key, pi }) => {
    const beta = verifyVrf(fromHex(key), alpha, fromHex(pi));
    if (beta === null) {
      throw new PhiError(
        `密钥 ${key.slice(0, 16)}… 的证明不正确`,
        `the proof of key ${key.slice(0, 16)}… is wrong`,
      );
    }
    return [fromHex(key), beta];
  });
  return phiOfVrf(values);
}

/**
 * Checks evidence and returns Φ.
 * @param {object} source what was fixed
 * @param {object} evidence what arrived
 * @param {() => Uint8Array} alpha the input of VRF values
 * @returns {Uint8Array} 32 bytes
 * @throws {PhiError}
 */
export function evaluatePhi(source, evidence, alpha) {
  if (source.mode !== evidence.mode) {
    throw new PhiError(
      `公告约定方式 ${source.mode}，证据却是方式 ${evidence.mode}`,
      `the notice fixed mode ${source.mode}, the evidence is of mode ${evidence.mode}`,
    );
  }
  if (source.mode === "A") return fromRound(source, evidence);
  if (source.mode === "B") return fromNumbers(source, evidence);
  return fromProofs(source, evidence, alpha());
}

/**
 * Says what is wrong with the issue of a source, if anything; an unknown game has none.
 * @param {object} source
 * @returns {PhiError|null}
 */
export function issueFault({ mode, game, issue }) {
  if (mode !== "B" || GAMES.get(game)?.issue.test(issue)) return null;
  return new PhiError(`${game} 没有期号 ${issue}`, `${game} has no issue ${issue}`);
}

/**
 * Says what is wrong with the time of a source, if anything.
 * @param {object} source
 * @param {number} time t_phi
 * @returns {PhiError|null}
 */
export function roundFault(source, time) {
  if (source.mode !== "A") return null;
  const chain = chainOf(source.chain);
  if (chain === null) {
    return new PhiError(`不认识的信标链 ${source.chain}`, `the beacon chain ${source.chain} is not known here`);
  }
  const expected = firstRoundFrom(chain, time);
  if (source.round === expected) return null;
  return new PhiError(
    `第 ${source.round} 轮（${beijing(timeOfRound(chain, source.round))}）不是该时刻起的第一轮，应为 ${expected}`,
    `round ${source.round} is not the first at or after ${beijing(time)}: that is ${expected}`,
  );
}
