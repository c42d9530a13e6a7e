/** Files that the reader gives: read whole, on this machine. */

import { MalformedError } from "../format/errors.js";
import { readLog } from "../format/tiles.js";
import { MOST_BYTES, readZip } from "../format/zip.js";

/** @param {File} file @returns {Promise<Uint8Array>} */
export async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}

/** Opens files of a log wherever its folder begins. */
function logFrom(files) {
  const found = [...files.keys()].filter((name) => /(?:^|\/)checkpoint$/.test(name));
  const [checkpoint] = found.sort((a, b) => a.length - b.length);
  if (checkpoint === undefined) throw new MalformedError("bad-log", { name: "checkpoint" });
  const folder = checkpoint.slice(0, -"checkpoint".length);
  return readLog((name) => files.get(folder + name) ?? null);
}

/**
 * Reads an exported log from the files of a folder.
 * @param {File[]} list
 * @returns {Promise<Uint8Array[]>} its entries
 */
export async function logOfFolder(list) {
  const files = new Map();
  for (const file of list) {
    const name = file.webkitRelativePath || file.name;
    if (/(?:^|\/)(?:checkpoint|tile\/entries\/.*)$/.test(name)) files.set(name, await bytesOf(file));
  }
  return logFrom(files);
}

/**
 * Reads an exported log from a zip.
 * @param {File} file
 * @returns {Promise<Uint8Array[]>} its entries
 */
export async function logOfZip(file) {
  const members = readZip(await bytesOf(file), () => MOST_BYTES);
  return logFrom(new Map([...members].map(([name, { bytes }]) => [name, bytes])));
}

/**
 * Reads typed numbers: separated by anything.
 * @param {string} text
 * @returns {number[]|null} null if none were typed
 */
export function numbersIn(text) {
  const found = text.match(/[0-9]+/g);
  return found === null ? null : found.map(Number);
}
