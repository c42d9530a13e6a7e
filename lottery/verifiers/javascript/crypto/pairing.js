/** The pairing of BLS12-381 with points of G2 that are known beforehand. */

import { bytesToBig } from "../format/bytes.js";
import { P, fp12, fp2, mod } from "./field381.js";

/** The parameter x of the curve is negative; this is its absolute value. */
const X = 0xd201000000010000n;
const STEPS = X.toString(2).slice(1);

/** The generator of G2. */
export const G2 = Object.freeze({
  x: [
    0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8n,
    0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7en,
  ],
  y: [
    0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801n,
    0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79ben,
  ],
});

/**
 * Reads a compressed point of G2. Only for keys that are compiled in: its order is not checked.
 * @param {Uint8Array} bytes 96 bytes
 */
export function decodeKey(bytes) {
  const isNegative = (bytes[0] & 0x20) !== 0;
  const x = [
    bytesToBig(bytes.subarray(48)),
    bytesToBig(bytes.subarray(0, 48)) & ((1n << 381n) - 1n),
  ];
  const cube = fp2.multiply(fp2.multiply(x, x), x);
  const root = fp2.squareRoot(fp2.add(cube, [4n, 4n]));
  const half = (P - 1n) / 2n;
  const isLarger = root[1] === 0n ? root[0] > half : root[1] > half;
  return { x, y: isLarger === isNegative ? root : fp2.scale(root, -1n) };
}

/** A line: its slope, and slope·x − y of one of its points, on the twisted curve. */
function chord(p, q) {
  const isTangent = fp2.isEqual(p.x, q.x);
  const rise = isTangent ? fp2.scale(fp2.multiply(p.x, p.x), 3n) : fp2.subtract(q.y, p.y);
  const run = isTangent ? fp2.scale(p.y, 2n) : fp2.subtract(q.x, p.x);
  const slope = fp2.multiply(rise, fp2.invert(run));
  const offset = fp2.subtract(fp2.multiply(slope, p.x), p.y);
  const x = fp2.subtract(fp2.subtract(fp2.multiply(slope, slope), p.x), q.x);
  const y = fp2.subtract(fp2.multiply(slope, fp2.subtract(p.x, x)), p.y);
  return { line: { slope, offset }, sum: { x, y } };
}

/**
 * Computes the lines of Miller's loop for a point of G2, once.
 * @param {{x: bigint[], y: bigint[]}} point
 * @returns {object[][]} the lines of each step
 */
export function prepare(point) {
  let running = point;
  return [...STEPS].map((bit) => {
    const doubled = chord(running, running);
    running = doubled.sum;
    if (bit === "0") return [doubled.line];
    const added = chord(running, point);
    running = added.sum;
    return [doubled.line, added.line];
  });
}

/** The line at a point of G1, times w³ (which the final exponent makes 1). */
function lineAt({ slope, offset }, { x, y }) {
  const zero = [0n, 0n];
  return [offset, zero, fp2.scale(slope, mod(-x)), [y, 0n], zero, zero];
}

function powerOfX(value) {
  let result = value;
  for (const bit of STEPS) {
    result = fp12.square(result);
    if (bit === "1") result = fp12.multiply(result, value);
  }
  return fp12.conjugate(result);
}

/** Three times the hard part of the final exponent: (x−1)²(x+p)(x²+p²−1) + 3. */
function hardPart(value) {
  const { multiply, conjugate, frobenius, square } = fp12;
  const minusOne = (a) => multiply(powerOfX(a), conjugate(a));
  const twice = minusOne(minusOne(value));
  const third = multiply(powerOfX(twice), frobenius(twice));
  const fourth = multiply(
    multiply(powerOfX(powerOfX(third)), frobenius(frobenius(third))),
    conjugate(third),
  );
  return multiply(fourth, multiply(square(value), value));
}

/**
 * Says whether a product of pairings is one.
 * @param {...[object, object[][]]} pairs a point of G1 and a prepared point of G2, each
 * @returns {boolean}
 */
export function productIsOne(...pairs) {
  let value = fp12.one();
  STEPS.split("").forEach((_, step) => {
    value = fp12.square(value);
    for (const [point, lines] of pairs) {
      for (const line of lines[step]) value = fp12.multiply(value, lineAt(line, point), [0, 2, 3]);
    }
  });
  value = fp12.conjugate(value); // because x is negative
  value = fp12.multiply(fp12.conjugate(value), fp12.invert(value));
  value = fp12.multiply(fp12.frobenius(fp12.frobenius(value)), value);
  return fp12.isOne(hardPart(value));
}
