/** From a seed and a list to an order (docs/spec/lottery-v1.md, section 4). */

import { compare, toHex, utf8 } from "../format/bytes.js";
import { sha256 } from "../crypto/hash.js";
import { ticketBytes } from "./layouts.js";

/**
 * The ticket of a firm: the least of as many as its weight.
 * @param {Uint8Array} seed 32 bytes
 * @param {string} firm
 * @param {number} weight
 * @returns {{hash: Uint8Array, number: number}} and which of its tickets it is
 */
export function ticketOf(seed, firm, weight) {
  const bytes = ticketBytes(seed, firm, 0);
  const view = new DataView(bytes.buffer, bytes.length - 4);
  let least = { hash: sha256(bytes), number: 0 };
  for (let number = 1; number < weight; number += 1) {
    view.setUint32(0, number);
    const hash = sha256(bytes);
    if (compare(hash, least.hash) < 0) least = { hash, number };
  }
  return least;
}

/**
 * Everyone in the order that a seed gives.
 * @param {Uint8Array} seed 32 bytes
 * @param {Iterable<{firm: string, weight: number}>} candidates
 * @returns {{firm: string, weight: number, ticket: string}[]} tickets in hexadecimal
 */
export function orderOf(seed, candidates) {
  const rows = [];
  for (const { firm, weight } of candidates) {
    rows.push({ firm, weight, ticket: toHex(ticketOf(seed, firm, weight).hash) });
  }
  return rows.sort((a, b) => textCompare(a.ticket, b.ticket) || textCompare(a.firm, b.firm));
}

function textCompare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** H of all codes in order, each followed by a line feed. */
export function orderDigest(order) {
  return sha256(utf8(order.map(({ firm }) => `${firm}\n`).join("")));
}

/**
 * What anyone can do by hand for one firm.
 * @param {Uint8Array} seed 32 bytes
 * @param {string} firm
 * @param {number} [weight]
 * @returns {{command: string, bytes: string, ticket: string, number: number}} a line for a shell,
 *   the bytes it hashes, and the ticket it prints
 */
export function ticketLine(seed, firm, weight = 1) {
  const { hash, number } = ticketOf(seed, firm, weight);
  const bytes = toHex(ticketBytes(seed, firm, number));
  return { command: `echo ${bytes} | xxd -r -p | sha256sum`, bytes, ticket: toHex(hash), number };
}
