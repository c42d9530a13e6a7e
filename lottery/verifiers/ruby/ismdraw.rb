#!/usr/bin/env ruby
# encoding: UTF-8
# frozen_string_literal: true

# A verifier of ismdraw/v1 draws, written from docs/spec/lottery-v1.md and docs/spec/log-v1.md
# alone, so that nobody has to trust the platform's own. It needs Ruby 3.1 and nothing else:
#
#   ruby ismdraw.rb BUNDLE --policy POLICY [--numbers 1,2,3] [--receipt F]… [--log DIR] [--json]
#   ruby ismdraw.rb --batch FILE
#
# All arithmetic is on plain integers. It handles no secret, so it need not hide how long it takes.

require "digest"
require "set"
require "strscan"
require "zlib"

module Ismdraw
  # The input is no bundle or no policy, or the command line makes no sense.
  class Malformed < StandardError; end
  # Something could not be read or does not verify; a check turns it into a finding.
  class Bad < StandardError; end
  # A check needs what another check has found missing.
  class Blocked < StandardError; end

  module_function

  def bad(reason) = raise(Bad, reason)

  # --- Bytes -----------------------------------------------------------------------------------

  def h(*parts) = Digest::SHA256.digest(parts.join)
  def sha512(*parts) = Digest::SHA512.digest(parts.join)
  def leaf(entry) = h("\0", entry)
  def node(left, right) = h("\1", left, right)
  def ds(name) = "ismdraw/v1/#{name}\n\0".b
  def u16(n) = [n].pack("n")
  def u32(n) = [n].pack("N")
  def sized(text) = u16(text.bytesize) + text.b
  def hex(bytes) = bytes.unpack1("H*")
  def unhex(text) = [text].pack("H*")
  def big(bytes) = hex(bytes).to_i(16)
  def little(bytes) = big(bytes.reverse)
  def to_little(n, size) = unhex(n.to_s(16).rjust(2 * size, "0")).reverse

  # Base64 in its one canonical spelling: standard alphabet, padded, no stray bits.
  def base64(text)
    data = text.ascii_only? ? text.unpack1("m0") : bad("base64")
    [data].pack("m0") == text ? data : bad("base64")
  rescue ArgumentError
    bad("base64")
  end

  def hash64(text) = base64(text).then { |data| data.bytesize == 32 ? data : bad("hash") }

  # A number below 2^63 without sign or leading zeros.
  def decimal(text)
    number = text.match?(/\A(?:0|[1-9][0-9]{0,18})\z/) ? text.to_i : bad("number")
    number < 2**63 ? number : bad("number")
  end

  def utf8(data)
    text = data.dup.force_encoding(Encoding::UTF_8)
    text.valid_encoding? ? text : bad("UTF-8")
  end

  def root_of(leaves)
    return h("") if leaves.empty?

    level = leaves
    level = level.each_slice(2).map { |l, r| r ? node(l, r) : l } while level.size > 1
    level[0]
  end

  # RFC 8785, restricted. Only the canonical spelling is in this grammar, so nothing needs to be
  # written out again and compared.
  class Json
    ESCAPES = { "\\\"" => "\"", "\\\\" => "\\", "\\b" => "\b", "\\t" => "\t",
                "\\n" => "\n", "\\f" => "\f", "\\r" => "\r" }.freeze
    # The schemas nest at most four deep.
    DEPTH = 16

    def self.parse(data) = new(Ismdraw.utf8(data)).whole

    def initialize(text) = @in = StringScanner.new(text)

    def whole
      value = read(0)
      @in.eos? ? value : Ismdraw.bad("JSON")
    end

    private

    def read(depth)
      Ismdraw.bad("JSON nests too deeply") if depth > DEPTH
      if @in.skip(/\{/) then object(depth)
      elsif @in.skip(/\[/) then list(/\]/) { read(depth + 1) }
      elsif @in.skip(/"/) then string
      elsif @in.skip(/true/) then true
      elsif @in.skip(/false/) then false
      elsif @in.skip(/null/) then nil
      else number
      end
    end

    def list(close)
      items = []
      return items if @in.skip(close)

      loop do
        items << yield
        return items if @in.skip(close)

        @in.skip(/,/) || Ismdraw.bad("JSON")
      end
    end

    def object(depth)
      pairs = list(/\}/) do
        key = @in.scan(/"[a-z][a-z0-9_]*":/) || Ismdraw.bad("JSON key")
        [key[1..-3], read(depth + 1)]
      end
      keys = pairs.map(&:first)
      keys.each_cons(2).all? { |a, b| a < b } ? pairs.to_h : Ismdraw.bad("JSON keys")
    end

    def string
      text = +""
      until @in.skip(/"/)
        text << (@in.scan(/[^"\\\u0000-\u001f]+/) || ESCAPES[@in.scan(/\\["\\btnfr]/)] || control)
      end
      text
    end

    def control
      code = @in.scan(/\\u00[01][0-9a-f]/) || Ismdraw.bad("JSON string")
      sign = code[2..].to_i(16).chr(Encoding::UTF_8)
      ESCAPES.value?(sign) ? Ismdraw.bad("JSON escape") : sign
    end

    def number
      digits = @in.scan(/0|[1-9][0-9]{0,15}/) || Ismdraw.bad("JSON number")
      digits.to_i < 2**53 ? digits.to_i : Ismdraw.bad("JSON number")
    end
  end

  # --- edwards25519: RFC 8032 signatures, RFC 9381 VRF suite 0x03 -------------------------------

  module Edwards
    P = 2**255 - 19
    L = 2**252 + 27_742_317_777_372_353_535_851_937_790_883_648_493
    D = -121_665 * 121_666.pow(P - 2, P) % P
    ROOT = 2.pow((P - 1) / 4, P)
    ZERO = [0, 1, 1, 0].freeze
    SUITE = "\x03".b

    module_function

    # RFC 8032, 5.1.3; a y that is not reduced, and minus zero, are refused.
    def decode(bytes)
      n = Ismdraw.little(bytes)
      sign = n >> 255
      y = n % 2**255
      u = (y * y - 1) % P
      v = (D * y * y + 1) % P
      x = u * v**3 * (u * v**7).pow((P - 5) / 8, P) % P
      x = x * ROOT % P if (v * x * x - u) % P != 0
      Ismdraw.bad("point") if y >= P || (v * x * x - u) % P != 0 || (x.zero? && sign == 1)
      x = P - x if x[0] != sign
      [x, y, 1, x * y % P]
    end

    def encode(point)
      inverse = point[2].pow(P - 2, P)
      x = point[0] * inverse % P
      Ismdraw.to_little(point[1] * inverse % P | x[0] << 255, 32)
    end

    def add(one, two)
      x1, y1, z1, t1 = one
      x2, y2, z2, t2 = two
      a = (y1 - x1) * (y2 - x2)
      b = (y1 + x1) * (y2 + x2)
      c = 2 * D * t1 % P * t2
      d = 2 * z1 * z2
      e = (b - a) % P
      f = (d - c) % P
      g = (d + c) % P
      s = (b + a) % P
      [e * f % P, g * s % P, f * g % P, e * s % P]
    end

    # n·A + m·B, bit by bit together.
    def sum(n, one, m, two)
      both = add(one, two)
      [n.bit_length, m.bit_length].max.downto(0).reduce(ZERO) do |total, bit|
        total = add(total, total)
        case [n[bit], m[bit]]
        in [1, 1] then add(total, both)
        in [1, 0] then add(total, one)
        in [0, 1] then add(total, two)
        else total
        end
      end
    end

    def negate((x, y, z, t)) = [P - x, y, z, P - t]
    def eight(point) = 3.times.reduce(point) { |total| add(total, total) }
    def zero?(point) = (point[0] % P).zero? && ((point[1] - point[2]) % P).zero?
    def small?(point) = zero?(eight(point))

    BASE = decode(Ismdraw.to_little(4 * 5.pow(P - 2, P) % P, 32)).freeze

    # RFC 8032, 5.1.7, without the cofactor; key and R are canonical and not of small order.
    def signed?(key, message, signature)
      return false if signature.bytesize != 64 || Ismdraw.little(signature[32..]) >= L

      point = decode(key)
      k = Ismdraw.little(Ismdraw.sha512(signature[0, 32], key, message)) % L
      r = sum(Ismdraw.little(signature[32..]), BASE, k, negate(point))
      !small?(point) && !small?(r) && encode(r) == signature[0, 32]
    rescue Bad
      false
    end

    # RFC 9381, 5.2 and 5.3, with the key validation of 5.4.5; returns beta.
    def vrf(key, alpha, proof)
      point = decode(key)
      gamma = decode(proof[0, 32])
      c = proof[32, 16]
      s = Ismdraw.little(proof[48, 32])
      Ismdraw.bad("VRF key or proof") if small?(point) || s >= L
      hashed = to_curve(key, alpha)
      n = Ismdraw.little(c)
      u = sum(s, BASE, n, negate(point))
      v = sum(s, hashed, n, negate(gamma))
      points = [point, hashed, gamma, u, v].map { |each| encode(each) }
      Ismdraw.bad("VRF proof") if Ismdraw.sha512(SUITE, "\2", *points, "\0")[0, 16] != c
      Ismdraw.sha512(SUITE, "\3", encode(eight(gamma)), "\0")
    end

    # RFC 9381, 5.4.1.1: try and increment.
    def to_curve(key, alpha)
      256.times do |counter|
        digest = Ismdraw.sha512(SUITE, "\1", key, alpha, counter.chr.b, "\0")
        point = eight(decode(digest[0, 32]))
        return point unless zero?(point)
      rescue Bad
        next
      end
      Ismdraw.bad("VRF input")
    end
  end

  # --- BLS12-381: drand signatures in G1 --------------------------------------------------------

  # Fp12 is taken flat, as Fp[w]/(w^12 - 2w^6 + 2): w^6 = 1 + i, where i^2 = -1. Fp2 = Fp[i] are
  # pairs. Slow by the standards of libraries, fast enough for one pairing, and short.
  module Bls
    P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab
    R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
    X = 0xd201000000010000 # The curve's parameter is -X.
    TAG = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
    G2 = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e" \
         "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
    # RFC 9380, 8.8.1: the curve E' that is 11-isogenous to ours.
    ISO_A = 0x144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d
    ISO_B = 0x12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0
    # The kernel polynomial of that isogeny, from x^0 to x^5; its square is x_den of appendix E.2.
    KERNEL = [
      0x133341fb0962a34cb0504a9c4fada0a5090d38679b4c040d5d1c3afb023a3409fcc0815fea66d8b02bbef9c8b5a66e07,
      0x264908af037bcede00d054cf5d4775e83eb6cf63c76b969f8ed174fb59fcff78d201f46f6cfc4ed6552e59ce75177b0,
      0x1335c502c1f54c49aceea65e87fd7203ba0f626f305fc0cfd606a5dae9f3c8e81a4b3b69600129fabd307c69bf319d39,
      0x94440f65f408a6e930e16e3e92dd17bf60d6e9679a8d3d58593de55ac23703042d609537eb3549aac234d896ca82944,
      0x4afe09d5cf4956a23b6b71f59d2b3407b415a774b7be81bbb6fa99cbc798e0ac98ba725a5bc328016b1c268b4766e85,
      1
    ].freeze
    Z = 11

    module_function

    def inv(a) = a.pow(P - 2, P)
    def sqrt(a) = a.pow((P + 1) / 4, P).then { |root| (root * root - a) % P == 0 ? root : nil }

    # G1: affine points [x, y], nil for infinity.
    def g1_add(one, two)
      return one || two unless one && two
      return nil if one[0] == two[0] && ((one[1] + two[1]) % P).zero?

      rise, run = one == two ? [3 * one[0]**2, 2 * one[1]] : [two[1] - one[1], two[0] - one[0]]
      slope = rise * inv(run) % P
      x = (slope * slope - one[0] - two[0]) % P
      [x, (slope * (one[0] - x) - one[1]) % P]
    end

    def g1_times(n, point)
      (n.bit_length - 1).downto(0).reduce(nil) do |total, bit|
        total = g1_add(total, total)
        n[bit] == 1 ? g1_add(total, point) : total
      end
    end

    # 48 bytes: compressed, not infinity, x reduced, in the subgroup.
    def g1_decode(bytes)
      flags = bytes.getbyte(0) >> 5
      x = Ismdraw.big(bytes) % 2**381
      Ismdraw.bad("G1 encoding") if flags[2] != 1 || flags[1] != 0 || x >= P
      y = sqrt((x**3 + 4) % P) || Ismdraw.bad("G1 point")
      y = P - y if (2 * y > P) != (flags[0] == 1)
      g1_times(R, [x, y]).nil? ? [x, y] : Ismdraw.bad("G1 subgroup")
    end

    # RFC 9380: expand_message_xmd to 128 bytes, simplified SWU, isogeny, cofactor.
    def hash_to_g1(message, tag)
      prime = tag + [tag.bytesize].pack("C")
      zero = Ismdraw.h("\0" * 64, message, Ismdraw.u16(128), "\0", prime)
      blocks = [Ismdraw.h(zero, "\1", prime)]
      (2..4).each do |i|
        mixed = zero.bytes.zip(blocks[-1].bytes).map { |a, b| a ^ b }.pack("C*")
        blocks << Ismdraw.h(mixed, [i].pack("C"), prime)
      end
      points = blocks.join.scan(/.{64}/mn).map { |half| isogeny(*swu(Ismdraw.big(half) % P)) }
      g1_times(X + 1, g1_add(*points))
    end

    # RFC 9380, 6.6.2, to the curve y^2 = x^3 + ISO_A x + ISO_B.
    def swu(u)
      t = (Z * Z * u**4 + Z * u * u) % P
      x = t.zero? ? ISO_B * inv(Z * ISO_A % P) : -ISO_B * inv(ISO_A) * (1 + inv(t))
      y = sqrt((x**3 + ISO_A * x + ISO_B) % P)
      y ||= (x = Z * u * u * x) && sqrt((x**3 + ISO_A * x + ISO_B) % P)
      [x % P, y[0] == u[0] ? y : P - y]
    end

    # Velu's formulas in the form of Kohel: X(x) from the kernel polynomial, and Y = y·X'(x),
    # scaled by 1/11 to land on y^2 = x^3 + 4.
    def isogeny(x, y)
      k0, k1, k2, k3 = (0..3).map { |order| derivative(order, x) }
      return nil if k0.zero?

      over = inv(k0)
      r = k1 * over % P
      r1 = (k2 * over - r * r) % P
      r2 = (k3 * over - 3 * r * r1 - r**3) % P
      f = x**3 + ISO_A * x + ISO_B
      f1 = 3 * x * x + ISO_A
      new_x = 11 * x + 2 * KERNEL[4] - 2 * f1 * r - 4 * f * r1
      slope = 11 - 12 * x * r - 6 * f1 * r1 - 4 * f * r2
      scale = inv(Z)
      [new_x * scale**2 % P, y * slope * scale**3 % P]
    end

    # The value at x of a derivative of the kernel polynomial.
    def derivative(order, x)
      (order..5).sum { |i| KERNEL[i] * (i - order + 1..i).reduce(1, :*) * x**(i - order) } % P
    end

    # Fp2 as [real, imaginary].
    def f2_mul((a, b), (c, d)) = [(a * c - b * d) % P, (a * d + b * c) % P]
    def f2_inv((a, b)) = inv((a * a + b * b) % P).then { |n| [a * n % P, -b * n % P] }
    def f2_sub((a, b), (c, d)) = [(a - c) % P, (b - d) % P]

    def f2_sqrt(square)
      # The root of x^3 + 4(1 + i) by the complex method; P = 3 mod 4.
      a, b = square
      norm = sqrt((a * a + b * b) % P) || Ismdraw.bad("G2 point")
      half = inv(2)
      real = sqrt((a + norm) * half % P) || sqrt((a - norm) * half % P)
      [real, b * inv(2 * real) % P]
    end

    # A compressed point of the twist; used only for the two constants below.
    def g2_decode(text)
      n = text.to_i(16)
      x = [n % 2**384, (n >> 384) % 2**381]
      y = f2_sqrt(f2_mul(f2_mul(x, x), x).map { |part| (part + 4) % P })
      greater = y[1].zero? ? 2 * y[0] > P : 2 * y[1] > P
      y = y.map { |part| -part % P } if greater != (n[381] == 1)
      [x, y]
    end

    def mul(one, two)
      wide = Array.new(23, 0)
      one.each_with_index do |a, i|
        next if a.zero?

        two.each_with_index { |b, j| wide[i + j] += a * b unless b.zero? }
      end
      22.downto(12) do |i|
        wide[i - 6] += 2 * wide[i]
        wide[i - 12] -= 2 * wide[i]
      end
      wide.first(12).map { |a| a % P }
    end

    # One step of the Miller loop: the line through two points of the twist, at a point of G1,
    # and their sum. The line is scaled by w^3, which the final exponentiation removes.
    def step(one, two, point)
      run = one == two ? one[1].map { |a| 2 * a } : f2_sub(two[0], one[0])
      rise = one == two ? f2_mul([3, 0], f2_mul(one[0], one[0])) : f2_sub(two[1], one[1])
      slope = f2_mul(rise, f2_inv(run))
      x = f2_sub(f2_sub(f2_mul(slope, slope), one[0]), two[0])
      y = f2_sub(f2_mul(slope, f2_sub(one[0], x)), one[1])
      a, b = f2_sub(f2_mul(slope, one[0]), one[1])
      c, d = slope.map { |part| -part * point[0] % P }
      [[a - b, 0, c - d, point[1], 0, 0, b, 0, d, 0, 0, 0], [x, y]]
    end

    # Whether the product of e(point, q) over all pairs is one.
    def pairing_one?(pairs)
      f = [1] + [0] * 11
      sums = pairs.map(&:last)
      (X.bit_length - 2).downto(0) do |bit|
        f = mul(f, f)
        pairs.each_with_index do |(point, q), i|
          line, sums[i] = step(sums[i], sums[i], point)
          f = mul(f, line)
          next if X[bit].zero?

          line, sums[i] = step(sums[i], q, point)
          f = mul(f, line)
        end
      end
      final_exponentiation(f) == [1] + [0] * 11
    end

    # w^(P^2) is w times a sixth root of unity, so that this Frobenius is a scaling.
    TURN = begin
      n = (P * P - 1) / 6
      (n.bit_length - 1).downto(0).reduce([1, 0]) do |total, bit|
        total = f2_mul(total, total)
        n[bit] == 1 ? f2_mul(total, [1, 1]) : total
      end[0]
    end

    def frobenius2(f, times = 1) = f.each_with_index.map { |a, i| a * TURN.pow(i * times, P) % P }

    # f^((P^12 - 1)/R) = (f^(P^6 - 1))^(P^2 + 1), and that to (P^4 - P^2 + 1)/R.
    def final_exponentiation(f)
      others = (1..5).map { |times| frobenius2(f, times) }.reduce { |a, b| mul(a, b) }
      norm = mul(f, others) # In Fp2: only w^0 and w^6.
      real, imaginary = f2_inv([norm[0] + norm[6], norm[6]])
      inverse = mul(others, [real - imaginary, 0, 0, 0, 0, 0, imaginary, 0, 0, 0, 0, 0])
      g = mul(frobenius2(f, 3), inverse)
      g = mul(g, frobenius2(g))
      n = (P**4 - P**2 + 1) / R
      (n.bit_length - 2).downto(0).reduce(g) do |total, bit|
        total = mul(total, total)
        n[bit] == 1 ? mul(total, g) : total
      end
    end

    # drand's scheme bls-unchained-g1-rfc9380: e(signature, G2) = e(H(message), key).
    def signed?(key, message, signature)
      x, y = hash_to_g1(message, TAG)
      pairing_one?([[g1_decode(signature), g2_decode(G2)], [[x, P - y], g2_decode(key)]])
    end
  end

  # drand chains that are believed, by hash. A chain that ends stays, for its old draws.
  CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971" => {
      genesis: 1_692_803_367, period: 3,
      key: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" \
           "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    }
  }.freeze
  # Games of mode B: how many numbers, and the greatest.
  GAMES = { "cwl-kl8" => [20, 80, /\A[0-9]{7}\z/] }.freeze

  # Verifying the same thing twice is common in a batch, and among the cuts of one bundle.
  CACHE = {} # rubocop:disable Style/MutableConstant

  def once(*key)
    digest = h(key.map { |part| sized(part.to_s) }.join)
    CACHE.clear if CACHE.size > 100_000
    CACHE.fetch(digest) { CACHE[digest] = yield }
  end

  def ed25519?(key, message, signature)
    once("ed25519", key, h(message), signature) { Edwards.signed?(key, message, signature) }
  end

  def drand?(chain, round, signature)
    once("drand", chain, round, signature) do
      Bls.signed?(CHAINS[chain][:key], h([round].pack("Q>")), unhex(signature))
    rescue Bad
      false
    end
  end

  # The first round of a chain at or after an instant.
  def round_from(chain, instant)
    ([instant - chain[:genesis], 0].max + chain[:period] - 1) / chain[:period] + 1
  end

  # --- C2SP: keys, notes, checkpoints, proofs, policies -----------------------------------------

  Key = Struct.new(:name, :type, :key) do
    def id = Ismdraw.h(name, "\n", [type].pack("C"), key)[0, 4]
    def names?(line) = line.name == name && line.id == id
  end

  def parse_key(text)
    name, id, material = text.split("+", 3)
    data = base64(material || bad("key"))
    bad("key") if data.empty?
    key = Key.new(name, data.getbyte(0), data.byteslice(1..))
    size = { 1 => 32, 4 => 32, 6 => 1312 }[key.type]
    bad("key") if name.empty? || name.match?(/[[:space:]]/) || key.key.bytesize != size || hex(key.id) != id
    key
  end

  Line = Struct.new(:name, :id, :signature)

  # A signed note of exactly three lines. Signatures are looked at later.
  class Checkpoint
    attr_reader :origin, :size, :root, :text, :lines

    def initialize(data)
      note = Ismdraw.utf8(data)
      Ismdraw.bad("control character") if note.match?(/[\u0000-\u0009\u000b-\u001f]/)
      body, gap, tail = note.rpartition("\n\n")
      Ismdraw.bad("note") if gap.empty? || !tail.end_with?("\n")
      @text = "#{body}\n"
      @origin, size, root, *rest = body.split("\n", -1)
      Ismdraw.bad("lines") if root.nil? || rest.any? || @origin.empty?
      @size = Ismdraw.decimal(size)
      @root = Ismdraw.hash64(root)
      lines = tail.chomp.split("\n", -1)
      Ismdraw.bad("repeated line") if lines.uniq.size != lines.size
      @lines = lines.map { |line| parse(line) }
    end

    # Whether a log's key has signed; a line of it that is wrong spoils the note.
    def signed_by?(key)
      mine = lines.select { |line| key.names?(line) }
      right = mine.all? { |line| Ismdraw.ed25519?(key.key, text.b, line.signature) }
      right ? mine.any? : Ismdraw.bad("signature of #{key.name}")
    end

    # When a witness says it saw this; time 0 is none.
    def times_of(key)
      return [] if key.type != 4

      times = lines.select { |line| key.names?(line) }.map { |line| cosigned(key, line.signature) }
      times - [0]
    end

    private

    def parse(line)
      dash, name, data, *rest = line.split(/ /, -1)
      right = dash == "—" && data && rest.empty? && !name.empty? && !name.match?(/[[:space:]+]/)
      data = Ismdraw.base64(right ? data : Ismdraw.bad("signature line"))
      data.bytesize > 4 ? Line.new(name, data[0, 4], data[4..]) : Ismdraw.bad("short signature")
    end

    def cosigned(key, signature)
      time = Ismdraw.big(signature[0, 8])
      message = "cosignature/v1\ntime #{time}\n#{text}".b
      right = time < 2**63 && Ismdraw.ed25519?(key.key, message, signature[8..] || "")
      right ? time : Ismdraw.bad("cosignature of #{key.name}")
    end
  end

  # Index, hashes and checkpoint of a tlog-proof; a receipt may have an extra line.
  def parse_proof(data, extra: false)
    head, gap, checkpoint = utf8(data).partition("\n\n")
    first, *lines = head.split("\n", -1)
    bad("proof") if gap.empty? || first != "c2sp.org/tlog-proof@v1"
    base64(lines.shift.delete_prefix("extra ")) if extra && lines[0]&.start_with?("extra ")
    index = lines.shift.to_s
    bad("proof index") unless index.start_with?("index ")
    bad("proof length") if lines.size > 63
    [decimal(index.delete_prefix("index ")), lines.map { |line| hash64(line) }, checkpoint.b]
  end

  def parse_hashes(data)
    lines = utf8(data).split("\n", -1)
    lines.pop.to_s.empty? ? lines.map { |line| hash64(line) } : bad("hashes")
  end

  # RFC 9162, 2.1.3.2.
  def included?(leaf, index, size, path, root)
    return false if index >= size

    node, last = index, size - 1
    hash = path.reduce(leaf) do |below, sibling|
      return false if last.zero?

      if node.odd? || node == last
        below = node(sibling, below)
        node, last = node >> 1, last >> 1 until node.odd? || node.zero?
      else
        below = node(below, sibling)
      end
      node, last = node >> 1, last >> 1
      below
    end
    last.zero? && hash == root
  end

  # RFC 9162, 2.1.4.2.
  def consistent?(old_size, old_root, size, root, path)
    return false if old_size.zero? || old_size > size
    return path.empty? && old_root == root if old_size == size

    path = [old_root, *path] if (old_size & (old_size - 1)).zero?
    return false if path.empty?

    node, last = old_size - 1, size - 1
    node, last = node >> 1, last >> 1 while node.odd?
    old = new = path[0]
    path.drop(1).each do |sibling|
      return false if last.zero?

      if node.odd? || node == last
        old, new = node(sibling, old), node(sibling, new)
        node, last = node >> 1, last >> 1 until node.odd? || node.zero?
      else
        new = node(new, sibling)
      end
      node, last = node >> 1, last >> 1
    end
    last.zero? && old == old_root && new == root
  end

  # A C2SP tlog-policy; names are opaque octets.
  class Policy
    attr_reader :logs, :witnesses, :pins

    def initialize(data)
      Ismdraw.bad("policy: size") if data.bytesize > 512 * 1024
      # What editors on Windows write without being asked.
      text = data.b.delete_prefix("\xEF\xBB\xBF".b).gsub("\r\n".b, "\n".b)
      Ismdraw.bad("policy: control character") if text.match?(/[\x00-\x08\x0b-\x1f\x7f]/n)
      @logs, @witnesses, @groups, @pins, @used = [], {}, {}, Hash.new { |all, role| all[role] = [] }, []
      text.split("\n", -1).each_with_index do |line, i|
        read(line.gsub(/\A[ \t]+|[ \t]+\z/n, ""))
      rescue Bad => e
        raise Bad, "policy, line #{i + 1}: #{e.message}"
      end
      Ismdraw.bad("policy: no quorum") unless @quorum
      Ismdraw.bad("policy: no log") if logs.empty?
    end

    def none? = @quorum == "none"
    def met?(names) = none? || holds?(@quorum, names)

    private

    def holds?(name, names)
      least, members = @groups[name]
      members ? members.count { |member| holds?(member, names) } >= least : names.include?(name)
    end

    def read(line)
      return if line.empty?

      words = line.split(/[ \t]+/n)
      if line.start_with?("#")
        return line.start_with?('#@ismdraw') ? pin(words) : nil
      end
      case words
      in ["log", key, *url] if url.size < 2 then log(key)
      in ["witness", name, key, *url] if url.size < 2 then witness(name, key)
      in ["group", name, least, _, *] then group(name, least, words[3..])
      in ["quorum", name] then quorum(name)
      else Ismdraw.bad("unknown line")
      end
    end

    def key(text, types, others)
      key = Ismdraw.parse_key(Ismdraw.utf8(text))
      Ismdraw.bad("type of key") unless types.include?(key.type)
      Ismdraw.bad("repeated key") if others.any? { |other| other.key == key.key }
      key
    end

    def log(text) = logs << key(text, [1], logs)

    def witness(name, text)
      define(name)
      witnesses[name] = key(text, [4, 6], witnesses.values)
    end

    def group(name, least, members)
      define(name)
      Ismdraw.bad("unknown member") unless members.all? { |member| known?(member) }
      Ismdraw.bad("member twice") if (members & @used).any? || members.uniq.size != members.size
      @used += members
      least = { "any" => "1", "all" => members.size.to_s }.fetch(least, least)
      right = least.match?(/\A[1-9][0-9]*\z/) && least.to_i <= members.size
      @groups[name] = [right ? least.to_i : Ismdraw.bad("threshold"), members]
    end

    def quorum(name)
      Ismdraw.bad("second quorum") if @quorum
      Ismdraw.bad("unknown quorum") unless name == "none" || known?(name)
      @quorum = name
    end

    def pin(words)
      case words
      in ['#@ismdraw', "vrf-key", "platform" | "supervisor" | "trustee" => role, /\A[0-9a-f]{64}\z/ => key] then @pins[role] |= [key]
      else Ismdraw.bad("pin")
      end
    end

    def known?(name) = witnesses.key?(name) || @groups.key?(name)
    def define(name) = name == "none" || known?(name) ? Ismdraw.bad("name is taken") : nil
  end

  # --- The schemas of log entries ---------------------------------------------------------------

  module Schema
    def self.match(regex) = ->(v) { v.is_a?(String) && v.match?(regex) }
    def self.bytes(size) = match(/\A[0-9a-f]{#{2 * size}}\z/)
    def self.whole(least, most) = ->(v) { v.is_a?(Integer) && v.between?(least, most) }
    def self.maybe(type) = ->(v) { v.nil? || type.(v) }
    def self.word(*words) = ->(v) { words.include?(v) }
    def self.list(sizes, type) = ->(v) { v.is_a?(Array) && sizes.cover?(v.size) && v.all?(&type) }
    def self.distinct(list) = ->(v) { list.(v) && v.uniq.size == v.size }

    def self.record(members)
      names = members.keys.sort
      ->(v) { v.is_a?(Hash) && v.keys == names && members.all? { |name, type| type.(v[name]) } }
    end

    # An object whose `mode` says which members it has.
    def self.by_mode(modes) = ->(v) { v.is_a?(Hash) && modes.key?(v["mode"]) && modes[v["mode"]].(v) }

    N = whole(0, 2**53 - 1)
    HEX32 = bytes(32)
    TOKEN = match(%r{\A[0-9A-Za-z][0-9A-Za-z._:@/-]{0,63}\z})
    REASON = match(/\A[a-z][a-z0-9_]{0,63}\z/)
    FIRM = match(/\A[0-9A-HJ-NPQRTUWXY]{18}\z/)
    TEXT = match(/\A[^\u0000-\u001f\u007f-\u009f]{1,200}\z/)
    MODE = ->(v) { v.is_a?(String) }

    keys = ->(sizes) { record("keys" => distinct(list(sizes, HEX32)), "mode" => MODE) }
    SOURCE = by_mode(
      "A" => record("chain" => HEX32, "mode" => MODE, "round" => whole(1, 2**53 - 1)),
      "B" => record("game" => TOKEN, "issue" => TOKEN, "mode" => MODE),
      "C" => keys.(2..32), "D1" => keys.(1..1), "D2" => keys.(2..2)
    )
    numbers = list((0..), whole(0, 99))
    ascending = ->(v) { numbers.(v) && v.each_cons(2).all? { |a, b| a < b } }
    proofs = record("mode" => MODE, "proofs" => list(0..32, record("key" => HEX32, "pi" => bytes(80))))
    EVIDENCE = by_mode(
      "A" => record("mode" => MODE, "round" => whole(1, 2**53 - 1), "signature" => bytes(48)),
      "B" => record("mode" => MODE, "numbers" => ascending, "source" => TEXT),
      "C" => proofs, "D1" => proofs, "D2" => proofs
    )

    removal = { "draw" => HEX32, "enrol" => N, "reason" => REASON, "evidence" => HEX32, "officer" => TOKEN }
    departure = { "draw" => HEX32, "who" => FIRM, "reason" => REASON, "evidence" => HEX32,
                  "next" => maybe(record("phi" => SOURCE, "t_phi" => N)) }
    contributor = ->(v) { TOKEN.(v) && !v.start_with?("enrol:") }
    contributors = list(0..32, record("key" => maybe(HEX32), "who" => contributor))
    notice = {
      "need" => TOKEN, "document" => HEX32, "purchaser" => FIRM, "k" => whole(1, 1000),
      "a" => whole(0, 1000), "alternates" => word("ordered", "fresh"), "eligibility_rules" => HEX32,
      "firm_commits" => word(true, false), "weight_rule" => word("equal", "listed"),
      "enrol_open" => N, "enrol_close" => N, "freeze_by" => N, "reveal_by" => N, "t_phi" => N,
      "phi" => SOURCE, "attempt" => whole(1, 99), "prev" => maybe(HEX32),
      "contributors" => ->(v) { contributors.(v) && v.map { |each| each["who"] }.uniq.size == v.size }
    }
    TYPES = {
      "genesis" => { "origin" => TEXT, "policy" => HEX32, "suite" => TOKEN, "software" => HEX32,
                     "chains" => distinct(list(0..16, HEX32)), "spec" => HEX32 },
      "notice" => notice,
      "enrol" => { "draw" => HEX32, "seq" => N, "enrol_commit" => HEX32 },
      "withdraw" => removal, "ineligible" => removal,
      "commit" => { "draw" => HEX32, "who" => TOKEN, "commit" => HEX32, "signature" => maybe(bytes(64)) },
      "close" => { "draw" => HEX32, "first_index" => N, "last_index" => N, "enrolled" => N, "commits" => N },
      "freeze" => { "draw" => HEX32, "list_root" => HEX32, "list_digest" => HEX32, "n" => whole(1, 2**24),
                    "weight_total" => whole(1, 2**24), "enrolled" => N, "withdrawn" => N,
                    "ineligible" => N, "commits" => list(0..32, maybe(HEX32)), "phi" => SOURCE },
      "reveal" => { "draw" => HEX32, "who" => TOKEN, "value" => HEX32 },
      "phi" => { "draw" => HEX32, "evidence" => EVIDENCE },
      "result" => { "draw" => HEX32, "seed" => HEX32, "order" => list(1..2000, FIRM), "order_digest" => HEX32 },
      "decline" => departure, "disqualify" => departure,
      "replace" => { "draw" => HEX32, "out" => FIRM, "in" => FIRM, "rank" => whole(1, 2**24),
                     "evidence" => maybe(EVIDENCE) },
      "void" => { "draw" => HEX32, "reason" => REASON, "order" => HEX32, "authority" => TEXT },
      "audit" => { "size" => N, "rows" => N, "digest" => HEX32 }
    }.to_h { |type, members| ["ismdraw/#{type}/v1", record(members.merge("at" => N, "t" => MODE))] }
    BUNDLE = record("draw" => HEX32, "entries" => whole(1, 30_000), "format" => word("ismdraw-bundle/v1"),
                    "listed" => N, "origin" => MODE)
    LINE = record("enrol" => N, "firm" => FIRM, "salt" => HEX32, "weight" => whole(1, 1000))

    # The entry, or nil if nobody can say what it means.
    def self.entry(body)
      value = Json.parse(body)
      type = value.is_a?(Hash) && TYPES[value["t"]]
      fresh = type && value["alternates"] == "fresh"
      value if type && type.(value) && !(fresh && value["a"] != 0)
    rescue Bad
      nil
    end
  end

  # --- The bundle -------------------------------------------------------------------------------

  # A plain zip that fills its file: stored or deflated members, described twice alike.
  class Zip
    MOST = 512 * 2**20

    def self.read(data, &limit) = new(data, limit).members

    def initialize(data, limit)
      @data, @limit = data, limit
      refuse("size") unless data.bytesize.between?(22, MOST)
      signature, disk, start, here, @count, @length, @offset, comment =
        data.byteslice(-22, 22).unpack("a4v4V2v")
      plain = signature == "PK\5\6" && [disk, start, comment] == [0, 0, 0] && here == @count
      refuse("end") unless plain && @offset + @length + 22 == data.bytesize
    end

    # Name to [content, whether its checksum is right].
    def members
      position = total = 0
      rows.each_with_object({}) do |row, found|
        refuse("gap or repeated name") if row[:at] != position || found.key?(row[:name])
        total += row[:size]
        refuse("bomb") if row[:size] > 100 * [row[:packed], 1].max || total > MOST
        start = local(row)
        position = start + row[:packed]
        content = unpack(row, @data.byteslice(start, row[:packed]))
        found[row[:name]] = [content, Zlib.crc32(content) == row[:crc]]
      end.tap { refuse("bytes of no member") if position != @offset }
    end

    private

    def refuse(why) = raise(Malformed, "zip: #{why}")

    def rows
      at = @offset
      found = Array.new(@count) do
        refuse("directory") if at + 46 > @offset + @length
        signature, _, _, flags, method, _, _, crc, packed, size, name, extra, comment, disk, _, _, start =
          @data.byteslice(at, 46).unpack("a4v6V3v5V2")
        at += 46 + name + extra
        refuse("directory") if signature != "PK\1\2" || disk != 0 || comment != 0 || at > @offset + @length
        refuse("method") if (flags & ~0x0806) != 0 || ![0, 8].include?(method)
        refuse("extra field") if extra > 256
        name = @data.byteslice(at - name - extra, name)
        most = @limit.(name)
        refuse("a folder is a member: pack it anew without folders, zip -X -r -D ../new.zip .") if most.nil? && name.end_with?("/")
        refuse("unknown name") if most.nil?
        refuse("#{name} is too long") if size > most
        { name:, flags:, method:, crc:, packed:, size:, at: start }
      end
      at == @offset + @length ? found : refuse("directory")
    end

    def local(row)
      refuse("header") if row[:at] + 30 > @offset
      signature, _, flags, method, _, _, crc, packed, size, name, extra =
        @data.byteslice(row[:at], 30).unpack("a4v5V3v2")
      start = row[:at] + 30 + name + extra
      said = { name: @data.byteslice(row[:at] + 30, name), flags:, method:, crc:, packed:, size: }
      refuse("header") if signature != "PK\3\4" || extra > 256 || start + packed > @offset
      refuse("two descriptions") if said != row.except(:at)
      start
    end

    def unpack(row, packed)
      return row[:packed] == row[:size] ? packed : refuse("size") if row[:method].zero?

      content = "".b
      stream = Zlib::Inflate.new(-Zlib::MAX_WBITS)
      stream.inflate(packed) { |chunk| (content << chunk).bytesize > row[:size] && refuse("size") }
      whole = stream.finished? && stream.total_in == packed.bytesize && content.bytesize == row[:size]
      whole ? content : refuse("size")
    rescue Zlib::Error
      refuse("deflate")
    ensure
      stream&.close
    end
  end

  Item = Struct.new(:number, :index, :leaf, :type, :entry, keyword_init: true) do
    def [](name) = entry[name.to_s]
  end

  class Bundle
    attr_reader :draw, :origin, :entries, :proofs, :cuts, :list, :phi, :damaged

    NOTE = 256 * 1024
    HASHES = 63 * 45

    def initialize(data)
      @members = Zip.read(data) { |name| Bundle.limit(name) }
      @damaged = @members.reject { |_, (_, right)| right }.keys
      describe
      @entries, @proofs = numbered("entries/%03d.json"), numbered("proofs/%03d.tlog-proof")
      @cuts = @members.keys.grep(/\A(cut|prior|later)/).map { |name| name.sub(/\.[a-z]+\z/, "") }.uniq.to_h do |stem|
        [stem, [member("#{stem}.checkpoint"), member("#{stem}.consistency")]]
      end
      @phi = @members["phi.json"]&.first
      bound
    end

    def self.limit(name)
      case name
      when "bundle.json" then 4096
      when "list.ndjson" then Zip::MOST
      when "phi.json", %r{\Aentries/[0-9]{3,5}\.json\z} then 65_535
      when %r{\Aproofs/[0-9]{3,5}\.tlog-proof\z} then NOTE + HASHES + 50
      when %r{\A(?:cut|prior/[1-9][0-9]?|later/(?:[0-9]{3}|[1-9][0-9]{3,4}))\.(checkpoint|consistency)\z}
        Regexp.last_match(1) == "checkpoint" ? NOTE : HASHES
      end
    end

    private

    def refuse(why) = raise(Malformed, "bundle: #{why}")
    def member(name) = @members.fetch(name) { refuse("#{name} is missing") }.first

    def describe
      said = Json.parse(member("bundle.json"))
      refuse("bundle.json") unless Schema::BUNDLE.(said)
      @draw, @origin, @count = said.values_at("draw", "origin", "entries")
      @list = @members["list.ndjson"]&.first
      listed = said["listed"]
      right = @list ? @list.count("\n") == listed && @list.bytesize <= 160 * listed : listed.zero?
      refuse("list.ndjson is not as announced") unless right
    rescue Bad => e
      refuse("bundle.json: #{e.message}")
    end

    def numbered(format)
      folder = format[/\A[a-z]+/]
      refuse("#{folder} are not as announced") if @members.keys.count { |name| name.start_with?("#{folder}/") } != @count
      Array.new(@count) { |i| member(format % i) }
    end

    # The bounds of section 5 that a member's length alone does not show.
    def bound
      notes = @cuts.values.map(&:first)
      @proofs.uniq.each do |proof|
        head, _, note = proof.partition("\n\n")
        refuse("a proof is too long") if head.count("\n") > 64
        notes << note
      end
      notes.uniq.each do |note|
        tail = note.rpartition("\n\n").last
        refuse("a checkpoint is too long") if note.bytesize > NOTE || tail.count("\n") > 64
      end
      refuse("a proof is too long") if @cuts.values.any? { |_, hashes| hashes.count("\n") > 63 }
    end
  end

  # --- The checks -------------------------------------------------------------------------------

  TITLES = {
    "V1" => "检查点由日志签名，并达到您所信任的见证人数 / the checkpoints are signed by the log and by your quorum",
    "V2" => "所有条目均在日志中，日志只增不改 / all entries are in the log, and the log only grew",
    "V3" => "每次抽取只有一份公告，再次抽取承接上次的终止 / one notice, following the calling-off of the last attempt",
    "V4" => "随机来源与时间在报名前已定 / source and time of the last value were fixed before enrolment",
    "V5" => "名单与揭示早于随机值可知之时 / list and reveals were fixed before the last value could be known",
    "V6" => "名单与报名逐一对应 / the list opens precisely the logged enrolments",
    "V7" => "承诺在截止前作出，揭示与承诺相符 / commitments came before the close, and reveals open them",
    "V8" => "随机值的证据属实 / the evidence of the last value is genuine",
    "V9" => "种子可以重新算出 / the seed can be recomputed",
    "V10" => "只有一份结果，与重新计算的次序一致 / there is one result, and it is the recomputed order",
    "V11" => "递补有据，人选无误 / places were refilled by rule, each for a logged reason",
    "V12" => "没有在随机值可知之后终止抽取 / nothing was called off once its last value could be known",
    "V13" => "报名与承诺都在期内，没有步骤早于公告的时刻；晚了的步骤会标明 / " \
             "who enrolled or committed did so in time, no step came early; late steps are marked",
    "V14" => "没有未知或损坏的文件 / nothing unknown, and no damaged file"
  }.freeze

  Check = Struct.new(:name, :outcome, :reasons)

  # Beijing time with its offset; the number itself where no calendar has four digits.
  def self.beijing(seconds)
    return "#{seconds} s" unless seconds.between?(0, Time.utc(9999, 12, 31).to_i)

    Time.at(seconds, in: "+08:00").strftime("%Y-%m-%d %H:%M:%S%:z")
  end

  class Draw
    attr_reader :checks

    MARGIN = 60
    SKEW = 60
    LOST = 604_800

    # `numbers` is nil or a list, `receipts` are files' bytes, `log` nil or every entry of the log.
    def initialize(bundle, policy, numbers: nil, receipts: [], log: nil)
      @bundle, @policy, @numbers, @receipts, @log = bundle, policy, numbers, receipts, log
      @proofs = bundle.proofs.map { |proof| attempt { Ismdraw.parse_proof(proof) } }
      @entries = bundle.entries.map { |body| Schema.entry(body) }
      @items = @entries.zip(bundle.entries, @proofs).each_with_index.filter_map do |(entry, body, proof), number|
        next unless entry && proof

        Item.new(number:, index: proof[0], leaf: Ismdraw.leaf(body), type: entry["t"][%r{/(\w+)/}, 1], entry:)
      end.sort_by(&:index)
      @checkpoints = Hash.new { |all, data| all[data] = attempt { Checkpoint.new(data) } }
      @checks = TITLES.keys.map { |name| run(name) }
    end

    def believed? = checks.all? { |check| %w[ok flagged].include?(check.outcome) }

    def report
      { "checks" => checks.to_h { |check| [check.name, check.outcome] }, "draw" => @bundle.draw,
        "seed" => (Ismdraw.hex(seed) rescue nil), "selected" => selected,
        "verdict" => believed? ? "believed" : "refused" }
    end

    def selected = believed? && !called_off? ? replay : []

    def demonstration? = notices.any? { |item| id(item) == @bundle.draw && item[:phi]["mode"] == "D1" }

    private

    def attempt
      yield
    rescue Bad
      nil
    end

    def run(name)
      @faults, @flags, @facts = [], [], []
      begin
        notice unless %w[V1 V2 V3 V14].include?(name)
        send(name.downcase)
      rescue Blocked => e
        return Check.new(name, "blocked", ["因 #{e.message} 无法核对 / needs #{e.message}"]) if @faults.empty?
      end
      outcome = @faults.any? ? "failed" : @flags.any? ? "flagged" : "ok"
      Check.new(name, outcome, @faults + @flags + @facts)
    end

    def need(holds, reason) = holds || !@faults.push(reason)
    def flag(reason) = @flags.push(reason)
    def fact(reason) = @facts.push(reason)

    # What the bundle says; a check that asks for what is not there is blocked.

    def own = @own ||= @items.select { |item| item[:draw] == @bundle.draw }
    def by_type = @by_type ||= own.group_by(&:type)
    def all(*types) = types.flat_map { |type| by_type.fetch(type, []) }.sort_by(&:index)
    def only(type, check) = all(type).first || raise(Blocked, check)
    def notices = @notices ||= @items.select { |item| item.type == "notice" }
    def id(item) = Ismdraw.hex(item.leaf)
    def notice = @notice ||= notices.find { |item| id(item) == @bundle.draw } || raise(Blocked, "V3")
    def freeze_entry = only("freeze", "V5")
    def result = only("result", "V10")
    def called_off? = all("void").any? && all("result").empty?
    def draw_id = Ismdraw.unhex(@bundle.draw)
    def final = @checkpoints[@proofs.compact.first&.last || ""]
    def cut(name = "cut") = @bundle.cuts[name]&.then { |note, _| @checkpoints[note] }
    def under_cut?(item) = cut ? item.index < cut.size : false

    # The lines of the list, ascending; nil if it is not in its one form.
    def lines
      return @lines if defined?(@lines)

      @lines = attempt do
        parts = (@bundle.list || Ismdraw.bad("list")).split("\n", -1)
        Ismdraw.bad("list") unless parts.pop == ""
        parsed = parts.map { |part| Json.parse(part) }
        right = parsed.all?(&Schema::LINE) && parsed.each_cons(2).all? { |a, b| a["firm"] < b["firm"] }
        right && parsed.sum { |line| line["weight"] } <= 2**24 ? parsed : Ismdraw.bad("list")
      end
    end

    def weights
      @weights ||= (lines || raise(Blocked, "V6")).to_h { |line| [line["firm"], line["weight"]] }
    end

    # Who contributes to the seed, with the commitment (or nil), in the order of RD.
    def committers = @committers ||= find_committers

    def find_committers
      named = notice[:contributors].map { |each| each["who"] }.zip(freeze_entry[:commits])
      return named unless notice[:firm_commits]

      firms = all("commit").select { |item| enrolments_by_name.key?(item[:who]) }
      seq = ->(item) { enrolments_by_name[item[:who]].first[:seq] }
      named + firms.sort_by { |item| [seq.(item), item.index] }.map { |item| [item[:who], item[:commit]] }
    end

    def commitment(who, value)
      Ismdraw.hex(Ismdraw.h(Ismdraw.ds("commit"), draw_id, Ismdraw.sized(who), value))
    end

    def opens?(reveal)
      @commitments ||= Set.new(committers)
      @commitments.include?([reveal[:who], commitment(reveal[:who], Ismdraw.unhex(reveal[:value]))])
    end

    # What each committer revealed in time, or nil.
    def revealed
      @revealed ||= begin
        timely = all("reveal").select { |item| under_cut?(item) && item[:at] <= notice[:reveal_by] }
        values = timely.to_h do |item|
          value = Ismdraw.unhex(item[:value])
          [[item[:who], commitment(item[:who], value)], value]
        end
        committers.map { |committer| values[committer] }
      end
    end

    def rd
      parts = revealed.map { |value| value ? "\1".b + value : "\0".b * 33 }
      Ismdraw.h(Ismdraw.ds("reveals"), Ismdraw.u32(parts.size), *parts)
    end

    # nil if nobody has any, false if it cannot be read.
    def evidence
      return all("phi").first[:evidence] if all("phi").any?
      return nil unless @bundle.phi

      value = attempt { Json.parse(@bundle.phi) }
      Schema::EVIDENCE.(value) ? value : false
    end

    # Φ from evidence of a source, or Bad. The block gives alpha, which modes A and B do not need.
    def phi_of(source, evidence)
      Ismdraw.bad("没有可读的证据 / no readable evidence") unless evidence
      Ismdraw.bad("来源不符 / another source") if evidence["mode"] != source["mode"]
      case source["mode"]
      when "A" then phi_drand(source, evidence)
      when "B" then phi_numbers(source, evidence["numbers"])
      else phi_vrf(source["keys"], evidence["proofs"], yield)
      end
    end

    def phi_drand(source, evidence)
      known = CHAINS.key?(source["chain"]) && evidence["round"] == source["round"]
      right = known && Ismdraw.drand?(source["chain"], source["round"], evidence["signature"])
      right ? Ismdraw.h(Ismdraw.unhex(evidence["signature"])) : Ismdraw.bad("轮次或签名不符 / not this round's signature")
    end

    def phi_numbers(source, numbers)
      count, greatest = GAMES[source["game"]]
      right = count && numbers.size == count && numbers.first >= 1 && numbers.last <= greatest
      Ismdraw.bad("不是该游戏的号码 / no numbers of this game") unless right
      drawn = numbers.map { |number| format("%02d", number) }.join(".")
      Ismdraw.h(Ismdraw.ds("phi-numbers"), "#{source["game"]}/#{source["issue"]}:#{drawn}")
    end

    def phi_vrf(keys, proofs, alpha)
      Ismdraw.bad("须按公告次序逐一证明 / one proof for each key is needed") if proofs.map { |each| each["key"] } != keys
      values = proofs.map do |proof|
        key, pi = proof.values_at("key", "pi").map { |text| Ismdraw.unhex(text) }
        key + Ismdraw.once("vrf", key, alpha, pi) { Edwards.vrf(key, alpha, pi) }
      end
      Ismdraw.h(Ismdraw.ds("phi-vrf"), Ismdraw.u16(values.size), *values)
    end

    def phi
      phi_of(notice[:phi], evidence) { Ismdraw.ds("vrf-alpha") + freeze_entry.leaf + rd }
    end

    def seed
      value = attempt { phi } || raise(Blocked, "V8")
      Ismdraw.h(Ismdraw.ds("seed"), draw_id, freeze_entry.leaf, rd, value)
    end

    # Firms in ascending order of their least tickets.
    def order_of(weights, seed)
      start = Ismdraw.ds("ticket") + seed
      weights.map do |firm, weight|
        own = start + Ismdraw.sized(firm)
        [Array.new(weight) { |j| Digest::SHA256.digest(own + Ismdraw.u32(j)) }.min, firm]
      end.sort.map(&:last)
    end

    # Whether a value of mode B has an issue that its game may have; an unknown game has none.
    def known_issue?(source)
      *, issues = GAMES[source["game"]]
      source["mode"] != "B" || (!issues.nil? && source["issue"].match?(issues))
    end

    # Section 1 for a value of mode A.
    def first_round?(source, t_phi)
      chain = CHAINS[source["chain"]]
      source["mode"] != "A" || (chain && source["round"] == Ismdraw.round_from(chain, t_phi))
    end

    # Cosignatures of a quorum between the making of a checkpoint and a deadline.
    def witnessed(checkpoint, made_at, latest, what)
      if @policy.none?
        flag("#{what}：未经见证 / not witnessed")
        said = [made_at, latest].map { |time| Ismdraw.beijing(time) }
        return need(made_at <= latest, "#{what}：自称 #{said[0]}，晚于 #{said[1]} / by its own word of #{said[0]}, after #{said[1]}")
      end
      names = cosigners(checkpoint) { |time| time.between?(made_at - SKEW, latest) }
      since, till = Ismdraw.beijing(made_at - SKEW), Ismdraw.beijing(latest)
      zh, en = till == "Infinity s" ? ["#{since} 以后", "since #{since}"] : ["#{since} 至 #{till} 之间", "between #{since} and #{till}"]
      need(@policy.met?(names), "#{what}：#{zh}见证不足 / no quorum #{en}")
      fact("#{what}：#{zh}有 #{names.size} 个见证人 / #{names.size} witness(es) #{en}")
    rescue Bad => e
      need(false, "#{what}：见证签名错误 / wrong cosignature (#{e.message})")
    end

    def cosigners(checkpoint, &block)
      @policy.witnesses.map { |name, key| [name, checkpoint.times_of(key)] }
             .select { |_, times| times.any?(&block) }.map(&:first)
    end

    def v1
      need(@proofs.compact.map(&:last).uniq.size <= 1, "证明不共用最终检查点 / the proofs end with different checkpoints")
      [["final", final], *@bundle.cuts.keys.map { |name| [name, cut(name)] }].each do |name, checkpoint|
        next need(false, "#{name}：无法读取 / cannot be read") unless checkpoint

        need(checkpoint.origin == @bundle.origin, "#{name}：属于另一日志 / of another log")
        signed = @policy.logs.map { |key| checkpoint.signed_by?(key) && key.name == checkpoint.origin }
        need(signed.any?, "#{name}：没有日志签名 / not signed by a log of your policy")
        names = cosigners(checkpoint) { true }
        need(@policy.met?(names), "#{name}：见证人不足 / the quorum is not reached")
        fact("#{name}：#{checkpoint.size} 条，#{names.size} 个见证人 / #{checkpoint.size} entries, #{names.size} witness(es)")
      rescue Bad => e
        need(false, "#{name}：签名错误 / wrong signature (#{e.message})")
      end
      several = @policy.logs.map(&:name).uniq.size > 1
      flag("您信任多个日志，公告不说是哪一个 / the policy has several logs, and a notice does not say which") if several
    end

    def v2
      return need(false, "没有最终检查点 / there is no final checkpoint") unless final

      @proofs.zip(@bundle.entries).each_with_index do |(proof, body), number|
        index, path = proof
        right = proof && Ismdraw.included?(Ismdraw.leaf(body), index, final.size, path, final.root)
        need(right, "entries/#{format("%03d", number)}.json 不在日志中 / is not in the log")
      end
      ascending = @proofs.compact.map(&:first).each_cons(2).all? { |a, b| a < b }
      need(ascending, "条目次序有误 / the entries are not in the order of the log")
      @bundle.cuts.each do |name, (note, hashes)|
        earlier = @checkpoints[note] || next
        path = attempt { Ismdraw.parse_hashes(hashes) }
        right = path && Ismdraw.consistent?(earlier.size, earlier.root, final.size, final.root, path)
        need(right, "#{name}：日志的历史被改动 / the log changed its history")
      end
      @receipts.each_with_index { |receipt, i| check_receipt(receipt, i + 1) }
      @log ? whole_log : flag("没有与完整日志核对（请加 --log） / not compared with the whole log (--log)")
      fact("#{@proofs.size} 个条目，日志共 #{final.size} 条 / #{@proofs.size} entries of a log of #{final.size}")
    end

    def check_receipt(receipt, number)
      index, path, note = Ismdraw.parse_proof(receipt, extra: true)
      checkpoint = Checkpoint.new(note)
      logs = @policy.logs.select { |key| key.name == checkpoint.origin }
      signed = logs.map { |key| checkpoint.signed_by?(key) }.any?
      return need(false, "回执 #{number} 没有您信任的日志的签名 / receipt #{number} is not signed by a log of your policy") unless signed

      item = @items.find { |each| each.index == index }
      return need(false, absence(number, checkpoint.origin, index)) if item.nil? || checkpoint.origin != @bundle.origin

      right = Ismdraw.included?(item.leaf, index, checkpoint.size, path, checkpoint.root)
      need(right, "回执 #{number} 与包中的条目不符 / receipt #{number} proves another entry than the bundle has")
    rescue Bad => e
      need(false, "回执 #{number} 无法读取或签名错误 / receipt #{number} cannot be read, or a signature is wrong (#{e.message})")
    end

    # An entry that is missing is evidence only where it can be an enrolment of this draw.
    def absence(number, origin, index)
      mine = notices.find { |item| id(item) == @bundle.draw }
      zh, en = "抽取 #{@bundle.draw}", "draw #{@bundle.draw}"
      zh, en = "需求 #{mine[:need]} 第 #{mine[:attempt]} 次", "need #{mine[:need]}, attempt #{mine[:attempt]}" if mine
      last = all("close", "void").first&.index || final.size
      if origin == @bundle.origin && index.between?((mine&.index || -1) + 1, last - 1)
        "回执 #{number} 的第 #{index} 条不在此包中。您报名的若是这一次（#{zh}），您的报名被遗漏，请保存回执，它就是证据；" \
          "若是另一次，请换成那一次的包 / entry #{index} of receipt #{number} is not in this bundle. If you enrolled in " \
          "this draw (#{en}), your enrolment was left out: keep the receipt as evidence. If in another, take its bundle"
      else
        "回执 #{number} 的第 #{index} 条不在此包的报名期（#{zh}）内：这可能是另一次摇号的包，或另一次报名的回执；" \
          "请换成您所报名的那次摇号的包 / entry #{index} of receipt #{number} lies outside this draw's time for enrolment " \
          "(#{en}): this may be the bundle, or the receipt, of another draw; take the bundle of the draw that you enrolled in"
      end
    end

    def whole_log
      leaves = @log.first(final.size).map { |body| Ismdraw.leaf(body) }
      same = leaves.size == final.size && Ismdraw.root_of(leaves) == final.root
      return unless need(same, "给出的日志不符 / the log that was given is another")

      held = @items.to_set(&:index)
      @log.each_with_index do |body, index|
        missing = !held.include?(index) && concerns?(body, index)
        need(!missing, "日志第 #{index} 条不在包中 / entry #{index} of the log was left out")
      end
      refuted_losses
      fact("已与完整日志（#{@log.size} 条）核对 / compared with the whole log of #{@log.size}")
    end

    # A draw that is said to have lost its value has neither a value nor a result in the log.
    def refuted_losses
      lost = notices.select { |item| voids_of(item).any? { |void| lost?(void, item) } }.map { |item| id(item) }
      return if lost.empty?

      @log.each_with_index do |body, index|
        entry = Schema.entry(body)
        told = entry && lost.include?(entry["draw"]) && %w[ismdraw/phi/v1 ismdraw/result/v1].include?(entry["t"])
        need(!told, "日志第 #{index} 条驳倒了遗失之说 / entry #{index} of the log: the value was not lost")
      end
    end

    def concerns?(body, index)
      entry = Schema.entry(body)
      # Entries of others may name a draw; one of ours that nobody can read counts against it.
      return body.include?('"ismdraw/') && body.include?(@bundle.draw) unless entry
      return entry["draw"] == @bundle.draw unless entry["t"] == "ismdraw/notice/v1"

      later = entry["attempt"] > notice[:attempt] && all("void").any? { |item| item.index < index }
      entry["need"] == notice[:need] && !later
    end

    def v3
      mine = notices.select { |item| id(item) == @bundle.draw }
      return unless need(mine.size == 1, "本次公告应有一份 / there must be one notice of this draw")

      need(notices.all? { |item| item[:need] == notice[:need] }, "含有另一采购的公告 / a notice of another need")
      attempts = notices.map { |item| item[:attempt] }.sort
      need(attempts == [*1..notice[:attempt]], "各次公告不全 / there must be one notice for each attempt")
      notices.each { |item| need(follows?(item), "第 #{item[:attempt]} 次没有承接前次的终止 / does not follow a VOID") }
      fact("#{notice[:need]} 第 #{notice[:attempt]} 次 / need #{notice[:need]}, attempt #{notice[:attempt]}")
    end

    def follows?(item)
      return item[:prev].nil? if item[:attempt] == 1

      before = notices.find { |other| id(other) == item[:prev] && other[:attempt] == item[:attempt] - 1 }
      before && voids_of(before).any? { |void| void.index < item.index && void[:at] <= item[:at] }
    end

    def voids_of(notice) = @items.select { |item| item.type == "void" && item[:draw] == id(notice) }

    def v4
      terms = notice
      all("freeze").each { |item| need(item[:phi] == terms[:phi], "冻结时的来源不同 / FREEZE names another source") }
      at, open, close, frozen, revealed, t_phi =
        %w[at enrol_open enrol_close freeze_by reveal_by t_phi].map { |name| terms[name] }
      order = at <= open && open < close && close <= frozen && frozen <= revealed
      need(order && t_phi >= frozen + 600 && t_phi >= revealed + 60, "公告的时间次序有误 / the timetable breaks the rules")
      need(first_round?(terms[:phi], t_phi), "轮次不是约定时刻起的第一轮 / not the first round at or after t_phi")
      need(known_issue?(terms[:phi]), "没有这样的期号 / the game has no such issue")
      flag("请确认该期不早于约定时刻开奖 / be sure that the issue was not drawn before t_phi") if terms[:phi]["mode"] == "B"
      (terms[:phi]["keys"] || []).each_with_index { |key, place| pin(terms[:phi]["mode"], key, place) }
      flag("演示模式（D1），不构成保障 / demonstration mode (D1), no safeguard") if terms[:phi]["mode"] == "D1"
      due = Ismdraw.beijing(t_phi)
      fact("模式 #{terms[:phi]["mode"]}，随机值于 #{due} 可知 / mode #{terms[:phi]["mode"]}, the value is due #{due}")
    end

    def pin(mode, key, place)
      role = mode == "C" ? "trustee" : %w[platform supervisor][place]
      return need(@policy.pins[role].include?(key), "#{role} 的公钥不是您信任的 / key is not pinned") if @policy.pins.key?(role)

      flag("您没有列出 #{role} 的公钥 / no #{role} key is pinned") unless role == "platform"
    end

    def v5
      in_order
      return fact("抽取已终止，见 V12 / the draw was called off, see V12") if called_off?

      demonstration = "演示模式（D1）：平台随时可知随机值，名单早于它并不说明什么 / in mode D1 the platform knows the value at any time"
      flag(demonstration) if notice[:phi]["mode"] == "D1"
      %w[close freeze].each { |type| need(all(type).size == 1, "应有一条 #{type.upcase} / there must be one") }
      return need(false, "没有 cut 检查点 / there is no cut") unless cut

      frozen = all("freeze").first || return
      need(under_cut?(frozen), "FREEZE 不在 cut 之内 / does not lie under the cut")
      need(all("phi").none? { |item| under_cut?(item) }, "cut 不早于随机值 / the cut holds PHI")
      latest = own.select { |item| under_cut?(item) }.map { |item| item[:at] }.max || 0
      witnessed(cut, latest, notice[:t_phi] - MARGIN, "cut")
    end

    def in_order
      reached = -1
      [[notice], *%w[enrol close freeze reveal phi result].map { |type| all(type) }].each do |stage|
        indexes = stage.map(&:index)
        need(indexes.all? { |index| index > reached }, "#{stage.first&.type&.upcase} 次序有误 / out of order")
        reached = [reached, *indexes].max
      end
    end

    def v6
      if all("freeze").empty?
        never_frozen
      elsif need(lines, "名单无法读取 / the list cannot be read")
        counted_enrolments
        used_once
        lines.each { |line| need(opened?(line, enrolments[line["enrol"]]), "#{line["firm"]} 不能打开报名 / opens no enrolment") }
        listed_as_frozen if @faults.empty?
      end
    end

    def never_frozen
      need(called_off?, "没有 FREEZE / there is no FREEZE")
      fact("抽取在冻结前终止，没有名单 / the draw ended before a list was frozen")
    end

    def enrolments = @enrolments ||= all("enrol").to_h { |item| [item.index, item] }

    # Each entry counts, not each index: one that stands in the bundle twice is one too many.
    def counted_enrolments
      seqs = all("enrol").map { |item| item[:seq] }.sort
      need(seqs == [*0...seqs.size], "报名序号有缺漏 / seq is not 0, 1, 2, …")
      close = all("close").first || return
      last = own.map(&:index).select { |index| index < close.index }.max || notice.index
      said = [close[:first_index], close[:last_index], close[:enrolled]]
      need(said == [notice.index, last, seqs.size], "CLOSE 的范围或数目不符 / states another range or number")
    end

    def used_once
      removals = all("withdraw", "ineligible")
      between = removals.all? { |item| item[:enrol] < item.index && item.index < freeze_entry.index }
      need(between, "退出条目不在报名与冻结之间 / a removal lies outside enrolment and FREEZE")
      used = lines.map { |line| line["enrol"] } + removals.map { |item| item[:enrol] }
      need(used.sort == enrolments.keys.sort, "报名没有恰好使用一次 / not every enrolment is used exactly once")
    end

    def opened?(line, enrolment)
      hash = Ismdraw.h(Ismdraw.ds("enrol"), Ismdraw.unhex(line["salt"]), draw_id, Ismdraw.sized(line["firm"]))
      enrolment && Ismdraw.hex(hash) == enrolment[:enrol_commit]
    end

    def listed_as_frozen
      leaves = lines.map do |line|
        Ismdraw.leaf(Ismdraw.ds("cand") + Ismdraw.sized(line["firm"]) + Ismdraw.u32(line["weight"]) +
                     enrolments[line["enrol"]].leaf)
      end
      total = lines.sum { |line| line["weight"] }
      gone = %w[withdraw ineligible].map { |type| all(type).size }
      expected = [Ismdraw.hex(Ismdraw.root_of(leaves)), Ismdraw.hex(Ismdraw.h(@bundle.list)), lines.size, total,
                  lines.size + gone.sum, *gone]
      said = %w[list_root list_digest n weight_total enrolled withdrawn ineligible].map { |name| freeze_entry[name] }
      need(said == expected, "FREEZE 与名单不符 / states another list")
      equal = notice[:weight_rule] == "listed" || total == lines.size
      need(equal, "权重应当相等 / the notice gives all firms one weight")
      fact("报名 #{expected[4]} 家，列入 #{lines.size} 家 / #{expected[4]} enrolled, #{lines.size} listed")
    end

    def v7
      return never_frozen if all("freeze").empty?

      commits = all("commit")
      who = commits.map { |item| item[:who] }
      allowed = who.uniq.size == who.size && commits.all? { |item| committer?(item) }
      need(allowed, "承诺者重复或不在公告之列 / a committer is repeated or not allowed")
      if (close = all("close").first)
        counted = commits.all? { |item| item.index < close.index } && close[:commits] == commits.size
        need(counted, "承诺晚于截止或数目不符 / a commitment follows CLOSE, or was not counted")
      end
      commits.each { |item| signature(item) }
      copied = notice[:contributors].map { |each| commits.find { |item| item[:who] == each["who"] }&.[](:commit) }
      need(freeze_entry[:commits] == copied, "FREEZE 抄录的承诺不符 / copies other commitments")
      reveals
    end

    def committer?(item)
      return true if notice[:contributors].any? { |each| each["who"] == item[:who] }

      notice[:firm_commits] &&
        (enrolments_by_name[item[:who]] || []).any? { |enrol| enrol.index < item.index }
    end

    def enrolments_by_name = @enrolments_by_name ||= all("enrol").group_by { |item| "enrol:#{item[:seq]}" }

    def signature(item)
      key = notice[:contributors].find { |each| each["who"] == item[:who] }&.fetch("key")
      unless key
        flag("#{item[:who]} 的承诺没有签名 / the commitment is unsigned")
        return need(item[:signature].nil?, "#{item[:who]} 没有公钥 / has no key to sign with")
      end
      message = Ismdraw.ds("commit-signature") + draw_id + Ismdraw.unhex(item[:commit])
      signed = Ismdraw.ed25519?(Ismdraw.unhex(key), message, Ismdraw.unhex(item[:signature].to_s))
      need(signed, "#{item[:who]} 的承诺签名不符 / the commitment is not signed with its key")
    end

    def reveals
      all("reveal").each do |item|
        if !opens?(item) || item[:at] > notice[:reveal_by]
          flag("#{item[:who]} 的揭示不符或逾期 / a reveal is wrong or late")
        else
          need(under_cut?(item), "#{item[:who]} 按时揭示却在 cut 之外 / revealed in time, outside the cut")
        end
      end
      fact("没有另设出数方 / nobody else contributed to the seed") if committers.empty?
      committers.zip(revealed) do |(who, _), value|
        value ? fact("#{who} 已揭示 / #{who} revealed") : flag("#{who} 没有揭示 / #{who} did not reveal")
      end
    end

    def v8
      need(all("phi").size <= 1, "随机值不止一条 / there is more than one PHI")
      return fact("抽取已终止，没有随机值 / the draw was called off without a last value") if evidence.nil? && called_off?

      need(all("phi").any? || all("result").empty?, "有结果而没有随机值 / there is a RESULT without PHI")
      begin
        fact("随机值 #{Ismdraw.hex(phi)} / the last value is #{Ismdraw.hex(phi)}")
      rescue Bad => e
        need(false, e.message)
      end
      if evidence && evidence["mode"] == "B"
        @numbers || flag("号码由平台录入，请与开奖公告核对 / the platform typed the numbers: give those you saw")
        need(@numbers.nil? || @numbers.sort == evidence["numbers"], "号码与您输入的不同 / you saw other numbers")
      elsif @numbers
        flag("此次抽取不用公开号码 / this draw uses no public numbers")
      end
    end

    def v9
      return fact("抽取已终止，没有种子 / the draw was called off, there is no seed") if called_off?

      number = Ismdraw.hex(seed)
      need(all("result").all? { |item| item[:seed] == number }, "种子应为 #{number} / the seed should be #{number}")
      fact("种子 #{number} / the seed is #{number}")
    end

    def v10
      return fact("抽取已终止，没有结果 / the draw was called off, there is no result") if called_off?
      return unless need(all("result").size == 1, "应有一份结果 / there must be one RESULT")

      order = order_of(weights, seed)
      need(order.size >= notice[:k], "名单不足 / fewer firms than places")
      first = order.first(notice[:k] + notice[:a])
      need(result[:order] == first, "次序应为 / the order should be #{first.join(", ")}")
      digest = Ismdraw.hex(Ismdraw.h(*order.map { |firm| "#{firm}\n" }))
      need(result[:order_digest] == digest, "次序摘要不符 / order_digest differs")
      need(all("void").all? { |item| item.index > result.index }, "结果在终止之后 / RESULT follows a VOID")
      winners = first.first(notice[:k]).join(", ")
      fact("中选 #{winners} / selected: #{winners}")
    end

    # A place that fell vacant: by what entry, who had been selected by then, and what filled it.
    Vacancy = Struct.new(:item, :barred, :filled)

    def v11
      return fact("抽取已终止 / the draw was called off") if called_off?

      now = replay.join(", ")
      fact("现中选 #{now.empty? ? "无" : now} / selected now: #{now.empty? ? "nobody" : now}")
    end

    # Go through departures and replacements; returns who is selected after them.
    def replay
      @order, @fresh = result[:order], notice[:alternates] == "fresh"
      @selected = @order.first(notice[:k])
      @ever, @gone, @vacancies = @selected.dup, [], {}
      all("decline", "disqualify", "replace").each do |item|
        need(item.index > result.index, "第 #{item.index} 条早于结果 / comes before RESULT")
        item.type == "replace" ? move_up(item) : leave(item)
      end
      @vacancies.each_value { |vacancy| later_value(vacancy) }
      @selected - @gone
    end

    def leave(item)
      who = item[:who]
      known = (@fresh ? @selected : @order).include?(who) && !@gone.include?(who)
      need(known, "#{who} 不在可退出之列或重复退出 / may not leave, or leaves twice")
      vacates = @fresh && @selected.include?(who) && !@gone.include?(who)
      need(vacates == !item[:next].nil?, "#{who}：next 有误 / next is there or absent wrongly")
      @vacancies[who] = Vacancy.new(item, @ever.dup) if vacates && item[:next]
      @gone |= [who]
    end

    def move_up(item)
      out, coming = item[:out], item[:in]
      need(@selected.include?(out) && @gone.include?(out), "#{out} 并未退出 / is replaced without having left")
      line = @fresh ? fresh_line(item) : @order
      need(@fresh || item[:evidence].nil?, "依次递补不用随机值 / ordered alternates need no value")
      expected = line.find { |firm| !@gone.include?(firm) && !@ever.include?(firm) }
      right = coming == expected && line[item[:rank] - 1] == coming
      need(right, "应由 #{expected} 递补 / is the next, not #{coming} at rank #{item[:rank]}")
      if (place = @selected.index(out))
        @selected[place] = coming
        @vacancies[out]&.filled = item.index
      end
      @ever |= [coming]
    end

    def fresh_line(item)
      vacancy = @vacancies[item[:out]]
      return [] unless vacancy # Said already.

      value, left = vacancy.item[:next], vacancy.item.leaf
      earliest = @vacancies.each_value.find { |each| each.filled.nil? }
      need(earliest.nil? || earliest.equal?(vacancy), "没有依空出的先后递补 / an earlier vacancy is not filled yet")
      need(item[:at] >= value["t_phi"], "递补早于随机值可知之时 / REPLACE comes before its value")
      flag("请核对递补所用的号码 / compare the later numbers yourself") if item[:evidence]&.fetch("mode") == "B"
      number = seed
      later = phi_of(value["phi"], item[:evidence]) { Ismdraw.ds("vrf-alpha") + left + number }
      seed2 = Ismdraw.h(Ismdraw.ds("seed2"), number, left, later)
      order_of(weights.except(*vacancy.barred), seed2)
    rescue Bad => e
      need(false, e.message)
      []
    end

    # `next` was fixed as section 4 says, and witnessed before its value could be known.
    def later_value(vacancy)
      left, value = vacancy.item, vacancy.item[:next]
      fixed = %w[mode chain keys game].all? { |name| value["phi"][name] == notice[:phi][name] }
      later = value["phi"]["mode"] != "B" || (value["phi"]["issue"] > notice[:phi]["issue"].to_s && known_issue?(value["phi"]))
      fixed &&= later
      need(fixed, "下一随机值来源不同 / next is of another source, or not a later one")
      in_time = value["t_phi"] >= left[:at] + 600 && first_round?(value["phi"], value["t_phi"])
      need(in_time, "下一随机值的时间有误 / next is too early, or not the first round")
      name = format("later/%03d", left.number)
      return need(vacancy.filled.nil?, "没有 #{name} 检查点 / there is no such cut") unless @bundle.cuts.key?(name)

      checkpoint = cut(name) || raise(Blocked, "V1")
      holds = left.index < checkpoint.size && (vacancy.filled.nil? || checkpoint.size <= vacancy.filled)
      need(holds, "#{name} 应含退出而不含递补 / must hold the departure and not its REPLACE")
      witnessed(checkpoint, left[:at], value["t_phi"] - MARGIN, name)
    end

    def v12
      voids = all("void")
      need(voids.size <= 1, "多次终止 / more than one VOID")
      voids.first(1).each do |void|
        closed = all("close").any? { |item| item.index < void.index }
        flag("终止时报名已截止 / called off after enrolment had closed") if closed
        lost?(void, notice) ? lost(void) : in_good_time(void, notice, "cut")
        would_have_been if @faults.any?
      end
      notices.reject { |other| id(other) == id(notice) }.each do |earlier|
        voids_of(earlier).each do |void|
          next in_good_time(void, earlier, "prior/#{earlier[:attempt]}") unless lost?(void, earlier)

          seen_since(void)
          flag("第 #{earlier[:attempt]} 次称随机值遗失 / an earlier value was said to be lost: see its own bundle")
        end
      end
      fact("没有违规终止 / nothing was called off too late") if @faults.empty?
    end

    def lost?(void, notice) = void[:at] >= notice[:t_phi] + LOST

    def lost(void)
      need(all("freeze").any? { |item| item.index < void.index }, "未曾冻结 / nothing was frozen, so nothing was lost")
      need(evidence.nil?, "有随机值的证据，并未遗失 / there is evidence of the value, so it was not lost")
      seen_since(void)
      flag("平台称随机值遗失，可用 phi.json 驳倒 / the value is said to be lost: a phi.json refutes it")
    end

    # A week is over only when the witnesses say so.
    def seen_since(void)
      return if @policy.none?

      raise Blocked, "V1" unless final

      witnessed(final, void[:at], Float::INFINITY, "final")
    end

    def in_good_time(void, notice, name)
      known = @items.any? { |item| item.type == "phi" && item[:draw] == void[:draw] && item.index < void.index }
      need(!known, "终止时随机值已在日志中 / the value was in the log before the draw was called off")
      need(void[:at] < notice[:t_phi], "在随机值可知之后终止 / called off after the value could be known: #{void[:reason]}")
      unless @bundle.cuts.key?(name)
        return flag("终止未经见证 / the VOID is not witnessed") if @policy.none?

        return need(false, "没有 #{name} 检查点 / there is no such cut")
      end
      checkpoint = cut(name) || raise(Blocked, "V1")
      need(void.index < checkpoint.size, "VOID 不在 #{name} 之内 / does not lie under it")
      witnessed(checkpoint, void[:at], notice[:t_phi] - MARGIN, name)
    end

    def would_have_been
      @faults << "本来的结果 / the result would have been #{order_of(weights, seed).first(notice[:k]).join(", ")}"
    rescue Blocked
      nil
    end

    def v13
      terms = notice
      at = ->(*types) { all(*types).map { |item| item[:at] } }
      enrolled = at.("enrol").all? { |time| time.between?(terms[:enrol_open], terms[:enrol_close]) }
      need(enrolled, "报名不在报名期内 / an ENROL lies outside its time")
      need(at.("commit").all? { |time| time <= terms[:enrol_close] }, "承诺过晚 / a COMMIT is late")
      need(at.("close", "freeze").all? { |time| time >= terms[:enrol_close] }, "提前截止或冻结 / closed or frozen early")
      need(at.("phi", "result").all? { |time| time >= terms[:t_phi] }, "早于随机值可知之时 / before the value could be known")
      late = at.("close", "freeze").any? { |time| time > terms[:freeze_by] }
      late ||= at.("phi", "result").any? { |time| time > terms[:t_phi] + 600 }
      flag("有步骤迟延（结果不受影响） / a step was late; this changes nothing") if late
      fact("依条目自称的时间核对 / by the times that the entries claim")
    end

    def v14
      need(@bundle.damaged.empty?, "校验和不符 / wrong checksum: #{@bundle.damaged.join(", ")}")
      drawn = notices.map { |item| id(item) } - [@bundle.draw]
      @entries.each_with_index do |entry, number|
        known = entry && (entry["t"] == "ismdraw/notice/v1" || entry["draw"] == @bundle.draw ||
                          (entry["t"] == "ismdraw/void/v1" && drawn.include?(entry["draw"])))
        need(known, "entries/#{format("%03d", number)}.json 无法识别 / is unreadable or not of this draw")
      end
      known_members
      fact("全部文件均已识别 / every file is known") if @faults.empty?
    end

    def known_members
      frozen, logged = all("freeze").any?, all("phi").any?
      need(!@bundle.list.nil? == frozen, "list.ndjson 须与 FREEZE 同在 / goes with FREEZE")
      need(!@bundle.cuts.key?("cut") || frozen || all("void").any?, "cut 没有所属 / has no place here")
      need(!@bundle.phi || (!logged && evidence), "phi.json 多余或无法读取 / is superfluous or unreadable")
      attempts = notices.reject { |item| id(item) == @bundle.draw }.map { |item| "prior/#{item[:attempt]}" }
      leaving = all("decline", "disqualify").select { |item| item[:next] }
      later = leaving.map { |item| format("later/%03d", item.number) }
      need((@bundle.cuts.keys - ["cut"] - attempts - later).empty?, "检查点没有所属 / a cut belongs to nothing")
    end
  end

  # --- The command line -------------------------------------------------------------------------

  module Command
    WORDS = { "ok" => "ok   ", "flagged" => "ok ! ", "failed" => "FAIL ", "blocked" => "?    " }.freeze
    MALFORMED = { "checks" => {}, "draw" => nil, "seed" => nil, "selected" => [], "verdict" => "malformed" }.freeze
    USAGE = "ruby ismdraw.rb [verify] BUNDLE --policy POLICY [--numbers 1,2,3] [--receipt FILE]… [--log DIR] [--json]\n" \
            "ruby ismdraw.rb [verify] --batch FILE"
    DEMONSTRATION = "演示模式 / DEMONSTRATION: 演示模式（D1）：随机值只由平台一方产生，平台可以预知并操纵结果，不构成保障 / " \
                    "demonstration mode (D1): the platform alone makes the last value and could foresee and steer " \
                    "the result; this is no safeguard"
    WITHOUT_LOG = <<~TEXT
      说明：只核对了本验证包内的记录。若有人截去末尾的弃选、递补等记录，单凭一个验证包看不出来；
            请加 --log DIR，与导出的完整日志一并核对。
      Note: only the entries inside the bundle were checked. That later entries (a decline, a
            replacement) were left out shows only with --log DIR, against the whole log.
    TEXT
    # A firm may have left since, which the bundle cannot know.
    SELECTED = "中选（截至此包的最终检查点） / selected (as of this bundle's final checkpoint)"

    module_function

    # 0 believed, 1 refused, 2 malformed input or usage.
    def main(words)
      options = parse(words)
      return batch(options[:batch]) if options[:batch]

      draw = examine(options)
      options[:json] ? puts(json(draw.report)) : show(draw, options[:log].nil?)
      draw.believed? ? 0 : 1
    rescue Malformed => e
      puts json(MALFORMED) if options&.fetch(:json)
      warn "无法继续 / cannot go on: #{e.message}"
      2
    end

    def parse(words)
      options = { receipts: [], json: false }
      words.shift if words.first == "verify"
      until words.empty?
        case words.shift
        when "--json" then options[:json] = true
        when "--receipt" then options[:receipts] << (words.shift || raise(Malformed, USAGE))
        when /\A--(policy|numbers|log|batch)\z/
          options[Regexp.last_match(1).to_sym] = words.shift || raise(Malformed, USAGE)
        when /\A[^-]/ then options[:bundle] ? raise(Malformed, USAGE) : options[:bundle] = Regexp.last_match.string
        else raise Malformed, USAGE
        end
      end
      complete = options[:batch] || (options[:bundle] && options[:policy])
      complete ? options : raise(Malformed, USAGE)
    end

    def examine(options)
      numbers = options[:numbers]&.then { |text| numbers(text) }
      policy = policy(options[:policy])
      log = options[:log]&.then { |folder| whole_log(folder) }
      receipts = options.fetch(:receipts, []).map { |path| read(path) }
      Draw.new(Bundle.new(read(options[:bundle])), policy, numbers:, receipts:, log:)
    end

    def batch(path)
      read(path).force_encoding(Encoding::UTF_8).each_line(chomp: true) do |line|
        bundle, policy, numbers = line.split("\t", -1)
        numbers = nil if numbers.to_s.empty?
        begin
          puts json(examine({ bundle:, policy:, numbers: }).report)
        rescue Malformed
          puts json(MALFORMED)
        end
        $stdout.flush
      end
      0
    end

    def read(path)
      raise Malformed, "#{path} is too long" if File.size(path) > Zip::MOST

      File.binread(path)
    rescue SystemCallError, TypeError, ArgumentError => e
      raise Malformed, e.message
    end

    def policy(path)
      data = read(path)
      @policies ||= {}
      @policies[data] ||= Policy.new(data)
    rescue Bad => e
      raise Malformed, e.message
    end

    def numbers(text)
      parts = text.split(/[,，.]/, -1).map(&:strip)
      right = parts.any? && parts.all? { |part| part.match?(/\A[0-9]{1,2}\z/) }
      right ? parts.map(&:to_i) : raise(Malformed, "--numbers 1,5,9")
    end

    # Every entry of a log that tlog-tiles lays out in a folder.
    def whole_log(folder)
      raise Malformed, "#{folder} is no folder" unless File.directory?(folder)

      entries = []
      while (entries.size % 256).zero?
        path = tile(folder, entries.size / 256) || break
        data = read(path)
        count = entries.size
        until data.empty?
          size = data.unpack1("n") || raise(Malformed, path)
          raise Malformed, "#{path} is cut short" if data.bytesize < 2 + size

          entries << data.byteslice(2, size)
          data = data.byteslice(2 + size..)
        end
        raise Malformed, "#{path} has a wrong size" unless (entries.size - count).between?(1, 256)
      end
      entries
    end

    def tile(folder, number)
      groups = number.digits(1000).reverse.map { |group| format("%03d", group) }
      stem = File.join(folder, "tile/entries", *groups[0..-2].map { |group| "x#{group}" }, groups[-1])
      [stem, *255.downto(1).map { |width| "#{stem}.p/#{width}" }].find { |path| File.file?(path) }
    end

    # Members in this order and without spaces are canonical.
    def json(value)
      case value
      when Hash then "{#{value.map { |name, item| "#{json(name)}:#{json(item)}" }.join(",")}}"
      when Array then "[#{value.map { |item| json(item) }.join(",")}]"
      when nil then "null"
      else "\"#{value}\""
      end
    end

    def show(draw, alone)
      report = draw.report
      puts "抽取编号 / draw #{report["draw"]}"
      draw.checks.each { |check| show_check(check) }
      puts DEMONSTRATION if draw.demonstration?
      puts WITHOUT_LOG if alone
      puts summary(draw, report["selected"])
    end

    # A check's mark, name and title; below, what was found.
    def show_check(check)
      puts "#{WORDS[check.outcome]} #{check.name.ljust(4)} #{TITLES[check.name]}"
      check.reasons.each { |reason| puts "           #{reason}" }
    end

    def summary(draw, selected)
      failed, unclear, flagged = %w[failed blocked flagged].map do |outcome|
        draw.checks.select { |check| check.outcome == outcome }.map(&:name)
      end
      unless (failed + unclear).empty?
        rest = "; 无法核对 / not checked: #{unclear.join(", ")}" if unclear.any?
        return "未通过 / FAILED: #{failed.empty? ? "-" : failed.join(", ")}#{rest}"
      end
      firms = "; #{SELECTED}: #{selected.join(", ")}" if selected.any?
      note = "; 请留意 / mind the notes on #{flagged.join(", ")}" if flagged.any?
      "全部通过 / ALL CHECKS HOLD#{firms}#{note}"
    end
  end
end

exit Ismdraw::Command.main(ARGV.dup) if $PROGRAM_NAME == __FILE__
