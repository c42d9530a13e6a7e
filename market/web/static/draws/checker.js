// A worker that checks a draw: it fetches the bundle and the whole log, and runs the verifier on
// them. The policy comes from the visitor with the request; nothing here gets one by itself.

const AT_ONCE = 6;
const WIDTH = 256;

class NetworkError extends Error {}

const get = async (url) => {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-cache" });
  } catch (error) {
    throw new NetworkError(String(error));
  }
  if (!answer.ok) throw new NetworkError(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

// The path of a bundle of entries, as C2SP tlog-tiles spells it.
const tilePath = (number, width) => {
  const parts = [String(number % 1000).padStart(3, "0")];
  for (let left = Math.floor(number / 1000); left; left = Math.floor(left / 1000)) {
    parts.unshift(`x${String(left % 1000).padStart(3, "0")}`);
  }
  return `tile/entries/${parts.join("/")}${width < WIDTH ? `.p/${width}` : ""}`;
};

// Every entry that the log has now. It may have grown since the bundle was made, and what came
// later is looked at as well: a second result, say, would stand there.
const wholeLog = async ({ log, most }, index) => {
  const files = new Map([["checkpoint", await get(`${log}/checkpoint`)]]);
  const size = Number(new TextDecoder().decode(files.get("checkpoint")).split("\n")[1]);
  if (size > most) return { entries: null, count: size };
  const paths = [];
  for (let number = 0; number * WIDTH < size; number += 1) {
    paths.push(tilePath(number, Math.min(WIDTH, size - number * WIDTH)));
  }
  const next = async () => {
    for (let path = paths.shift(); path; path = paths.shift()) files.set(path, await get(`${log}/${path}`));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const entries = index.readLog((path) => files.get(path) ?? null);
  return { entries, count: entries.length };
};

const sentences = (check) => ({
  ...check,
  findings: check.findings.map(({ kind, zh, en }) => ({ kind, zh, en })),
});

const check = async (task) => {
  const tell = (kind, data = {}) => postMessage({ kind, ...data });
  const index = await import(task.verifier);
  tell("fetching");
  const bytes = task.bundleBytes ?? (await get(task.bundle));
  tell("log");
  let held = { entries: null, count: -1 };
  try {
    held = await wholeLog(task, index);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  }
  tell("running");
  const report = await index.verifyBundle(bytes, task.policy, {
    numbers: task.numbers,
    receipts: task.receipts,
    log: held.entries,
    onCheck: (one) => tell("check", { check: sentences(one) }),
  });
  tell("done", {
    verdict: report.verdict,
    selected: report.selected,
    isDemonstration: report.notice?.phi?.mode === "D1",
    isVoid: report.wouldHaveBeen !== null,
    wouldHaveBeen: report.wouldHaveBeen,
    reason: report.malformed ? index.malformedSentence(report.malformed) : null,
    count: held.count,
    hasLog: held.entries !== null,
  });
};

self.addEventListener("message", async ({ data }) => {
  try {
    await check(data);
  } catch (error) {
    postMessage({ kind: error instanceof NetworkError ? "network" : "broken", reason: String(error) });
  }
});
