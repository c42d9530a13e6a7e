// Secret keys and values in the visitor's own browser: made here or read from a file, used here,
// never sent. Only what a form shows is posted: public keys, commitments, proofs, and a value once
// the visitor's own policy says that the list is frozen.

const verifierUrl = new URL(document.querySelector("script[data-verifier]").dataset.verifier, location.href);
const load = import(verifierUrl);
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
const language = document.documentElement.lang === "en" ? "en" : "zh";

const tell = (place, tone, text) => {
  place.className = `d-told ${tone}`;
  place.textContent = text;
};

const save = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// A browser that stores nothing is no reason to stop.
const memory = {
  get: (slot) => { try { return localStorage.getItem(slot); } catch { return null; } },
  set: (slot, text) => { try { localStorage.setItem(slot, text); } catch { /* See above. */ } },
};

const task = document.querySelector("[data-task]");
const form = task?.closest("form");
const field = (name) => form.querySelector(`[name="${name}"]`);
let secret = null;
let value = null;

// What follows from a key as soon as it is there.
const worth = async (index, key) => {
  const message = new TextEncoder().encode(`zjcs/contribution/v1\n${task.dataset.draw}`);
  return index.sha256(index.ed25519.sign(key, message));
};
const TASKS = {
  "register-vrf": (index, key) => {
    field("public_key").value = index.toHex(index.vrf.keygen(key).publicKey);
    field("proof").value = index.toHex(index.vrf.prove(key, index.fromHex(task.dataset.alpha)));
  },
  "register-sign": (index, key) => {
    const message = new TextEncoder().encode(`zjcs/contributor-key/v1\n${task.dataset.who}`);
    field("public_key").value = index.toHex(index.ed25519.publicKey(key));
    field("proof").value = index.toHex(index.ed25519.sign(key, message));
  },
  commit: async (index, key) => {
    const commit = index.commitOf(task.dataset.draw, task.dataset.who, await worth(index, key));
    field("commit").value = index.toHex(commit);
    field("signature").value = index.toHex(index.commitSignature(key, task.dataset.draw, commit));
  },
  reveal: async (index, key) => { value = await worth(index, key); },
  prove: () => {},
  "firm-commit": () => {},
};

const readHex = (text) => {
  const digits = text.trim();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
};
// A contributor's key file says what it is, so that nobody takes its content for a public key.
// Files from before there was a label hold the digits alone, as a trustee's do.
const LABELS = { sign: "zjcs-contributor-secret-v1:", vrf: "" };
const readKey = (text, kind) => {
  const line = text.trim();
  return readHex(line.startsWith(LABELS[kind]) ? line.slice(LABELS[kind].length) : line);
};
// A value is kept in a file as the command line keeps it: for which draw, whose, and what.
const readValue = (text) => {
  try {
    const kept = JSON.parse(text);
    const isOurs = kept.draw === task.dataset.draw && kept.who === task.dataset.who;
    return isOurs ? readHex(kept.value) : null;
  } catch {
    return null;
  }
};
const valueFile = (digits) => `{"draw":"${task.dataset.draw}","value":"${digits}","who":"${task.dataset.who}"}\n`;

const box = document.querySelector("[data-keybox]");
if (box) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const words = part("key-words").dataset;
  const told = part("told");
  const slot = `zjcs-${box.dataset.kind}-${box.dataset.expect || "new"}`;
  box.hidden = false;
  const take = async (digits, words_) => {
    const index = await load;
    const key = index.fromHex(digits);
    const publicKey = index.toHex(index.ed25519.publicKey(key));
    if (box.dataset.expect && publicKey !== box.dataset.expect) {
      tell(told, "is-bad", fill(words.other, { key: publicKey }));
      return;
    }
    secret = key;
    if (part("keep").checked) memory.set(`zjcs-${box.dataset.kind}-${publicKey}`, digits);
    await TASKS[task.dataset.task](index, key);
    tell(told, "is-good", fill(words_, { key: publicKey }));
  };
  part("make")?.addEventListener("click", async () => {
    const index = await load;
    const digits = index.toHex(index.randomValue());
    save(box.dataset.file, `${LABELS[box.dataset.kind]}${digits}\n`);
    await take(digits, words.made);
  });
  part("load").addEventListener("change", async ({ target }) => {
    if (!target.files.length) return;
    const text = await target.files[0].text();
    const [digits, kept] = [readKey(text, box.dataset.kind), task.dataset.task === "reveal" ? readValue(text) : null];
    if (kept !== null) {
      value = (await load).fromHex(kept);
      tell(told, "is-good", words.value);
    } else if (digits === null) tell(told, "is-bad", words.unreadable);
    else await take(digits, words.ready);
  });
  part("keep").addEventListener("change", async ({ target }) => {
    const index = await load;
    if (target.checked && secret) memory.set(`zjcs-${box.dataset.kind}-${index.toHex(index.ed25519.publicKey(secret))}`, index.toHex(secret));
  });
  const kept = box.dataset.expect && memory.get(slot);
  if (kept && readHex(kept)) {
    part("keep").checked = true;
    take(kept, words.kept);
  }
}

// A firm's contribution: a value made at the press of a button, kept in a file, and remembered by
// this browser if the firm wants it.
const firm = document.querySelector("[data-firm-value]");
if (firm) {
  const part = (name) => firm.querySelector(`[data-${name}]`);
  const slot = `zjcs-value-${task.dataset.draw}-${task.dataset.who}`;
  const keep = document.getElementById("value-keep");
  firm.hidden = false;
  part("make")?.addEventListener("click", async () => {
    const index = await load;
    const digits = index.toHex(index.randomValue());
    save(firm.dataset.file, valueFile(digits));
    if (keep?.checked) memory.set(slot, valueFile(digits));
    field("commit").value = index.toHex(index.commitOf(task.dataset.draw, task.dataset.who, digits));
    form.requestSubmit();
  });
  const take = async (text) => {
    const digits = text && readValue(text);
    if (!digits) return false;
    value = (await load).fromHex(digits);
    tell(part("told"), "is-good", firm.dataset.ready);
    return true;
  };
  part("load")?.addEventListener("change", async ({ target }) => {
    if (target.files.length && !(await take(await target.files[0].text()))) tell(part("told"), "is-bad", firm.dataset.unreadable);
  });
  if (part("load")) take(memory.get(slot));
}

// Before anything is given away: the visitor's own policy must say that the list is frozen.
const gate = document.querySelector("[data-gate]");
if (gate) {
  const words = gate.querySelector("[data-gate-words]").dataset;
  const told = gate.querySelector("[data-gate-told]");
  const policy = document.getElementById("gate-policy");
  const isReveal = task.dataset.task !== "prove";
  gate.hidden = false;
  let passed = false;
  document.getElementById("gate-file").addEventListener("change", async ({ target }) => {
    if (target.files.length) policy.value = await target.files[0].text();
  });

  // A value is revealed before the cut, so V5 cannot hold yet; what comes after it cannot either.
  const BEFORE_REVEALING = ["V1", "V2", "V3", "V4", "V6"];
  const mayReveal = (index, bytes) => {
    const report = index.verifyBundleNow(bytes, policy.value);
    if (report.verdict === "malformed") throw report.malformed;
    const broken = report.checks.filter(({ name, status }) => BEFORE_REVEALING.includes(name) && !["ok", "flagged"].includes(status));
    return report.draw === task.dataset.draw ? broken.map(({ name }) => name) : ["draw"];
  };
  const holdsCommit = async (index, bytes) => {
    const [{ readBundle }, { readEntry }] = await Promise.all(
      ["format/bundle.js", "format/entries.js"].map((name) => import(new URL(name, verifierUrl))),
    );
    const wanted = index.toHex(index.commitOf(task.dataset.draw, task.dataset.who, value));
    const kinds = readBundle(bytes).entries.map(({ body }) => {
      try { return readEntry(body); } catch { return {}; }
    });
    return kinds.some((one) => one.t === "ismdraw/freeze/v1") &&
      kinds.some((one) => one.t === "ismdraw/commit/v1" && one.commit === wanted);
  };

  const pass = async () => {
    if (!policy.value.trim()) return tell(told, "is-bad", words.nopolicy);
    if (isReveal ? value === null : secret === null) return tell(told, "is-bad", isReveal && firm ? words.novalue : words.nokey);
    tell(told, "", words.checking);
    const index = await load;
    let answer;
    try {
      answer = await fetch(gate.dataset.bundle, { cache: "no-cache" });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      return tell(told, "is-bad", words.network);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    try {
      if (isReveal) {
        const broken = mayReveal(index, bytes);
        if (!broken.length && !(await holdsCommit(index, bytes))) broken.push("COMMIT");
        if (broken.length) return tell(told, "is-bad", fill(words.refused, { names: broken.join("、") }));
        field("value").value = index.toHex(value);
      } else {
        const { later } = gate.dataset;
        const alpha = later ? index.laterAlphaToProve(bytes, policy.value, later) : index.alphaToProve(bytes, policy.value);
        field("proof").value = index.toHex(index.vrf.prove(secret, alpha));
      }
    } catch (error) {
      if (error instanceof index.NotReadyError) {
        if (error.opensAt !== null) return tell(told, "is-bad", index.notReadySentence(error)[language]);
        const names = error.checks.map(({ name }) => name).join("、") || "VOID";
        return tell(told, "is-bad", fill(words.refused, { names }));
      }
      if (error instanceof index.MalformedError) {
        return tell(told, "is-bad", fill(words.malformed, { reason: index.malformedSentence(error)[language] }));
      }
      throw error;
    }
    passed = true;
    return tell(told, "is-good", words.passed);
  };
  gate.querySelector("[data-pass]").addEventListener("click", pass);

  // What the gate has not let through is not sent, but for what somebody typed by hand, having
  // checked it by the command line.
  form.addEventListener("submit", (event) => {
    const name = isReveal ? "value" : "proof";
    if (passed || field(name).value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pass();
  }, true);
}
