// "Check it yourself": the visitor's policy, this site's bundle and log, and the verifier in a
// worker of the visitor's own browser. Each check is shown as it ends.

const box = document.querySelector("[data-check]");
const words = box.querySelector("[data-words]").dataset;
const settings = box.dataset;
const MOST_ENTRIES = 20000;
const SHOW_EACH_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140;
const part = (name, root = box) => root.querySelector(`[data-${name}]`);
const policy = document.getElementById("check-policy");
const absolute = (path) => new URL(path, location.href).href;
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
box.hidden = false;

// The policy: pasted, from a file, or, if the visitor insists, this site's copy.
const borrowed = part("borrowed");
policy.addEventListener("input", () => { borrowed.hidden = true; });
document.getElementById("check-policy-file").addEventListener("change", async ({ target }) => {
  if (!target.files.length) return;
  policy.value = await target.files[0].text();
  borrowed.hidden = true;
});
part("borrow").addEventListener("click", async () => {
  try {
    const answer = await fetch(settings.policy);
    if (!answer.ok) throw new Error(String(answer.status));
    policy.value = await answer.text();
    borrowed.hidden = false;
  } catch {
    say(words.network);
  }
});

const status = part("status");
const say = (text) => { status.textContent = text; };
const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());
const chosen = (id) => Array.from(document.getElementById(id)?.files ?? []);

const numbersTyped = () => {
  const typed = (document.getElementById("check-numbers")?.value ?? "").match(/\d+/g);
  return typed ? typed.map(Number) : null;
};

const NUMBERS = 20;
const HIGHEST = 80;
const isDrawing = (typed) =>
  new Set(typed).size === NUMBERS && typed.length === NUMBERS
  && typed.every((number) => number >= 1 && number <= HIGHEST);

const list = part("list");
const rows = new Map(Array.from(list.children, (row) => [row.dataset.name, row]));
const clear = () => {
  for (const row of rows.values()) {
    row.className = "d-checks__item";
    for (const name of ["detail", "state"]) part(name, row).textContent = "";
  }
  verdict.hidden = true;
  verdict.className = "d-verdict";
};
const show = (check) => {
  const row = rows.get(check.name);
  row.classList.add(`is-${check.status}`);
  part("state", row).textContent = words[check.status];
  const told = check.findings.filter(({ kind }) => check.status === "ok" || kind !== "fact");
  part("detail", row).textContent = told.map((found) => found[settings.language]).join(" ");
};

const verdict = part("verdict");
const conclude = (done, failed, seconds) => {
  const firms = done.selected.join("、");
  const text =
    done.verdict === "malformed" ? fill(words.malformed, { reason: done.reason[settings.language] })
    : done.verdict === "refused" ? fill(words.refused, { names: failed.join("、") })
    : firms ? fill(words.believed, { firms }) : words.void;
  const lines = [text];
  if (done.verdict === "believed" && firms) lines.push(words.compare);
  if (failed.includes("V8") && numbersTyped()) lines.push(words.typed);
  if (done.isDemonstration) lines.push(words.demo);
  if (!borrowed.hidden) lines.push(words.borrowed);
  const facts = { count: done.count, most: MOST_ENTRIES, seconds: seconds.toFixed(1) };
  say(fill(done.hasLog ? words.whole : done.count > MOST_ENTRIES ? words.big : words.alone, facts));
  verdict.replaceChildren(...lines.map((line, place) => {
    const line_ = document.createElement("p");
    if (place === 0) line_.className = "d-verdict__word";
    line_.textContent = line;
    return line_;
  }));
  verdict.classList.add(done.verdict === "believed" ? "is-good" : "is-bad");
  verdict.hidden = false;
  verdict.focus({ preventScroll: true });
};

// The names of the checks stand there before any is done.
import(absolute(settings.verifier)).then(({ CHECK_TITLES }) => {
  for (const { name, title } of CHECK_TITLES) part("title", rows.get(name)).textContent = title[settings.language];
});

const button = part("run");
const rest = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

const run = async () => {
  if (!policy.value.trim()) {
    say(words.noPolicy);
    policy.focus();
    return;
  }
  const numbers = numbersTyped();
  if (numbers && !isDrawing(numbers)) {
    say(words.numbers);
    document.getElementById("check-numbers").focus();
    return;
  }
  clear();
  list.hidden = false;
  button.setAttribute("aria-disabled", "true");
  const started = performance.now();
  const own = chosen("check-bundle-file");
  const task = {
    verifier: absolute(settings.verifier),
    bundle: absolute(settings.bundle),
    bundleBytes: own.length ? await bytesOf(own[0]) : null,
    policy: policy.value,
    numbers,
    receipts: await Promise.all(chosen("check-receipt-file").map(bytesOf)),
    log: absolute(settings.log),
    most: MOST_ENTRIES,
  };
  const failed = [];
  let shown = Promise.resolve();
  const worker = new Worker(settings.worker, { type: "module" });
  const end = (finish) => {
    worker.terminate();
    shown.then(() => {
      button.removeAttribute("aria-disabled");
      finish();
    });
  };
  worker.addEventListener("error", () => end(() => say(words.network)));
  worker.addEventListener("message", ({ data }) => {
    switch (data.kind) {
      case "check":
        if (["failed", "blocked"].includes(data.check.status)) failed.push(data.check.name);
        shown = shown.then(() => show(data.check)).then(() => rest(SHOW_EACH_MS));
        break;
      case "done": {
        const seconds = (performance.now() - started) / 1000;
        end(() => conclude(data, failed, seconds));
        break;
      }
      case "network":
      case "broken":
        end(() => say(words.network));
        break;
      default:
        say(words[data.kind]);
    }
  });
  worker.postMessage(task);
};
button.addEventListener("click", () => {
  if (!button.hasAttribute("aria-disabled")) run();
});
