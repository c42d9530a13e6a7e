// A firm checks its receipt: signed by a log it trusts, its enrolment in that log, opened by its
// salt, and, once there is one, in the frozen list.

const box = document.querySelector("[data-receipt]");
const part = (name) => box.querySelector(`[data-${name}]`);
const words = part("receipt-words").dataset;
const settings = box.dataset;
const base = new URL(settings.verifier, location.href);
const policy = document.getElementById("receipt-policy");
const language = document.documentElement.lang === "en" ? "en" : "zh";
const chosen = (id) => document.getElementById(id).files[0];
box.hidden = false;

document.getElementById("receipt-policy-file").addEventListener("change", async ({ target }) => {
  if (target.files.length) policy.value = await target.files[0].text();
});

const get = async (url) => {
  const answer = await fetch(url, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
};
const held = async (id, url) => (chosen(id) ? new Uint8Array(await chosen(id).arrayBuffer()) : get(url));
const modules = async (...names) => Object.assign({}, ...(await Promise.all(names.map((name) => import(new URL(name, base))))));

const check = async () => {
  const tools = await modules("index.js", "format/note.js", "format/merkle.js", "format/entries.js", "format/bundle.js", "protocol/layouts.js", "protocol/list.js", "format/bytes.js");
  const receipt = await held("receipt-proof-file", settings.proof);
  const opening = JSON.parse(new TextDecoder().decode(await held("receipt-opening-file", settings.opening)));
  const body = tools.utf8(opening.entry);
  const entry = tools.readEntry(body);
  const found = [];
  const proof = tools.parseProof(receipt, { mayHaveExtra: true });
  const checkpoint = tools.parseCheckpoint(proof.checkpoint);
  const logs = tools.parsePolicy(policy.value).logs.filter(({ name }) => name === checkpoint.origin);
  found.push(["signed", logs.some((key) => tools.isSignedBy(checkpoint, key))]);
  found.push(["included", tools.isIncluded(tools.leafHash(body), proof.index, checkpoint.size, proof.path, checkpoint.root)]);
  const commit = tools.enrolCommit(tools.fromHex(opening.salt), tools.fromHex(opening.draw), opening.firm);
  found.push(["opened", entry.draw === opening.draw && tools.toHex(commit) === entry.enrol_commit]);
  if (settings.bundle) found.push(...(await inList(tools, receipt, proof.index, opening)));
  else found.push(["later", null]);
  return found;
};

const inList = async (tools, receipt, index, opening) => {
  const bytes = await get(settings.bundle);
  const report = tools.verifyBundleNow(bytes, policy.value, { receipts: [receipt] });
  const holds = (name) => ["ok", "flagged"].includes(report.checks.find((one) => one.name === name)?.status);
  const bundle = tools.readBundle(bytes);
  const lines = bundle.list === null ? [] : tools.readList(bundle.list);
  const entries = bundle.entries.map(({ body }) => { try { return tools.readEntry(body); } catch { return {}; } });
  const gone = entries.find((one) => ["withdraw", "ineligible"].includes(one.type) && one.enrol === index);
  const listed = lines.some((line) => line.firm === opening.firm && line.enrol === index);
  const sound = ["list", report.draw === opening.draw && ["V1", "V2", "V6"].every(holds)];
  if (gone) return [sound, [gone.type, true]];
  // A draw that was called off before its list was frozen has none to stand in.
  if (!entries.some((one) => one.type === "freeze")) return [sound, ["nolist", null]];
  return [sound, listed ? ["listed", true] : ["missing", false]];
};

// Null is what cannot be judged yet, or not at all.
const MARKS = new Map([[true, "✓"], [false, "×"], [null, "–"]]);
const TONES = new Map([[true, "is-good"], [false, "is-bad"], [null, ""]]);

const list = part("found");
const button = part("run");
button.addEventListener("click", async () => {
  const status = part("status");
  if (!policy.value.trim()) {
    status.textContent = words.nopolicy;
    return;
  }
  status.textContent = words.checking;
  list.replaceChildren();
  try {
    const found = await check();
    for (const [name, isRight] of found) {
      const line = document.createElement("li");
      line.className = `d-told ${TONES.get(isRight)}`;
      line.textContent = `${MARKS.get(isRight)} ${words[name]}`;
      list.append(line);
    }
    const judged = found.map(([, isRight]) => isRight);
    const waits = found.some(([name]) => name === "later");
    status.textContent = judged.includes(false) ? words.wrong : waits ? words.partly : words.right;
  } catch (error) {
    const { malformedSentence, MalformedError } = await import(base);
    status.textContent = error instanceof MalformedError ? malformedSentence(error)[language] : words.network;
  }
});
