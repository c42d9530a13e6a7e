/** Signed notes, checkpoints, cosignatures and tlog-proofs (C2SP), strictly spelled. */

import { bytesToBig, concat, fromBase64, fromUtf8, toHex, utf8 } from "./bytes.js";
import { MalformedError } from "./errors.js";
import { verify } from "../crypto/ed25519.js";
import { sha256 } from "../crypto/hash.js";

/** The types of keys (C2SP signed-note, "Signature types"). */
export const KEY_TYPES = Object.freeze({
  ED25519: 1,
  COSIGNATURE_ED25519: 4,
  COSIGNATURE_ML_DSA_44: 6,
});
export const MOST_NOTE_BYTES = 256 * 1024;
export const MOST_SIGNATURES = 64;
export const MOST_PROOF_HASHES = 63;

const KEY_LENGTHS = new Map([[1, 32], [4, 32], [6, 1312]]);
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
/** What Unicode calls White_Space. */
const SPACE = /[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const PROOF_HEADER = "c2sp.org/tlog-proof@v1";
const NUMBER_LIMIT = 2n ** 63n;

function refuse(reason, data) {
  throw new MalformedError(reason, data);
}

/**
 * A decimal number below 2^63 in its one spelling. Above 2^53 it is not exact: it can be compared,
 * and no proof is ever right with it.
 */
export function parseDecimal(text) {
  if (!DECIMAL.test(text) || BigInt(text) >= NUMBER_LIMIT) refuse("bad-decimal", { text: text.slice(0, 40) });
  return Number(text);
}

function isKeyName(name) {
  return name !== "" && !name.includes("+") && !SPACE.test(name);
}

/**
 * Reads a verifier key, `name+keyid+base64`.
 * @param {string} text
 * @returns {{name: string, type: number, key: Uint8Array, id: string}}
 */
export function parseVerifierKey(text) {
  const [name, id, ...rest] = text.split("+");
  if (rest.length === 0 || !isKeyName(name)) refuse("bad-vkey");
  const material = fromBase64(rest.join("+"));
  const type = material[0];
  if (material.length - 1 !== KEY_LENGTHS.get(type)) refuse("bad-vkey-type");
  const computed = toHex(sha256(concat(utf8(`${name}\n`), material)).subarray(0, 4));
  if (computed !== id) refuse("bad-vkey-id", { name, computed });
  return { name, type, key: material.subarray(1), id };
}

function parseSignature(line) {
  const parts = line.split(" ");
  if (parts.length !== 3 || parts[0] !== "—" || !isKeyName(parts[1])) refuse("bad-signature-line");
  const bytes = fromBase64(parts[2]);
  if (bytes.length <= 4) refuse("bad-signature-line");
  return { name: parts[1], id: toHex(bytes.subarray(0, 4)), body: bytes.subarray(4) };
}

/**
 * Reads a signed note.
 * @param {Uint8Array} bytes
 * @returns {{text: string, signatures: object[]}} the text with its last line feed
 */
export function parseNote(bytes) {
  if (bytes.length > MOST_NOTE_BYTES) refuse("note-too-long");
  const note = fromUtf8(bytes);
  if (CONTROL.test(note)) refuse("note-control-character");
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || !note.endsWith("\n") || note.length === blank + 2) refuse("bad-note");
  const lines = note.slice(blank + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) refuse("too-many-signatures");
  if (new Set(lines).size !== lines.length) refuse("repeated-signature");
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

/**
 * Reads a checkpoint of exactly three lines.
 * @param {Uint8Array} bytes
 * @returns {{origin: string, size: number, root: Uint8Array, text: string, signatures: object[]}}
 */
export function parseCheckpoint(bytes) {
  const { text, signatures } = parseNote(bytes);
  const lines = text.slice(0, -1).split("\n");
  if (lines.length !== 3 || lines[0] === "") refuse("bad-checkpoint");
  const [origin, size, root] = [lines[0], parseDecimal(lines[1]), fromBase64(lines[2])];
  if (root.length !== 32) refuse("bad-checkpoint");
  return { origin, size, root, text, signatures };
}

function linesOf(note, key) {
  return note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
}

/**
 * Says whether a note bears the right signature of a key.
 * @param {{text: string, signatures: object[]}} note
 * @param {object} key a parsed verifier key of type 01
 * @returns {boolean} false if it bears none
 * @throws {MalformedError} if it bears a wrong one, which spoils the whole note
 */
export function isSignedBy(note, key) {
  const mine = linesOf(note, key);
  const text = utf8(note.text);
  if (!mine.every(({ body }) => verify(key.key, text, body))) refuse("wrong-signature", { name: key.name });
  return mine.length > 0;
}

/**
 * The times at which a witness cosigned a note.
 * @param {{text: string, signatures: object[]}} note
 * @param {object} key a parsed verifier key; one of type 06 is never counted here
 * @returns {number[]} Unix seconds
 * @throws {MalformedError} if one of its cosignatures is wrong
 */
export function cosignedAt(note, key) {
  if (key.type !== KEY_TYPES.COSIGNATURE_ED25519) return [];
  return linesOf(note, key).map(({ body }) => {
    const time = bytesToBig(body.subarray(0, 8));
    const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
    const isRight = body.length > 8 && time < NUMBER_LIMIT && verify(key.key, message, body.subarray(8));
    if (!isRight) refuse("wrong-signature", { name: key.name });
    return Number(time);
  });
}

function parseHash(line) {
  const hash = fromBase64(line);
  if (hash.length !== 32) refuse("bad-hash");
  return hash;
}

/**
 * Reads a tlog-proof.
 * @param {Uint8Array} bytes
 * @param {{mayHaveExtra?: boolean}} [options] a receipt may have extra data, which proves nothing
 * @returns {{index: number, path: Uint8Array[], checkpoint: Uint8Array}} the checkpoint unread
 */
export function parseProof(bytes, { mayHaveExtra = false } = {}) {
  const text = fromUtf8(bytes);
  const blank = text.indexOf("\n\n");
  if (blank < 0) refuse("bad-proof");
  const lines = text.slice(0, blank).split("\n");
  if (mayHaveExtra && (lines[1] ?? "").startsWith("extra ")) fromBase64(lines.splice(1, 1)[0].slice("extra ".length));
  if (lines[0] !== PROOF_HEADER || !/^index /.test(lines[1] ?? "")) refuse("bad-proof");
  const index = parseDecimal(lines[1].slice("index ".length));
  const path = lines.slice(2).map(parseHash);
  if (path.length > MOST_PROOF_HASHES) refuse("too-many-hashes");
  return { index, path, checkpoint: utf8(text.slice(blank + 2)) };
}

/**
 * Reads a consistency proof, one base64 hash a line; nothing for a proof without hashes.
 * @param {Uint8Array} bytes
 * @returns {Uint8Array[]}
 */
export function parseHashes(bytes) {
  if (bytes.length === 0) return [];
  const text = fromUtf8(bytes);
  if (!text.endsWith("\n")) refuse("bad-hashes");
  const path = text.slice(0, -1).split("\n").map(parseHash);
  if (path.length > MOST_PROOF_HASHES) refuse("too-many-hashes");
  return path;
}
