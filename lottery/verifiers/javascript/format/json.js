/** The one spelling of a JSON value: RFC 8785, restricted as the specification's section 2 says. */

import { fromUtf8 } from "./bytes.js";
import { MalformedError } from "./errors.js";

const KEY = /^[a-z][a-z0-9_]*$/;
const NUMBER = /(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\bfnrt]|u00[01][0-9a-f])/y;
const SHORT = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
const WORDS = [["true", true], ["false", false], ["null", null]];
const MOST_DEPTH = 64;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  refuse(reason) {
    throw new MalformedError(`json-${reason}`, { at: this.at });
  }

  accept(sign) {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  expect(sign) {
    if (!this.accept(sign)) this.refuse("syntax");
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found === null ? null : found[0];
  }

  value(depth) {
    if (depth > MOST_DEPTH) this.refuse("depth");
    if (this.accept("{")) return this.object(depth);
    if (this.accept("[")) return this.array(depth);
    if (this.accept('"')) return this.string();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  number() {
    const digits = this.match(NUMBER);
    if (digits === null || !Number.isSafeInteger(Number(digits))) this.refuse("number");
    return Number(digits);
  }

  /** The rest of a string; each escape must be the one that RFC 8785 uses for its character. */
  string() {
    let value = "";
    while (!this.accept('"')) {
      const plain = this.match(PLAIN);
      const escape = plain === "" ? this.match(ESCAPE) : "";
      if (escape === null) this.refuse("string");
      value += plain;
      if (escape.length === 2) value += SHORT[escape[1]];
      if (escape.length === 6) value += this.controlCharacter(escape);
    }
    return value;
  }

  controlCharacter(escape) {
    const character = String.fromCharCode(parseInt(escape.slice(2), 16));
    if ("\b\f\n\r\t".includes(character)) this.refuse("escape");
    return character;
  }

  array(depth) {
    const items = [];
    if (this.accept("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.accept(","));
    this.expect("]");
    return items;
  }

  object(depth) {
    const members = Object.create(null);
    if (this.accept("}")) return members;
    let last = "";
    do {
      this.expect('"');
      const key = this.string();
      if (!KEY.test(key) || key <= last) this.refuse("key");
      this.expect(":");
      members[key] = this.value(depth + 1);
      last = key;
    } while (this.accept(","));
    this.expect("}");
    return members;
  }
}

/**
 * Reads a value and refuses every spelling but the canonical one.
 * @param {Uint8Array} bytes
 * @returns {unknown} objects have no prototype
 */
export function parseCanonical(bytes) {
  const reader = new Reader(fromUtf8(bytes));
  const value = reader.value(0);
  if (reader.at !== reader.text.length) reader.refuse("syntax");
  return value;
}

/**
 * Writes a value in its one spelling; for values that have been read or made here.
 * @param {unknown} value
 * @returns {string}
 */
export function canonicalText(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** @returns {boolean} whether two values that were read are the same */
export function isSame(a, b) {
  return canonicalText(a) === canonicalText(b);
}
