// Help for the hand; every page works without it. No inline handlers, no requests of its own.
(() => {
  "use strict";

  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const words = document.getElementById("z-words")?.dataset ?? {};
  document.documentElement.classList.add("js");

  // The menu of a phone.
  for (const burger of all("[data-burger]")) {
    const nav = document.getElementById(burger.getAttribute("aria-controls"));
    burger.hidden = false;
    burger.addEventListener("click", () => {
      const open = nav.classList.toggle("is-open");
      burger.setAttribute("aria-expanded", String(open));
    });
  }

  // Large type, remembered on this computer.
  const remember = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("z-large") === "1";
      localStorage.setItem("z-large", value ? "1" : "0");
    } catch { /* A browser that stores nothing still switches for this page. */ }
    return Boolean(value);
  };
  const enlarge = (on) => {
    document.documentElement.classList.toggle("z-large", on);
    for (const button of all("[data-large]")) button.setAttribute("aria-pressed", String(on));
  };
  enlarge(remember());
  for (const button of all("[data-large]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      remember(on);
      enlarge(on);
    });
  }

  // A summary of errors is read first.
  document.querySelector("[data-focus]")?.focus();

  // Copy a digest.
  if (navigator.clipboard) {
    for (const button of all("[data-copy]")) {
      button.hidden = false;
      const text = button.querySelector("[data-copy-text]");
      const before = text.textContent;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        text.textContent = button.dataset.copied;
        setTimeout(() => { text.textContent = before; }, 2000);
      });
    }
  }

  // Ask before an act that cannot be taken back, then let the form go its usual way.
  const dialog = document.getElementById("z-confirm");
  if (dialog && typeof dialog.showModal === "function") {
    let asking = null;
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-confirm]");
      if (!button || button.dataset.confirmed) return;
      // What is still missing is said first: nobody confirms a form that is refused anyway.
      if (button.form && !button.form.checkValidity()) return;
      event.preventDefault();
      asking = button;
      // The choice is repeated: whoever picked the wrong line reads it here.
      const chosen = button.form && button.form.querySelector(
        "select[name=outcome] option:checked, input[name=outcome]:checked + label, input[name=agree]:checked + label"
      );
      document.getElementById("z-confirm-text").textContent =
        (chosen ? `【${chosen.textContent.trim()}】` : "") + button.dataset.confirm;
      dialog.showModal();
    });
    dialog.querySelector("[data-no]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-yes]").addEventListener("click", () => {
      dialog.close();
      if (!asking) return;
      asking.dataset.confirmed = "1";
      asking.click();
      delete asking.dataset.confirmed;
      asking = null;
    });
  }

  // Send once. The button stays in the page (its name and value are sent); a second press is lost.
  // After a while the form may be tried again: the server takes each form only once.
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of all("button[aria-disabled]", form)) {
      button.removeAttribute("aria-disabled");
      if (button.dataset.words) button.textContent = button.dataset.words;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("once" in form.dataset)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => release(form), 15000);
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (!button.children.length && words.sending) {
      button.dataset.words = button.textContent;
      button.textContent = words.sending;
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach(release);
  });

  // Warn before entered text is lost.
  for (const form of all("form[data-keep]")) {
    let touched = Boolean(document.querySelector(".z-errors"));
    form.addEventListener("input", () => { touched = true; });
    window.addEventListener("beforeunload", (event) => {
      if (touched && !form.dataset.sent) event.preventDefault();
    });
  }

  // What only some answers need is shown once one of them is chosen. Without scripts all is.
  for (const part of all("[data-for]")) {
    const form = part.closest("form");
    const values = part.dataset.values.split(" ");
    const show = () => {
      const chosen = form.querySelector(`[name="${part.dataset.for}"]:checked`);
      part.hidden = !chosen || !values.includes(chosen.value);
    };
    form.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  }

  // Deadlines count down by the server's clock, not by this computer's.
  const unit = (number, word) => (/[a-z]$/i.test(word) ? `${number} ${word}${number === 1 ? "" : "s"}` : `${number} ${word}`);
  const spell = (seconds) => {
    const [days, hours, minutes] = [seconds / 86400, (seconds % 86400) / 3600, (seconds % 3600) / 60].map(Math.floor);
    if (days) return unit(days, words.day) + (hours ? ` ${unit(hours, words.hour)}` : "");
    if (hours) return unit(hours, words.hour) + (minutes ? ` ${unit(minutes, words.minute)}` : "");
    return minutes ? unit(minutes, words.minute) : words.moment;
  };
  const clocks = all("[data-countdown]");
  const started = performance.now();
  const tick = () => {
    for (const clock of clocks) {
      const elapsed = (performance.now() - started) / 1000;
      const left = (Date.parse(clock.dataset.countdown) - Date.parse(clock.dataset.now)) / 1000 - elapsed;
      const state = left < 0 ? "late" : left < 86400 ? "soon" : "ample";
      clock.className = `z-left z-left--${state}`;
      clock.querySelector("[data-countdown-text]").textContent =
        `${left < 0 ? words.late : words.left} ${spell(Math.abs(left))}`;
    }
  };
  if (clocks.length && words.left) setInterval(tick, 20000);
})();
