/** DEFLATE (RFC 1951), refusing every stream that zlib refuses, and never past a limit. */

import { MalformedError } from "./errors.js";

const MAX_BITS = 15;
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MOST_LITERALS = 286;
const MOST_DISTANCES = 30;
const END_OF_BLOCK = 256;

function broken() {
  return new MalformedError("bad-deflate");
}

/** Reads bits, the lowest of each byte first. */
class Bits {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.held = 0;
    this.count = 0;
  }

  take(wanted) {
    while (this.count < wanted) {
      if (this.at === this.bytes.length) throw broken();
      this.held |= this.bytes[this.at++] << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << wanted) - 1);
    this.held >>>= wanted;
    this.count -= wanted;
    return value;
  }

  /** Drops what is left of the byte and returns so many whole ones. */
  takeBytes(length) {
    this.held = 0;
    this.count = 0;
    const end = this.at + length;
    if (end > this.bytes.length) throw broken();
    const bytes = this.bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

/** A canonical Huffman code: how many codes of each length there are, and whose they are. */
function huffman(lengths, mayBeIncomplete) {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] += 1;
  let free = 1;
  for (let length = 1; length <= MAX_BITS; length += 1) {
    free = 2 * free - counts[length];
    if (free < 0) throw broken();
  }
  const used = lengths.length - counts[0];
  // As zlib does: an incomplete code only if it is one code of one bit, or none at all.
  if (free > 0 && !(mayBeIncomplete && (used === 0 || (used === 1 && counts[1] === 1)))) throw broken();
  const starts = new Uint16Array(MAX_BITS + 2);
  for (let length = 1; length <= MAX_BITS; length += 1) starts[length + 1] = starts[length] + counts[length];
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length !== 0) symbols[starts[length]++] = symbol;
  });
  return { counts, symbols };
}

function decodeSymbol(bits, { counts, symbols }) {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= MAX_BITS; length += 1) {
    code |= bits.take(1);
    const count = counts[length];
    if (code - count < first) return symbols[index + (code - first)];
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw broken();
}

const FIXED = (() => {
  const lengths = [];
  for (let symbol = 0; symbol < 288; symbol += 1) {
    lengths.push(symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  }
  return { literals: huffman(lengths, false), distances: huffman(new Array(32).fill(5), false) };
})();

function dynamicCodes(bits) {
  const literalCount = bits.take(5) + 257;
  const distanceCount = bits.take(5) + 1;
  const codeCount = bits.take(4) + 4;
  if (literalCount > MOST_LITERALS || distanceCount > MOST_DISTANCES) throw broken();
  const codeLengths = new Array(19).fill(0);
  for (let i = 0; i < codeCount; i += 1) codeLengths[CODE_ORDER[i]] = bits.take(3);
  const code = huffman(codeLengths, false);
  const lengths = [];
  while (lengths.length < literalCount + distanceCount) {
    const symbol = decodeSymbol(bits, code);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    if (symbol === 16 && lengths.length === 0) throw broken();
    const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
    const repeat = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    for (let i = 0; i < repeat; i += 1) lengths.push(value);
  }
  if (lengths.length > literalCount + distanceCount || lengths[END_OF_BLOCK] === 0) throw broken();
  return {
    literals: huffman(lengths.slice(0, literalCount), true),
    distances: huffman(lengths.slice(literalCount), true),
  };
}

/** Where a stream is unpacked to; its size is known beforehand. */
class Output {
  constructor(size) {
    this.bytes = new Uint8Array(size);
    this.at = 0;
  }

  need(length) {
    if (this.at + length > this.bytes.length) throw broken();
  }

  repeat(distance, length) {
    if (distance > this.at) throw broken();
    this.need(length);
    for (let i = 0; i < length; i += 1, this.at += 1) this.bytes[this.at] = this.bytes[this.at - distance];
  }
}

function inflateCodes(bits, output, { literals, distances }) {
  for (;;) {
    const symbol = decodeSymbol(bits, literals);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) {
      output.need(1);
      output.bytes[output.at++] = symbol;
      continue;
    }
    const lengthCode = symbol - END_OF_BLOCK - 1;
    if (lengthCode >= LENGTH_BASE.length) throw broken();
    const length = LENGTH_BASE[lengthCode] + bits.take(LENGTH_BITS[lengthCode]);
    const distanceCode = decodeSymbol(bits, distances);
    if (distanceCode >= DISTANCE_BASE.length) throw broken();
    output.repeat(DISTANCE_BASE[distanceCode] + bits.take(DISTANCE_BITS[distanceCode]), length);
  }
}

function inflateStored(bits, output) {
  const [a, b, c, d] = bits.takeBytes(4);
  const length = a | (b << 8);
  if ((length ^ 0xffff) !== (c | (d << 8))) throw broken();
  output.need(length);
  output.bytes.set(bits.takeBytes(length), output.at);
  output.at += length;
}

/**
 * Unpacks a raw DEFLATE stream that fills its bytes exactly.
 * @param {Uint8Array} packed
 * @param {number} size how many bytes it must give
 * @returns {Uint8Array}
 */
export function inflate(packed, size) {
  const bits = new Bits(packed);
  const output = new Output(size);
  let isLast = false;
  while (!isLast) {
    isLast = bits.take(1) === 1;
    const type = bits.take(2);
    if (type === 0) inflateStored(bits, output);
    else if (type === 1) inflateCodes(bits, output, FIXED);
    else if (type === 2) inflateCodes(bits, output, dynamicCodes(bits));
    else throw broken();
  }
  if (bits.at !== packed.length || output.at !== size) throw broken();
  return output.bytes;
}
