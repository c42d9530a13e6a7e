"""Asking the parts of the JavaScript verifier: a module, a function, arguments as JSON."""

import json
import subprocess
from typing import Any, Final

from tests.verifiers.programs import JAVASCRIPT

# Bytes travel as {"b": hexadecimal}, big integers as {"n": decimal}; a refusal as {"error": …}.
_DRIVER: Final = """
const decode = (value) => {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if ("b" in value) return Uint8Array.from(Buffer.from(value.b, "hex"));
  if ("n" in value) return BigInt(value.n);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
};
const encode = (value) => {
  if (typeof value === "bigint") return { n: String(value) };
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(encode);
  if (value === null || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
};
let input = "";
for await (const chunk of process.stdin) input += chunk;
const { root, calls } = JSON.parse(input);
const answers = [];
for (const [path, name, ...given] of calls) {
  const module = await import(root + path);
  const target = name.split(".").reduce((inner, part) => inner[part], module);
  try {
    answers.push(encode(await target(...decode(given))));
  } catch (error) {
    answers.push({ error: error.reason ?? error.name });
  }
}
process.stdout.write(JSON.stringify(answers));
"""


def _packed(value: Any) -> Any:
    match value:
        case bytes():
            return {"b": value.hex()}
        case list() | tuple():
            return [_packed(item) for item in value]
        case dict():
            return {key: _packed(item) for key, item in value.items()}
        case _:
            return value


def _unpacked(value: Any) -> Any:
    match value:
        case {"b": str(digits)}:
            return bytes.fromhex(digits)
        case {"n": str(digits)}:
            return int(digits)
        case list():
            return [_unpacked(item) for item in value]
        case dict():
            return {key: _unpacked(item) for key, item in value.items()}
        case _:
            return value


def call(*calls: tuple[Any, ...]) -> list[Any]:
    """Call functions of the verifier, (path, name, *arguments) each, and return their answers.

    A refusal comes back as ``{"error": reason}``.
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", _DRIVER],
        input=json.dumps({"root": f"{JAVASCRIPT.parent.as_uri()}/", "calls": _packed(calls)}),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = _unpacked(json.loads(done.stdout))
    return answers
