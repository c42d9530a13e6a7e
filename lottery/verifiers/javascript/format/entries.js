/** The closed schemas of log entries (docs/spec/lottery-v1.md, section 3). */

import { MalformedError } from "./errors.js";
import { isSame, parseCanonical } from "./json.js";

export const MOST_ENTRY_BYTES = 65535;

const MOST_WEIGHT_TOTAL = 2 ** 24;
const VRF_MODES = ["C", "D1", "D2"];
const KEY_COUNTS = { C: [2, 32], D1: [1, 1], D2: [2, 2] };
/** What Unicode calls a control character (Cc). */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const matching = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const hex = (bytes) => matching(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const whole = (least = 0, most = Number.MAX_SAFE_INTEGER) => (value) =>
  typeof value === "number" && value >= least && value <= most;
const oneOf = (...words) => (value) => words.includes(value);
const maybe = (kind) => (value) => value === null || kind(value);
const boolean = (value) => typeof value === "boolean";
const token = matching(/^[0-9A-Za-z][0-9A-Za-z._:@/-]{0,63}$/);
const reason = matching(/^[a-z][a-z0-9_]{0,63}$/);
const firm = matching(/^[0-9A-HJ-NPQRTUWXY]{18}$/);

function text(value) {
  if (typeof value !== "string" || CONTROL.test(value)) return false;
  const { length } = [...value];
  return length >= 1 && length <= 200;
}

function list(kind, { least = 0, most = Infinity, areDistinct = false } = {}) {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return false;
    if (!value.every(kind)) return false;
    return !areDistinct || new Set(value).size === value.length;
  };
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An object with exactly these members. */
function record(members) {
  const names = Object.keys(members);
  return (value) =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => name in value && members[name](value[name]));
}

/** An object whose schema its `mode` chooses. */
function byMode(schemas) {
  return (value) => isObject(value) && Object.hasOwn(schemas, value.mode) && schemas[value.mode](value);
}

function ascending(numbers) {
  return numbers.every((number, i) => i === 0 || numbers[i - 1] < number);
}

const numbersAscending = (value) => list(whole(0, 99))(value) && ascending(value);

const source = byMode({
  A: record({ chain: hex(32), mode: oneOf("A"), round: whole(1) }),
  B: record({ game: token, issue: token, mode: oneOf("B") }),
  ...Object.fromEntries(
    VRF_MODES.map((mode) => {
      const [least, most] = KEY_COUNTS[mode];
      return [
        mode,
        record({ keys: list(hex(32), { least, most, areDistinct: true }), mode: oneOf(mode) }),
      ];
    }),
  ),
});

const proofs = list(record({ key: hex(32), pi: hex(80) }), { most: 32 });

const evidence = byMode({
  A: record({ mode: oneOf("A"), round: whole(1), signature: hex(48) }),
  B: record({ mode: oneOf("B"), numbers: numbersAscending, source: text }),
  ...Object.fromEntries(VRF_MODES.map((mode) => [mode, record({ mode: oneOf(mode), proofs })])),
});

const contributors = (value) =>
  list(record({ key: maybe(hex(32)), who: token }), { most: 32 })(value) &&
  new Set(value.map(({ who }) => who)).size === value.length &&
  value.every(({ who }) => !who.startsWith("enrol:"));

const strike = { enrol: whole(), evidence: hex(32), officer: token, reason };
const departure = {
  evidence: hex(32),
  next: maybe(record({ phi: source, t_phi: whole() })),
  reason,
  who: firm,
};

/** The members of each type but `t`, `at` and, where it has one, `draw`. */
const SCHEMAS = {
  genesis: {
    chains: list(hex(32), { most: 16, areDistinct: true }),
    origin: text,
    policy: hex(32),
    software: hex(32),
    spec: hex(32),
    suite: token,
  },
  notice: {
    a: whole(0, 1000),
    alternates: oneOf("ordered", "fresh"),
    attempt: whole(1, 99),
    contributors,
    document: hex(32),
    eligibility_rules: hex(32),
    enrol_close: whole(),
    enrol_open: whole(),
    firm_commits: boolean,
    freeze_by: whole(),
    k: whole(1, 1000),
    need: token,
    phi: source,
    prev: maybe(hex(32)),
    purchaser: firm,
    reveal_by: whole(),
    t_phi: whole(),
    weight_rule: oneOf("equal", "listed"),
  },
  enrol: { enrol_commit: hex(32), seq: whole() },
  withdraw: strike,
  ineligible: strike,
  commit: { commit: hex(32), signature: maybe(hex(64)), who: token },
  close: { commits: whole(), enrolled: whole(), first_index: whole(), last_index: whole() },
  freeze: {
    commits: list(maybe(hex(32)), { most: 32 }),
    enrolled: whole(),
    ineligible: whole(),
    list_digest: hex(32),
    list_root: hex(32),
    n: whole(1, MOST_WEIGHT_TOTAL),
    phi: source,
    weight_total: whole(1, MOST_WEIGHT_TOTAL),
    withdrawn: whole(),
  },
  reveal: { value: hex(32), who: token },
  phi: { evidence },
  result: { order: list(firm, { least: 1, most: 2000 }), order_digest: hex(32), seed: hex(32) },
  decline: departure,
  disqualify: departure,
  replace: {
    evidence: maybe(evidence),
    in: firm,
    out: firm,
    rank: whole(1, MOST_WEIGHT_TOTAL),
  },
  void: { authority: text, order: hex(32), reason },
  audit: { digest: hex(32), rows: whole(), size: whole() },
};

const WITHOUT_DRAW = ["genesis", "notice", "audit"];
const TYPE = /^ismdraw\/([a-z]+)\/v1$/;

function typeOf(value) {
  const found = isObject(value) && typeof value.t === "string" ? TYPE.exec(value.t) : null;
  if (found === null || !Object.hasOwn(SCHEMAS, found[1])) throw new MalformedError("unknown-type");
  return found[1];
}

/** The members that do not fit, so that a sentence can name one. */
function badMembers(value, schema) {
  const names = new Set([...Object.keys(schema), ...Object.keys(value)]);
  const fits = (name) => Object.hasOwn(schema, name) && name in value && schema[name](value[name]);
  return [...names].sort().filter((name) => !fits(name));
}

/**
 * Reads an entry.
 * @param {Uint8Array} bytes
 * @returns {object} its members, and `type`
 * @throws {MalformedError} if it is unreadable: not canonical, of no known type, or not as its schema says
 */
export function readEntry(bytes) {
  if (bytes.length > MOST_ENTRY_BYTES) throw new MalformedError("entry-too-long");
  const value = parseCanonical(bytes);
  const type = typeOf(value);
  const schema = { ...SCHEMAS[type], at: whole(), t: oneOf(value.t) };
  if (!WITHOUT_DRAW.includes(type)) schema.draw = hex(32);
  const bad = badMembers(value, schema);
  if (bad.length > 0) throw new MalformedError("bad-member", { member: bad[0] });
  if (type === "notice" && value.alternates === "fresh" && value.a !== 0) {
    throw new MalformedError("bad-member", { member: "a" });
  }
  return { ...value, type };
}

/**
 * Reads evidence of Φ as `phi.json` has it.
 * @param {Uint8Array} bytes
 * @returns {object}
 */
export function readEvidence(bytes) {
  const value = parseCanonical(bytes);
  if (!evidence(value)) throw new MalformedError("bad-evidence");
  return value;
}

/** @returns {boolean} whether two sources of Φ are the same */
export function isSameSource(a, b) {
  return isSame(a, b);
}
