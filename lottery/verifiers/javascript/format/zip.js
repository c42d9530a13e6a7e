/** A zip that holds its members and nothing else (docs/spec/lottery-v1.md, section 5). */

import { inflate } from "./inflate.js";
import { MalformedError } from "./errors.js";

/** The most bytes of a file, and of all its members together. */
export const MOST_BYTES = 512 * 1024 * 1024;

const MOST_RATIO = 100;
const MOST_EXTRA = 256;
const LOCAL = { magic: 0x04034b50, length: 30 };
const CENTRAL = { magic: 0x02014b50, length: 46 };
const END = { magic: 0x06054b50, length: 22 };
const STORED = 0;
const DEFLATED = 8;
/** Bits 1 and 2 say how hard a writer tried, bit 11 that names are UTF-8: nothing to refuse. */
const HARMLESS_FLAGS = 0x0806;
/** What a member's own header and the directory must say alike. */
const SHARED = ["flags", "method", "crc", "packed", "size", "nameLength"];

function refuse(reason, data) {
  throw new MalformedError(reason, data);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes @returns {number} CRC-32 */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) value = CRC_TABLE[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** The fields that a member's own header and the directory must agree on. */
function sharedFields(view, at) {
  return {
    flags: view.getUint16(at, true),
    method: view.getUint16(at + 2, true),
    crc: view.getUint32(at + 8, true),
    packed: view.getUint32(at + 12, true),
    size: view.getUint32(at + 16, true),
    nameLength: view.getUint16(at + 20, true),
    extraLength: view.getUint16(at + 22, true),
  };
}

function readName(file, at, length) {
  const bytes = file.subarray(at, at + length);
  if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) refuse("zip-name");
  return String.fromCharCode(...bytes);
}

function readEnd(view) {
  const at = view.byteLength - END.length;
  if (at < 0 || view.getUint32(at, true) !== END.magic) refuse("zip-end");
  const [disk, startDisk, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(at + offset, true));
  const [size, offset] = [12, 16].map((field) => view.getUint32(at + field, true));
  const commentLength = view.getUint16(at + 20, true);
  if (commentLength !== 0 || disk !== 0 || startDisk !== 0 || here !== count) refuse("zip-end");
  if (offset + size !== at) refuse("zip-directory");
  return { offset, end: at, count };
}

function readRow(file, view, at, end) {
  if (at + CENTRAL.length > end || view.getUint32(at, true) !== CENTRAL.magic) refuse("zip-directory");
  const row = sharedFields(view, at + 8);
  const [commentLength, disk] = [32, 34].map((offset) => view.getUint16(at + offset, true));
  row.offset = view.getUint32(at + 42, true);
  row.next = at + CENTRAL.length + row.nameLength + row.extraLength;
  const isPlain = commentLength === 0 && disk === 0 && row.extraLength <= MOST_EXTRA;
  if (!isPlain || row.next > end) refuse("zip-directory");
  if ((row.flags & ~HARMLESS_FLAGS) !== 0 || (row.method !== STORED && row.method !== DEFLATED)) {
    refuse("zip-method");
  }
  row.name = readName(file, at + CENTRAL.length, row.nameLength);
  return row;
}

function checkSizes(row, limit) {
  if (limit === null && row.name.endsWith("/")) refuse("zip-folder", { name: row.name });
  if (limit === null) refuse("zip-unknown-member", { name: row.name });
  if (row.size > limit || row.size > MOST_RATIO * Math.max(row.packed, 1)) {
    refuse("zip-member-size", { name: row.name });
  }
  if (row.method === STORED && row.packed !== row.size) refuse("zip-member-size", { name: row.name });
}

/** Where a member's bytes begin, once its own header has said what the directory says. */
function startOf(file, view, row, directory) {
  const at = row.offset;
  const unlike = () => refuse("zip-header", { name: row.name });
  if (at + LOCAL.length > directory || view.getUint32(at, true) !== LOCAL.magic) unlike();
  const own = sharedFields(view, at + 6);
  const isSame = SHARED.every((field) => own[field] === row[field]);
  const start = at + LOCAL.length + own.nameLength + own.extraLength;
  if (!isSame || own.extraLength > MOST_EXTRA || start + row.packed > directory) unlike();
  if (readName(file, at + LOCAL.length, own.nameLength) !== row.name) unlike();
  return start;
}

/**
 * Reads a zip whose members follow one another without a gap, in the order of its directory.
 * @param {Uint8Array} file
 * @param {(name: string) => number|null} limitOf the most bytes of a member; null: no such member
 * @returns {Map<string, {bytes: Uint8Array, isDamaged: boolean}>}
 */
export function readZip(file, limitOf) {
  if (file.length > MOST_BYTES) refuse("zip-size");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { offset: directory, end, count } = readEnd(view);
  const rows = [];
  let at = directory;
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    const row = readRow(file, view, at, end);
    checkSizes(row, limitOf(row.name));
    total += row.size;
    if (total > MOST_BYTES) refuse("zip-size");
    rows.push(row);
    at = row.next;
  }
  if (at !== end) refuse("zip-directory");
  return unpackAll(file, view, rows, directory);
}

function unpackAll(file, view, rows, directory) {
  const members = new Map();
  let at = 0;
  for (const row of rows) {
    if (row.offset !== at) refuse("zip-gap", { name: row.name });
    if (members.has(row.name)) refuse("zip-repeated", { name: row.name });
    const start = startOf(file, view, row, directory);
    at = start + row.packed;
    const packed = file.subarray(start, at);
    const bytes = row.method === STORED ? packed : inflate(packed, row.size);
    members.set(row.name, { bytes, isDamaged: crc32(bytes) !== row.crc });
  }
  if (at !== directory) refuse("zip-gap");
  return members;
}
