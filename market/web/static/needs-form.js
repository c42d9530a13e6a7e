// Keeps a long form on the server while it is filled in, so that nothing typed is lost when the
// browser closes or the session ends. The form works without it.
(() => {
  "use strict";

  const status = document.getElementById("z-kept");
  const form = document.querySelector("form[data-keep]");
  if (!status || !form) return;

  const wait = 4000;
  let timer = null;
  let busy = false;
  let touched = false;

  const say = (words) => {
    status.textContent = words;
    status.hidden = false;
  };

  const keep = async () => {
    if (busy || !touched || form.dataset.sent) return;
    busy = true;
    touched = false;
    const typed = new FormData(form);
    typed.delete("request_key");
    typed.delete("move");
    try {
      const answer = await fetch(status.dataset.keepUrl, {
        method: "POST",
        body: typed,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const kept = await answer.json();
      const field = form.elements.namedItem("sketch");
      if (field) field.value = String(kept.sketch);
      const at = new Date(kept.saved_at);
      say(`${status.dataset.kept} ${at.toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" })}`);
    } catch {
      touched = true;
      say(status.dataset.failed);
    } finally {
      busy = false;
    }
  };

  form.addEventListener("input", () => {
    touched = true;
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
})();

// Puts away what the chosen method does not use, and what most people need not change. Nothing is
// put away that was refused or filled in, and without this script all of it is shown.
(() => {
  "use strict";

  const methods = [...document.querySelectorAll('input[name="method"]')];
  const parts = [...document.querySelectorAll("[data-for-method]")];

  const isWrong = (part) => part.querySelector(".z-field--invalid") !== null;
  const isChanged = (part) =>
    [...part.querySelectorAll("input, textarea")].some((field) =>
      field.type === "radio" ? field.checked && field.value !== "amount" : field.value.trim() !== "",
    );

  const show = () => {
    const chosen = methods.find((each) => each.checked);
    for (const part of parts) {
      const used = !chosen || part.dataset.forMethod.split(" ").includes(chosen.value);
      // The list offered to a panel is dropped with the method; a price term would be refused.
      const left = part.dataset.forMethod !== "scored" && isChanged(part);
      part.hidden = !(used || left || isWrong(part));
    }
  };

  if (methods.length) {
    for (const each of methods) each.addEventListener("change", show);
    for (const part of parts) part.addEventListener("change", show);
    show();
  }

  for (const part of document.querySelectorAll("details[data-fold]")) {
    const usual = part.dataset.fold;
    const filled = [...part.querySelectorAll("input, textarea")].some((field) =>
      field.type === "radio" ? field.checked && field.value !== usual : field.value.trim() !== "",
    );
    part.open = filled || isWrong(part);
  }
})();
