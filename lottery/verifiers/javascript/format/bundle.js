/** The parts of a bundle, within their limits (docs/spec/lottery-v1.md, section 5). */

import { MOST_ENTRY_BYTES } from "./entries.js";
import { MalformedError } from "./errors.js";
import { parseCanonical } from "./json.js";
import { MOST_NOTE_BYTES, MOST_PROOF_HASHES } from "./note.js";
import { MOST_BYTES, readZip } from "./zip.js";

const FORMAT = "ismdraw-bundle/v1";
const MOST_ENTRIES = 30000;
const MOST_LINE_BYTES = 160;
const MOST_DESCRIPTION_BYTES = 4096;
const HASH_LINE_BYTES = 45;
const MOST_HASHES_BYTES = MOST_PROOF_HASHES * HASH_LINE_BYTES;
const NUMBER = "(?:[0-9]{3}|[1-9][0-9]{3,4})";
const LINE_FEED = 0x0a;

/** Every name that a member may have, and its most bytes. */
const LIMITS = [
  [/^bundle\.json$/, MOST_DESCRIPTION_BYTES],
  [/^list\.ndjson$/, MOST_BYTES],
  [/^phi\.json$/, MOST_ENTRY_BYTES],
  [new RegExp(`^entries/${NUMBER}\\.json$`), MOST_ENTRY_BYTES],
  [new RegExp(`^proofs/${NUMBER}\\.tlog-proof$`), MOST_NOTE_BYTES + MOST_HASHES_BYTES + 100],
  [new RegExp(`^(?:cut|prior/[1-9][0-9]?|later/${NUMBER})\\.checkpoint$`), MOST_NOTE_BYTES],
  [new RegExp(`^(?:cut|prior/[1-9][0-9]?|later/${NUMBER})\\.consistency$`), MOST_HASHES_BYTES],
];

function limitOf(name) {
  const found = LIMITS.find(([pattern]) => pattern.test(name));
  return found === undefined ? null : found[1];
}

function refuse(reason, data) {
  throw new MalformedError(reason, data);
}

function readDescription(members) {
  const member = members.get("bundle.json");
  if (member === undefined) refuse("missing-member", { name: "bundle.json" });
  const value = parseCanonical(member.bytes);
  const names = value !== null && typeof value === "object" ? Object.keys(value).join() : "";
  if (names !== "draw,entries,format,listed,origin") refuse("bad-description");
  const { draw, entries, format, listed, origin } = value;
  const isRight =
    format === FORMAT &&
    typeof draw === "string" &&
    /^[0-9a-f]{64}$/.test(draw) &&
    typeof origin === "string" &&
    [entries, listed].every((number) => typeof number === "number");
  if (!isRight) refuse("bad-description");
  if (entries < 1 || entries > MOST_ENTRIES) refuse("bad-entry-count", { entries });
  return { draw, entries, listed, origin };
}

function bytesOf(members, name) {
  const member = members.get(name);
  if (member === undefined) refuse("missing-member", { name });
  return member.bytes;
}

function readEntries(members, count) {
  const numbered = [...members.keys()].filter((name) => /^(?:entries|proofs)\//.test(name));
  if (numbered.length !== 2 * count) refuse("bad-entry-count", { entries: count });
  return Array.from({ length: count }, (_, i) => {
    const number = String(i).padStart(3, "0");
    return {
      name: `entries/${number}.json`,
      body: bytesOf(members, `entries/${number}.json`),
      proof: bytesOf(members, `proofs/${number}.tlog-proof`),
    };
  });
}

/** All cuts by their name: `cut`, `prior/J`, `later/NNN`. */
function readCuts(members) {
  const cuts = new Map();
  for (const name of [...members.keys()].sort()) {
    const found = /^(cut|(?:prior|later)\/[0-9]+)\.(?:checkpoint|consistency)$/.exec(name);
    if (found === null) continue;
    const [, stem] = found;
    cuts.set(stem, {
      checkpoint: bytesOf(members, `${stem}.checkpoint`),
      consistency: bytesOf(members, `${stem}.consistency`),
    });
  }
  return cuts;
}

function count(bytes, wanted) {
  return bytes.reduce((sum, byte) => sum + (byte === wanted ? 1 : 0), 0);
}

function readList(members, listed) {
  const list = members.get("list.ndjson")?.bytes ?? null;
  const lines = list === null ? 0 : count(list, LINE_FEED);
  if (lines !== listed || (list !== null && list.length > MOST_LINE_BYTES * listed)) {
    refuse("bad-list-length", { listed, lines });
  }
  return list;
}

/**
 * Reads a bundle. What its parts say is not examined yet.
 * @param {Uint8Array} file
 * @returns {object} `draw`, `origin`, `entries`, `cuts`, `list`, `phi`, and `damaged` names
 * @throws {MalformedError}
 */
export function readBundle(file) {
  const members = readZip(file, limitOf);
  const { draw, entries, listed, origin } = readDescription(members);
  return {
    draw,
    origin,
    entries: readEntries(members, entries),
    cuts: readCuts(members),
    list: readList(members, listed),
    phi: members.get("phi.json")?.bytes ?? null,
    damaged: [...members].filter(([, { isDamaged }]) => isDamaged).map(([name]) => name),
  };
}
