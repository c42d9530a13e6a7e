/** The twisted Edwards curve of Ed25519 (RFC 8032, section 5.1), in extended coordinates. */

import { bigToLittle, littleToBig } from "../format/bytes.js";

/** The prime of the field. */
export const P = 2n ** 255n - 19n;
/** The order of the base point. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const SIGN_BIT = 1n << 255n;
const D = mod(-121665n * invert(121666n));
const TWO_D = mod(2n * D);
const SQRT_MINUS_ONE = power(2n, (P - 1n) / 4n);

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  let square = mod(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** The inverse by Euclid's algorithm, which is far quicker here than a power. */
function invert(value) {
  let [a, b] = [mod(value), P];
  let [x, y] = [1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [b, a] = [a, b - quotient * a];
    [y, x] = [x, y - quotient * x];
  }
  return mod(y);
}

/** The neutral point. */
export const ZERO = Object.freeze({ x: 0n, y: 1n, z: 1n, t: 0n });

function affine(x, y) {
  return { x, y, z: 1n, t: mod(x * y) };
}

/** The x that belongs to a y, with the wanted lowest bit, or null if there is none. */
function xOf(y, sign) {
  const ySquare = (y * y) % P;
  const u = mod(ySquare - 1n);
  const v = mod(D * ySquare + 1n);
  const v3 = mod(v * v * v);
  let x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - 5n) / 8n));
  const check = mod(v * x * x);
  if (check === mod(-u)) x = mod(x * SQRT_MINUS_ONE);
  else if (check !== u) return null;
  if (x === 0n && sign) return null;
  return (x & 1n) === (sign ? 1n : 0n) ? x : mod(-x);
}

/** The base point. */
export const BASE = (() => {
  const y = mod(4n * invert(5n));
  return Object.freeze(affine(xOf(y, false), y));
})();

/** @returns the sum of two points */
export function add(p, q) {
  const a = (mod(p.y - p.x) * mod(q.y - q.x)) % P;
  const b = ((p.y + p.x) * (q.y + q.x)) % P;
  const c = (((p.t * TWO_D) % P) * q.t) % P;
  const d = (2n * p.z * q.z) % P;
  const e = b - a;
  const f = d - c;
  const g = d + c;
  const h = b + a;
  return { x: mod(e * f), y: (g * h) % P, z: mod(f * g), t: mod(e * h) };
}

/** @returns twice a point */
export function double(p) {
  const a = (p.x * p.x) % P;
  const b = (p.y * p.y) % P;
  const c = (2n * p.z * p.z) % P;
  const h = a + b;
  const e = h - ((p.x + p.y) * (p.x + p.y)) % P;
  const g = a - b;
  const f = c + g;
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

/** @returns the point with the opposite sign */
export function negate(p) {
  return { x: mod(-p.x), y: p.y, z: p.z, t: mod(-p.t) };
}

const WINDOW = 4;

function smallMultiples(point) {
  const table = [ZERO, point];
  for (let i = 2; i < 2 ** WINDOW; i += 1) table.push(add(table[i - 1], point));
  return table;
}

const BASE_MULTIPLES = smallMultiples(BASE);

/**
 * The sum of multiples, with one run of doublings for all of them. Not constant in time: a
 * verifier has no secrets, and whoever signs with it does so on a machine of his own.
 * @param {...[bigint, object]} terms pairs of a scalar that is not negative and a point
 */
export function combine(...terms) {
  const rows = terms.map(([scalar, point]) => ({
    digits: scalar.toString(2 ** WINDOW),
    table: point === BASE ? BASE_MULTIPLES : smallMultiples(point),
  }));
  const length = Math.max(...rows.map((row) => row.digits.length));
  let sum = ZERO;
  for (let place = length; place > 0; place -= 1) {
    for (let i = 0; i < WINDOW && sum !== ZERO; i += 1) sum = double(sum);
    for (const { digits, table } of rows) {
      const digit = place > digits.length ? 0 : parseInt(digits[digits.length - place], 2 ** WINDOW);
      if (digit !== 0) sum = add(sum, table[digit]);
    }
  }
  return sum;
}

/** @returns {boolean} whether eight times the point is the neutral one */
export function hasSmallOrder(point) {
  const eightfold = double(double(double(point)));
  return eightfold.x === 0n && mod(eightfold.y - eightfold.z) === 0n;
}

/** @param {object} point @returns {Uint8Array} its 32 bytes */
export function encodePoint(point) {
  const inverse = invert(point.z);
  const x = mod(point.x * inverse);
  const y = mod(point.y * inverse);
  return bigToLittle(y | (x & 1n ? SIGN_BIT : 0n), 32);
}

/**
 * Reads a point in its canonical encoding.
 * @param {Uint8Array} bytes
 * @returns {object|null} null if these are not the bytes of a point
 */
export function decodePoint(bytes) {
  if (bytes.length !== 32) return null;
  const number = littleToBig(bytes);
  const sign = (number & SIGN_BIT) !== 0n;
  const y = sign ? number - SIGN_BIT : number;
  if (y >= P) return null;
  const x = xOf(y, sign);
  return x === null ? null : affine(x, y);
}
