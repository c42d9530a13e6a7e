/** An exported log: its entries, from the files of C2SP tlog-tiles. */

import { MalformedError } from "./errors.js";
import { parseCheckpoint } from "./note.js";

const WIDTH = 256;

function refuse(name) {
  throw new MalformedError("bad-log", { name });
}

/** The path of a bundle of entries; `width` 256 is a whole one. */
function bundlePath(number, width) {
  const parts = [String(number % 1000).padStart(3, "0")];
  for (let left = Math.floor(number / 1000); left > 0; left = Math.floor(left / 1000)) {
    parts.unshift(`x${String(left % 1000).padStart(3, "0")}`);
  }
  const partial = width < WIDTH ? `.p/${width}` : "";
  return `tile/entries/${parts.join("/")}${partial}`;
}

function readBundle(bytes, width, name) {
  const entries = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const length = (bytes[at] << 8) | bytes[at + 1];
    at += 2;
    if (length === 0 || at + length > bytes.length) refuse(name);
    entries.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.length || entries.length !== width) refuse(name);
  return entries;
}

/**
 * Reads every entry of an exported log. Whether it is the right log is for V2 to say.
 * @param {(path: string) => Uint8Array|null} open the bytes of a file, null if it is not there
 * @returns {Uint8Array[]}
 * @throws {MalformedError}
 */
export function readLog(open) {
  const note = open("checkpoint");
  if (note === null) refuse("checkpoint");
  const { size } = parseCheckpoint(note);
  const entries = [];
  for (let number = 0; number * WIDTH < size; number += 1) {
    const width = Math.min(WIDTH, size - number * WIDTH);
    const name = bundlePath(number, width);
    const bytes = open(name);
    if (bytes === null) refuse(name);
    for (const entry of readBundle(bytes, width, name)) entries.push(entry);
  }
  return entries;
}
