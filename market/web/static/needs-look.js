// Asks the server what the checks find while a need is typed. The button "检查" does the same.
(() => {
  "use strict";

  const place = document.querySelector("[data-look-url]");
  const form = place?.closest("form");
  if (!form || !window.fetch) return;

  const wait = 1200;
  const summary = place.querySelector("[data-look-summary]");
  const details = place.querySelector("[data-look-details]");
  let timer = null;
  let asking = null;

  const look = async () => {
    asking?.abort();
    asking = new AbortController();
    const typed = new FormData(form);
    // Nothing is done with the form: its key stays good, and no move is made.
    typed.delete("request_key");
    typed.delete("move");
    try {
      const answer = await fetch(place.dataset.lookUrl, {
        method: "POST",
        body: typed,
        signal: asking.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const words = page.querySelector("[data-look-summary]").textContent;
      if (summary.textContent !== words) summary.textContent = words;
      details.replaceChildren(...page.querySelector("[data-look-details]").childNodes);
    } catch (error) {
      if (error.name !== "AbortError") summary.textContent = place.dataset.failed;
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, wait);
  });
})();
