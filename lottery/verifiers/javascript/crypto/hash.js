/** SHA-256 and SHA-512 (FIPS 180-4), because a page opened from disk has no WebCrypto. */

const ROUND_WORDS_256 = new Int32Array(64);
const START_256 = new Int32Array(8);
const ROUND_WORDS_512 = new Int32Array(160);
const START_512 = new Int32Array(16);

/** The first 64 bits of the fraction of a root, from which FIPS 180-4 takes its constants. */
function rootFraction(prime, degree) {
  const scaled = BigInt(prime) << BigInt(64 * degree);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= scaled) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low);
}

function fillConstants() {
  const primes = [];
  for (let number = 2; primes.length < 80; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  primes.forEach((prime, index) => {
    const cube = rootFraction(prime, 3);
    ROUND_WORDS_512[2 * index] = Number(cube >> 32n);
    ROUND_WORDS_512[2 * index + 1] = Number(cube & 0xffffffffn);
    if (index < 64) ROUND_WORDS_256[index] = Number(cube >> 32n);
    if (index >= 8) return;
    const square = rootFraction(prime, 2);
    START_512[2 * index] = Number(square >> 32n);
    START_512[2 * index + 1] = Number(square & 0xffffffffn);
    START_256[index] = Number(square >> 32n);
  });
}
fillConstants();

const schedule256 = new Int32Array(64);
const state256 = new Int32Array(8);
const tail256 = new Uint8Array(128);

/** Mixes 64 bytes into the state. A list has many firms: this is written for speed. */
function block256(state, bytes, offset) {
  const w = schedule256;
  for (let i = 0, at = offset; i < 16; i += 1, at += 4) {
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_WORDS_256[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The bytes of 32-bit words, big-endian. */
function bytesOfWords(words) {
  const bytes = new Uint8Array(4 * words.length);
  for (let i = 0, at = 0; i < words.length; i += 1, at += 4) {
    bytes[at] = words[i] >>> 24;
    bytes[at + 1] = words[i] >>> 16;
    bytes[at + 2] = words[i] >>> 8;
    bytes[at + 3] = words[i];
  }
  return bytes;
}

/**
 * SHA-256.
 * @param {Uint8Array} message
 * @returns {Uint8Array} 32 bytes
 */
export function sha256(message) {
  const { length } = message;
  const whole = length - (length % 64);
  state256.set(START_256);
  for (let offset = 0; offset < whole; offset += 64) block256(state256, message, offset);
  const rest = length - whole;
  const end = rest < 56 ? 64 : 128;
  tail256.fill(0);
  for (let i = 0; i < rest; i += 1) tail256[i] = message[whole + i];
  tail256[rest] = 0x80;
  const high = Math.floor(length / 0x20000000);
  const low = length << 3;
  for (let i = 0; i < 4; i += 1) {
    tail256[end - 8 + i] = high >>> (24 - 8 * i);
    tail256[end - 4 + i] = low >>> (24 - 8 * i);
  }
  for (let offset = 0; offset < end; offset += 64) block256(state256, tail256, offset);
  return bytesOfWords(state256);
}

const UNSIGNED = 4294967296;
const schedule512 = new Int32Array(160);

/** The message with its 1 bit, zeros, and length in bits, as whole blocks of SHA-512. */
function padded(message) {
  const bytes = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(bytes.length - 4, (message.length << 3) >>> 0);
  return view;
}

/** Spreads sixteen 64-bit words, as high and low halves, over the eighty of SHA-512. */
function spread512(w, view, offset) {
  for (let i = 0; i < 32; i += 1) w[i] = view.getInt32(offset + 4 * i);
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30];
    const xl = w[i - 29];
    const yh = w[i - 4];
    const yl = w[i - 3];
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const low = (s0l >>> 0) + (s1l >>> 0) + (w[i - 31] >>> 0) + (w[i - 13] >>> 0);
    w[i + 1] = low | 0;
    w[i] = (s0h + s1h + w[i - 32] + w[i - 14] + Math.floor(low / UNSIGNED)) | 0;
  }
}

function block512(state, view, offset) {
  const w = schedule512;
  spread512(w, view, offset);
  const v = Int32Array.from(state);
  for (let i = 0; i < 160; i += 2) {
    const ah = v[0];
    const al = v[1];
    const bh = v[2];
    const bl = v[3];
    const ch = v[4];
    const cl = v[5];
    const eh = v[8];
    const el = v[9];
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const chooseHigh = (eh & v[10]) ^ (~eh & v[12]);
    const chooseLow = (el & v[11]) ^ (~el & v[13]);
    const constantLow = ROUND_WORDS_512[i + 1] >>> 0;
    const low1 = (v[15] >>> 0) + (s1l >>> 0) + (chooseLow >>> 0) + constantLow + (w[i + 1] >>> 0);
    const carry1 = Math.floor(low1 / UNSIGNED);
    const t1h = (v[14] + s1h + chooseHigh + ROUND_WORDS_512[i] + w[i] + carry1) | 0;
    const t1l = low1 | 0;
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const majorityHigh = (ah & bh) ^ (ah & ch) ^ (bh & ch);
    const majorityLow = (al & bl) ^ (al & cl) ^ (bl & cl);
    const low2 = (t1l >>> 0) + (s0l >>> 0) + (majorityLow >>> 0);
    const lowE = (v[7] >>> 0) + (t1l >>> 0);
    const newEh = (v[6] + t1h + Math.floor(lowE / UNSIGNED)) | 0;
    v.copyWithin(2, 0, 14);
    v[8] = newEh;
    v[9] = lowE | 0;
    v[0] = (t1h + s0h + majorityHigh + Math.floor(low2 / UNSIGNED)) | 0;
    v[1] = low2 | 0;
  }
  for (let i = 0; i < 16; i += 2) {
    const low = (state[i + 1] >>> 0) + (v[i + 1] >>> 0);
    state[i] = (state[i] + v[i] + Math.floor(low / UNSIGNED)) | 0;
    state[i + 1] = low | 0;
  }
}

/**
 * SHA-512.
 * @param {Uint8Array} message
 * @returns {Uint8Array} 64 bytes
 */
export function sha512(message) {
  const view = padded(message);
  const state = Int32Array.from(START_512);
  for (let offset = 0; offset < view.byteLength; offset += 128) block512(state, view, offset);
  return bytesOfWords(state);
}
