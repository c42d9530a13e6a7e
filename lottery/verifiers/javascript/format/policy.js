/** Whom the reader trusts: a C2SP tlog-policy, with `#@ismdraw` pins for VRF keys. */

import { UsageError, MalformedError } from "./errors.js";
import { KEY_TYPES, parseVerifierKey } from "./note.js";
import { toHex } from "./bytes.js";

const PIN = "#@ismdraw";
/** The byte order mark that editors on Windows write, one character for each of its bytes. */
const MARK = "\u00ef\u00bb\u00bf";
const MOST_BYTES = 512 * 1024;
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const THRESHOLD = /^[1-9][0-9]{0,3}$/;
const ROLES = new Set(["platform", "supervisor", "trustee"]);
const HEX32 = /^[0-9a-f]{64}$/;
const NONE = "none";
/** The fewest and the most words after each first word. */
const ARITY = new Map([
  ["log", [1, 2]],
  ["witness", [2, 3]],
  ["group", [3, Infinity]],
  ["quorum", [1, 1]],
]);

/** Who is trusted: logs, witnesses, what makes up the quorum, and the VRF keys of each role. */
export class Policy {
  constructor() {
    this.logs = [];
    this.witnesses = new Map();
    this.groups = new Map();
    this.pins = new Map();
    this.quorum = null;
  }

  /** Whether any cosignature is asked for. */
  get isWitnessed() {
    return this.quorum !== NONE;
  }

  /**
   * Says whether witnesses make up the quorum.
   * @param {Set<string>} names as the policy calls them
   */
  isReachedBy(names) {
    const met = new Set(names);
    // A group names only what stands above it, so one pass in the order of the file is enough.
    for (const [name, { threshold, members }] of this.groups) {
      if (members.filter((member) => met.has(member)).length >= threshold) met.add(name);
    }
    return !this.isWitnessed || met.has(this.quorum);
  }

  /**
   * Says whether a key may have a role, and whether the policy says so itself.
   * @param {string} role platform, supervisor or trustee
   * @param {string} key 64 hexadecimal digits
   */
  pinOf(role, key) {
    const pinned = this.pins.get(role);
    return { isPinned: pinned !== undefined, isAccepted: pinned === undefined || pinned.has(key) };
  }
}

class PolicyReader {
  constructor() {
    this.policy = new Policy();
    this.members = new Set();
    this.line = 0;
  }

  refuse(reason) {
    throw new UsageError("policy", { line: this.line, reason });
  }

  read(raw) {
    this.line += 1;
    const line = raw.replace(/^[ \t]+|[ \t]+$/g, "");
    const words = line.split(/[ \t]+/);
    if (line.startsWith(PIN)) this.pin(line.slice(PIN.length), words);
    else if (line !== "" && !line.startsWith("#")) this.directive(words);
  }

  directive([word, ...rest]) {
    const [least, most] = ARITY.get(word) ?? [Infinity, 0];
    if (rest.length < least || rest.length > most) this.refuse("unknown line");
    this[word](rest);
  }

  key(text, types) {
    try {
      const key = parseVerifierKey(decodeOctets(text));
      if (types.includes(key.type)) return key;
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.refuse(error.reason);
    }
    return this.refuse("wrong type of key");
  }

  log([text]) {
    const key = this.key(text, [KEY_TYPES.ED25519]);
    this.refuseRepeated(key, this.policy.logs);
    this.policy.logs.push(key);
  }

  witness([name, text]) {
    this.define(name);
    const key = this.key(text, [KEY_TYPES.COSIGNATURE_ED25519, KEY_TYPES.COSIGNATURE_ML_DSA_44]);
    this.refuseRepeated(key, [...this.policy.witnesses.values()]);
    this.policy.witnesses.set(name, key);
  }

  group([name, threshold, ...members]) {
    for (const member of members) {
      this.refer(member);
      if (this.members.has(member)) this.refuse("member twice");
      this.members.add(member);
    }
    let count = threshold;
    if (threshold === "any") count = "1";
    if (threshold === "all") count = String(members.length);
    if (!THRESHOLD.test(count) || Number(count) > members.length) this.refuse("bad threshold");
    this.define(name);
    this.policy.groups.set(name, { threshold: Number(count), members });
  }

  quorum([name]) {
    if (this.policy.quorum !== null) this.refuse("second quorum");
    if (name !== NONE) this.refer(name);
    this.policy.quorum = name;
  }

  pin(rest, [, ...words]) {
    const [what, role, key] = words;
    const isPin = /^[ \t]/.test(rest) && words.length === 3 && what === "vrf-key";
    if (!isPin || !HEX32.test(key) || !ROLES.has(role)) this.refuse("bad pin");
    if (!this.policy.pins.has(role)) this.policy.pins.set(role, new Set());
    this.policy.pins.get(role).add(key);
  }

  isDefined(name) {
    return this.policy.witnesses.has(name) || this.policy.groups.has(name);
  }

  define(name) {
    if (name === NONE || this.isDefined(name)) this.refuse("name taken");
  }

  refer(name) {
    if (!this.isDefined(name)) this.refuse("name not defined");
  }

  refuseRepeated(key, others) {
    if (others.some((other) => toHex(other.key) === toHex(key.key))) this.refuse("key twice");
  }

  finish() {
    this.line = 0;
    if (this.policy.quorum === null) this.refuse("no quorum");
    if (this.policy.logs.length === 0) this.refuse("no log");
    return this.policy;
  }
}

/** Octets, one to a character, read as UTF-8. */
function decodeOctets(text) {
  try {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedError("bad-utf8");
  }
}

/**
 * Reads a policy.
 * @param {string|Uint8Array} source as typed, or the bytes of a file
 * @returns {Policy}
 * @throws {UsageError} with the number of the line that is broken
 */
export function parsePolicy(source) {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const reader = new PolicyReader();
  if (bytes.length > MOST_BYTES) reader.refuse("too long");
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  if (text.startsWith(MARK)) text = text.slice(MARK.length);
  text = text.replaceAll("\r\n", "\n");
  if (FORBIDDEN.test(text)) reader.refuse("control character");
  for (const line of text.split("\n")) reader.read(line);
  return reader.finish();
}
