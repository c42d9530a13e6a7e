/** Bytes, and the one spelling that each of them has as text. */

import { MalformedError } from "./errors.js";

const HEX_DIGITS = "0123456789abcdef";
const BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_VALUES = new Map([...BASE64_DIGITS].map((digit, value) => [digit, value]));
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Joins byte strings.
 * @param {...Uint8Array} parts
 * @returns {Uint8Array}
 */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Tells whether two byte strings are the same. Everything here is public: no constant time.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {boolean}
 */
export function equal(a, b) {
  return compare(a, b) === 0;
}

/**
 * Compares bytewise; a prefix comes first.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 * @returns {number} negative, zero or positive
 */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}

/** The 32-byte (or other) value of a fixed length; any other length is a programming error. */
export function exactly(length, bytes) {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}

/** @param {Uint8Array} bytes @returns {string} lower-case hexadecimal */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX_DIGITS[byte >> 4] + HEX_DIGITS[byte & 15];
  return text;
}

/**
 * Reads lower-case hexadecimal.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new MalformedError("bad-hex", { text });
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** @param {string} text @returns {Uint8Array} its UTF-8 */
export function utf8(text) {
  return ENCODER.encode(text);
}

/**
 * Reads UTF-8 and refuses what is not.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function fromUtf8(bytes) {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new MalformedError("bad-utf8");
  }
}

/** @param {number} value @returns {Uint8Array} two bytes, big-endian */
export function u16(value) {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError("not a u16");
  return Uint8Array.of(value >> 8, value & 255);
}

/** @param {number} value @returns {Uint8Array} four bytes, big-endian */
export function u32(value) {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new RangeError("not a u32");
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** @param {number|bigint} value @returns {Uint8Array} eight bytes, big-endian */
export function u64(value) {
  return bigToBytes(BigInt(value), 8);
}

/** @param {Uint8Array} bytes @returns {bigint} big-endian */
export function bytesToBig(bytes) {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** @param {Uint8Array} bytes @returns {bigint} little-endian */
export function littleToBig(bytes) {
  return bytesToBig(Uint8Array.from(bytes).reverse());
}

/** @param {bigint} value @param {number} length @returns {Uint8Array} big-endian */
export function bigToBytes(value, length) {
  const text = value.toString(16).padStart(2 * length, "0");
  if (value < 0n || text.length !== 2 * length) throw new RangeError(`not ${length} bytes`);
  return fromHex(text);
}

/** @param {bigint} value @param {number} length @returns {Uint8Array} little-endian */
export function bigToLittle(value, length) {
  return bigToBytes(value, length).reverse();
}

/** @param {Uint8Array} bytes @returns {string} padded standard base64 */
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64_DIGITS[word >> 18] + BASE64_DIGITS[(word >> 12) & 63];
    text += left > 1 ? BASE64_DIGITS[(word >> 6) & 63] : "=";
    text += left > 2 ? BASE64_DIGITS[word & 63] : "=";
  }
  return text;
}

/**
 * Reads base64 in its one spelling: standard alphabet, padded, zero trailing bits.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function fromBase64(text) {
  const bytes = decodeBase64(text);
  if (bytes === null || toBase64(bytes) !== text) {
    throw new MalformedError("bad-base64", { text: text.slice(0, 80) });
  }
  return bytes;
}

function decodeBase64(text) {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let word = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = i >= text.length - padding ? 0 : BASE64_VALUES.get(text[i]);
    if (value === undefined) return null;
    word = (word << 6) | value;
    if (i % 4 !== 3) continue;
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) {
      bytes[at++] = (word >> shift) & 255;
    }
    word = 0;
  }
  return bytes;
}
