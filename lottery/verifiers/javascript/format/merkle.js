/** Merkle trees and proofs: RFC 6962, section 2.1; verifying as in RFC 9162, section 2.1. */

import { concat, equal } from "./bytes.js";
import { sha256 } from "../crypto/hash.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} entry @returns {Uint8Array} its leaf hash */
export function leafHash(entry) {
  return sha256(concat(LEAF, entry));
}

/** @returns {Uint8Array} the hash over two subtrees */
export function nodeHash(left, right) {
  return sha256(concat(NODE, left, right));
}

/**
 * Builds a root as leaves arrive: a stack of whole subtrees, each larger than the next.
 */
export class RootBuilder {
  constructor() {
    this.count = 0;
    this.subtrees = [];
  }

  /** @param {Uint8Array} leaf a leaf hash */
  add(leaf) {
    let node = leaf;
    for (let left = this.count; left % 2 === 1; left = Math.floor(left / 2)) {
      node = nodeHash(this.subtrees.pop(), node);
    }
    this.subtrees.push(node);
    this.count += 1;
  }

  /** @returns {Uint8Array} the root over all leaves so far */
  root() {
    if (this.count === 0) return sha256(new Uint8Array(0));
    return this.subtrees.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** @param {Uint8Array[]} leaves leaf hashes @returns {Uint8Array} */
export function rootOf(leaves) {
  const builder = new RootBuilder();
  leaves.forEach((leaf) => builder.add(leaf));
  return builder.root();
}

function half(number) {
  return Math.floor(number / 2);
}

function areHashes(...values) {
  return values.every((value) => value.length === 32);
}

/**
 * Says whether a leaf is at an index of the tree with this size and root.
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {Uint8Array[]} path from the leaf's sibling upward
 * @param {Uint8Array} root
 * @returns {boolean}
 */
export function isIncluded(leaf, index, size, path, root) {
  const isInside = Number.isSafeInteger(size) && index >= 0 && index < size;
  if (!isInside || !areHashes(leaf, root, ...path)) return false;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && equal(hash, root);
}

/**
 * Says whether one tree begins with another.
 * @param {{size: number, root: Uint8Array}} older at least one leaf
 * @param {{size: number, root: Uint8Array}} newer
 * @param {Uint8Array[]} path none if the sizes are equal
 * @returns {boolean}
 */
export function isConsistent(older, newer, path) {
  const isOrdered = Number.isSafeInteger(newer.size) && older.size >= 1 && older.size <= newer.size;
  if (!isOrdered || !areHashes(older.root, newer.root, ...path)) return false;
  if (older.size === newer.size) return path.length === 0 && equal(older.root, newer.root);
  let place = older.size - 1;
  let last = newer.size - 1;
  while (place % 2 === 1) {
    place = half(place);
    last = half(last);
  }
  const hashes = place === 0 ? [older.root, ...path] : path;
  if (path.length === 0) return false;
  let [oldHash, newHash] = [hashes[0], hashes[0]];
  for (const sibling of hashes.slice(1)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && equal(oldHash, older.root) && equal(newHash, newer.root);
}
