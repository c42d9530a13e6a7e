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
