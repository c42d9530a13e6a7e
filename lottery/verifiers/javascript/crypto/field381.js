/** The fields of BLS12-381: Fp, Fp2 = Fp[u]/(u²+1) and Fp12 = Fp2[w]/(w⁶−1−u). */

/** The prime of the field. */
export const P =
  0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;

/** @param {bigint} value @returns {bigint} from 0 to P − 1 */
export function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/** @param {bigint} base @param {bigint} exponent @returns {bigint} */
export function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === "1") result = (result * base) % P;
  }
  return result;
}

/** @param {bigint} value not zero @returns {bigint} */
export function invert(value) {
  let [a, b] = [mod(value), P];
  let [x, y] = [1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [b, a] = [a, b - quotient * a];
    [y, x] = [x, y - quotient * x];
  }
  return mod(y);
}

/** @param {bigint} value @returns {bigint|null} a square root, null if there is none */
export function squareRoot(value) {
  const root = power(mod(value), (P + 1n) / 4n);
  return (root * root) % P === mod(value) ? root : null;
}

/** Elements of Fp2 are pairs [a, b] = a + b·u. */
export const fp2 = Object.freeze({
  add: ([a, b], [c, d]) => [mod(a + c), mod(b + d)],
  subtract: ([a, b], [c, d]) => [mod(a - c), mod(b - d)],
  multiply: ([a, b], [c, d]) => [mod(a * c - b * d), mod(a * d + b * c)],
  scale: ([a, b], factor) => [mod(a * factor), mod(b * factor)],
  conjugate: ([a, b]) => [a, mod(-b)],
  isEqual: ([a, b], [c, d]) => a === c && b === d,
  isZero: ([a, b]) => a === 0n && b === 0n,
  /** Times 1 + u, which is w⁶. */
  shift: ([a, b]) => [mod(a - b), mod(a + b)],
  invert([a, b]) {
    const inverse = invert(a * a + b * b);
    return [mod(a * inverse), mod(-b * inverse)];
  },
  power(base, exponent) {
    let result = [1n, 0n];
    for (const bit of exponent.toString(2)) {
      result = fp2.multiply(result, result);
      if (bit === "1") result = fp2.multiply(result, base);
    }
    return result;
  },
  /** A square root, or null: the way of Adj and Rodríguez-Henríquez for P ≡ 3 (mod 4). */
  squareRoot(value) {
    const start = fp2.power(value, (P - 3n) / 4n);
    const candidate = fp2.multiply(start, value);
    const alpha = fp2.multiply(start, candidate);
    const root = fp2.isEqual(alpha, [P - 1n, 0n])
      ? fp2.multiply([0n, 1n], candidate)
      : fp2.multiply(fp2.power(fp2.add([1n, 0n], alpha), (P - 1n) / 2n), candidate);
    return fp2.isEqual(fp2.multiply(root, root), value) ? root : null;
  },
});

/** w to the power of (P − 1)·i, for i = 0 … 5: what Frobenius does to the powers of w. */
const FROBENIUS = (() => {
  const first = fp2.power([1n, 1n], (P - 1n) / 6n);
  const row = [[1n, 0n]];
  while (row.length < 6) row.push(fp2.multiply(row[row.length - 1], first));
  return row;
})();

/** Six coefficients of Fp2 from the sums of a product, before reduction; w⁶ becomes 1 + u. */
function folded(real, imaginary) {
  const result = [];
  for (let k = 0; k < 6; k += 1) {
    const highReal = k < 5 ? real[k + 6] : 0n;
    const highImaginary = k < 5 ? imaginary[k + 6] : 0n;
    result.push([
      mod(real[k] + highReal - highImaginary),
      mod(imaginary[k] + highReal + highImaginary),
    ]);
  }
  return result;
}

/** Elements of Fp12 are six coefficients of w⁰ … w⁵, each of Fp2. */
export const fp12 = Object.freeze({
  one: () => [[1n, 0n], [0n, 0n], [0n, 0n], [0n, 0n], [0n, 0n], [0n, 0n]],
  /** The product; `places` names the coefficients of b that are not zero. */
  multiply(a, b, places = [0, 1, 2, 3, 4, 5]) {
    const real = new Array(11).fill(0n);
    const imaginary = new Array(11).fill(0n);
    for (const j of places) {
      const [c, d] = b[j];
      const sum = c + d;
      for (let i = 0; i < 6; i += 1) {
        const [x, y] = a[i];
        const xc = x * c;
        const yd = y * d;
        real[i + j] += xc - yd;
        imaginary[i + j] += (x + y) * sum - xc - yd;
      }
    }
    return folded(real, imaginary);
  },
  square(a) {
    const real = new Array(11).fill(0n);
    const imaginary = new Array(11).fill(0n);
    for (let i = 0; i < 6; i += 1) {
      const [x, y] = a[i];
      real[2 * i] += (x + y) * (x - y);
      imaginary[2 * i] += 2n * x * y;
      for (let j = i + 1; j < 6; j += 1) {
        const [c, d] = a[j];
        const xc = x * c;
        const yd = y * d;
        real[i + j] += 2n * (xc - yd);
        imaginary[i + j] += 2n * ((x + y) * (c + d) - xc - yd);
      }
    }
    return folded(real, imaginary);
  },
  /** The power P⁶: the sign of w changes. */
  conjugate: (a) => a.map(([x, y], i) => (i % 2 === 0 ? [x, y] : [mod(-x), mod(-y)])),
  /** The power P. */
  frobenius: (a) => a.map((value, i) => fp2.multiply(fp2.conjugate(value), FROBENIUS[i])),
  invert(a) {
    const conjugate = fp12.conjugate(a);
    const norm = fp12.multiply(a, conjugate); // without odd powers of w
    return fp12.multiply(conjugate, invertEven(norm), [0, 2, 4]);
  },
  isOne: (a) => a.every(([x, y], i) => x === (i === 0 ? 1n : 0n) && y === 0n),
});

/** Inverts a + b·v + c·v² with v = w². */
function invertEven([a, , b, , c]) {
  const { multiply, subtract, add, shift } = fp2;
  const first = subtract(multiply(a, a), shift(multiply(b, c)));
  const second = subtract(shift(multiply(c, c)), multiply(a, b));
  const third = subtract(multiply(b, b), multiply(a, c));
  const sum = add(multiply(c, second), multiply(b, third));
  const inverse = fp2.invert(add(multiply(a, first), shift(sum)));
  const zero = [0n, 0n];
  const scaled = [first, second, third].map((value) => multiply(value, inverse));
  return [scaled[0], zero, scaled[1], zero, scaled[2], zero];
}
