/** The group G1 of BLS12-381, and hashing to it (RFC 9380, suite BLS12381G1_XMD:SHA-256_SSWU_RO_). */

import { bytesToBig, concat, u16 } from "../format/bytes.js";
import { P, invert, mod, squareRoot } from "./field381.js";
import { sha256 } from "./hash.js";
import { X_DENOMINATOR, X_NUMERATOR, Y_DENOMINATOR, Y_NUMERATOR } from "./isogeny.js";

/** The order of G1 and G2. */
export const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

const EFFECTIVE_COFACTOR = 0xd201000000010001n;
const SIGNATURE_BYTES = 48;

/** y² = x³ + 4 in Jacobian coordinates; z = 0 is the point at infinity. */
function jacobian({ x, y }) {
  return { x, y, z: 1n };
}

function double({ x, y, z }) {
  if (z === 0n || y === 0n) return { x: 1n, y: 1n, z: 0n };
  const a = (x * x) % P;
  const b = (y * y) % P;
  const c = (b * b) % P;
  const d = 2n * mod((x + b) * (x + b) - a - c);
  const e = 3n * a;
  const newX = mod(e * e - 2n * d);
  return { x: newX, y: mod(e * (d - newX) - 8n * c), z: (2n * y * z) % P };
}

function add(p, q) {
  if (p.z === 0n) return q;
  if (q.z === 0n) return p;
  const pz = (p.z * p.z) % P;
  const qz = (q.z * q.z) % P;
  const u1 = (p.x * qz) % P;
  const s1 = (((p.y * q.z) % P) * qz) % P;
  const h = mod(q.x * pz - u1);
  const r = mod(((q.y * p.z) % P) * pz - s1);
  if (h === 0n) return r === 0n ? double(p) : { x: 1n, y: 1n, z: 0n };
  const hh = (h * h) % P;
  const hhh = (h * hh) % P;
  const v = (u1 * hh) % P;
  const newX = mod(r * r - hhh - 2n * v);
  return { x: newX, y: mod(r * (v - newX) - s1 * hhh), z: (((p.z * q.z) % P) * h) % P };
}

function multiply(point, scalar) {
  let sum = { x: 1n, y: 1n, z: 0n };
  for (const bit of scalar.toString(2)) {
    sum = double(sum);
    if (bit === "1") sum = add(sum, point);
  }
  return sum;
}

function affine({ x, y, z }) {
  const inverse = invert(z);
  const square = (inverse * inverse) % P;
  return { x: (x * square) % P, y: (((y * square) % P) * inverse) % P };
}

/** @param {{x: bigint, y: bigint}} point @returns the point with the opposite sign */
export function negate({ x, y }) {
  return { x, y: mod(-y) };
}

/**
 * Reads a compressed point: canonical, not at infinity, of the right order.
 * @param {Uint8Array} bytes 48 bytes
 * @returns {{x: bigint, y: bigint}|null} null if it is no such point
 */
export function decodePoint(bytes) {
  const flags = bytes.length === SIGNATURE_BYTES ? bytes[0] >> 5 : 0;
  if (flags !== 0b100 && flags !== 0b101) return null;
  const x = bytesToBig(bytes) & ((1n << 381n) - 1n);
  if (x >= P) return null;
  const root = squareRoot(x * x * x + 4n);
  if (root === null) return null;
  const isLarger = root > (P - 1n) / 2n;
  const point = { x, y: isLarger === (flags === 0b101) ? root : mod(-root) };
  return multiply(jacobian(point), ORDER).z === 0n ? point : null;
}

/** expand_message_xmd with SHA-256 (section 5.3.1). */
export function expandMessage(message, tag, length) {
  const tagPrime = concat(tag, Uint8Array.of(tag.length));
  const first = sha256(concat(
    new Uint8Array(64),
    message,
    u16(length),
    Uint8Array.of(0),
    tagPrime,
  ));
  const blocks = [];
  let last = new Uint8Array(32);
  for (let i = 1; blocks.length * 32 < length; i += 1) {
    last = sha256(concat(first.map((byte, k) => byte ^ last[k]), Uint8Array.of(i), tagPrime));
    blocks.push(last);
  }
  return concat(...blocks).subarray(0, length);
}

const ISO_A =
  0x144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1dn;
const ISO_B =
  0x12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0n;
const ISO_Z = 11n;

/** The simplified SWU map to the isogenous curve (section 6.6.2). */
function mapToIsogenous(u) {
  const zu2 = mod(ISO_Z * u * u);
  const sum = mod(zu2 * zu2 + zu2);
  const x1 =
    sum === 0n
      ? mod(ISO_B * invert(ISO_Z * ISO_A))
      : mod(-ISO_B * invert(ISO_A) * (1n + invert(sum)));
  const curve = (x) => mod(x * x * x + ISO_A * x + ISO_B);
  let x = x1;
  let y = squareRoot(curve(x1));
  if (y === null) {
    x = mod(zu2 * x1);
    y = squareRoot(curve(x));
  }
  return { x, y: (y & 1n) === (u & 1n) ? y : mod(-y) };
}

function evaluate(coefficients, x) {
  return coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % P, 0n);
}

function isogeny({ x, y }) {
  const inverses = [X_DENOMINATOR, Y_DENOMINATOR].map((row) => invert(evaluate(row, x)));
  return {
    x: (evaluate(X_NUMERATOR, x) * inverses[0]) % P,
    y: (((y * evaluate(Y_NUMERATOR, x)) % P) * inverses[1]) % P,
  };
}

/**
 * hash_to_curve (section 3).
 * @param {Uint8Array} message
 * @param {Uint8Array} tag the domain separation tag
 * @returns {{x: bigint, y: bigint}}
 */
export function hashToPoint(message, tag) {
  const bytes = expandMessage(message, tag, 128);
  const points = [0, 64].map((at) => mod(bytesToBig(bytes.subarray(at, at + 64))));
  const [first, second] = points.map((u) => jacobian(isogeny(mapToIsogenous(u))));
  return affine(multiply(add(first, second), EFFECTIVE_COFACTOR));
}
