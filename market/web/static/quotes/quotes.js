// A firm's quote in its own browser: made here, kept in a file, and only its commitment is sent.
// Before the opening neither the amount nor the salt leaves this page.

const verifierUrl = new URL(document.querySelector("script[data-verifier]").dataset.verifier, location.href);
const load = import(verifierUrl);
const FORMAT = "zjcs/quote-file/v1";

const tell = (place, tone, text) => {
  place.className = `d-told ${tone}`;
  place.textContent = text;
};

const save = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// A browser that stores nothing is no reason to stop.
const memory = {
  get: (slot) => { try { return localStorage.getItem(slot); } catch { return null; } },
  set: (slot, text) => { try { localStorage.setItem(slot, text); } catch { /* See above. */ } },
};
const slotOf = ({ notice, firm }) => `zjcs-quote-${notice}-${firm}`;

// Yuan as typed, to whole fen without any rounding; null for what is no amount.
const fenOf = (typed) => {
  const text = typed.trim().replace(/[,，]/g, "").replace(/^[¥￥]/, "");
  const found = /^(\d{1,11})(?:\.(\d{1,2}))?$/.exec(text);
  if (!found) return null;
  const fen = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return fen > 0 ? fen : null;
};
// A discount in percent as typed, to whole basis points; null for what is none.
const pointsOf = (typed) => {
  const found = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(typed.trim().replace(/[%％]$/, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};
// What is taken off is cut to whole fen, exactly as the notice says: no floating point.
const priceAt = (ceiling, points) => Number(BigInt(ceiling) - (BigInt(ceiling) * BigInt(points)) / 10000n);
const yuanOf = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;

const sealing = document.querySelector("[data-quote-seal]");
if (sealing) {
  const { notice, firm, ceiling, floor, unit } = sealing.dataset;
  const typed = document.getElementById("quote-yuan");
  const pricedOf = (text) => {
    if (unit !== "discount") return fenOf(text);
    const points = pointsOf(text);
    return points === null ? null : priceAt(ceiling, points);
  };
  const words = sealing.querySelector("[data-words]").dataset;
  const told = sealing.querySelector("[data-told]");
  const form = document.querySelector('[name="commitment"]').closest("form");
  sealing.hidden = false;
  const price = sealing.querySelector("[data-price]");
  if (price) {
    typed.addEventListener("input", () => {
      const fen = pricedOf(typed.value);
      price.textContent = fen === null ? words.amount : `${price.dataset.wordsPrice}¥${yuanOf(fen)}`;
    });
  }
  sealing.querySelector("[data-make]").addEventListener("click", async () => {
    const fen = pricedOf(typed.value);
    if (fen === null) return tell(told, "is-bad", words.amount);
    // The most that counts: the ceiling, or what the firm's own published fee gives.
    if (fen > Number(sealing.dataset.most)) return tell(told, "is-bad", words.high);
    if (fen < Number(floor)) return tell(told, "is-bad", words.low);
    const index = await load;
    const salt = index.toHex(index.randomValue());
    const opening = `zjcs/quote/v1\n${notice}\n${firm}\n${fen}\n${salt}\n`;
    const file = `${JSON.stringify({ format: FORMAT, notice, firm, amount_fen: fen, salt })}\n`;
    save(`${notice}-quote-${salt.slice(0, 8)}.json`, file);
    if (document.getElementById("quote-keep").checked) memory.set(slotOf(sealing.dataset), file);
    form.querySelector('[name="commitment"]').value = index.toHex(index.sha256(new TextEncoder().encode(opening)));
    return form.requestSubmit();
  });
}

const opening = document.querySelector("[data-quote-open]");
if (opening) {
  const words = opening.querySelector("[data-words]").dataset;
  const told = opening.querySelector("[data-told]");
  const form = document.querySelector('[name="salt"]').closest("form");
  opening.hidden = false;
  const take = (text, said) => {
    let kept;
    try { kept = JSON.parse(text); } catch { kept = null; }
    const isOurs = kept?.format === FORMAT && kept.notice === opening.dataset.notice
      && kept.firm === opening.dataset.firm && Number.isSafeInteger(kept.amount_fen)
      && /^[0-9a-f]{64}$/.test(kept.salt);
    if (!isOurs) return tell(told, "is-bad", words.unreadable);
    form.querySelector('[name="amount_fen"]').value = yuanOf(kept.amount_fen);
    form.querySelector('[name="salt"]').value = kept.salt;
    return tell(told, "is-good", said);
  };
  opening.querySelector("[data-load]").addEventListener("change", async ({ target }) => {
    if (target.files.length) take(await target.files[0].text(), words.ready);
  });
  const kept = memory.get(slotOf(opening.dataset));
  if (kept && !form.querySelector('[name="salt"]').value) take(kept, words.kept);
}
