// The big screen: asks for the small public state, fetches its own page anew when that changes,
// and goes on by itself after a lost connection. Texts come from the page, never from here.
import { run } from "./clock.js";

const body = document.body;
const lost = document.querySelector("[data-lost]");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const OFTEN = 1000;
const SELDOM = 3000;
const LONGEST = 5000;
const PATIENCE = 8000;

// The server's clock: its time at the answer with the shortest way, plus what has passed here.
let offset = Date.parse(body.dataset.now) - performance.now();
let shortest = Infinity;
const nowAt = () => performance.now() + offset;
const setClock = (response, asked) => {
  const told = Number(response.headers.get("Server-Time")) * 1000;
  const way = performance.now() - asked;
  shortest += 5; // An old answer is not believed for ever: clocks drift.
  if (!told || way > shortest) return;
  shortest = way;
  offset = told + way / 2 - performance.now();
};

let ticking = run(document, nowAt);
let known = null;
let etag = null;
let pause = 0;
let lostAt = 0;

const ask = async (url, headers = {}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(url, { headers, cache: "no-store", signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
};

const isLost = () => {
  if (!lostAt) lostAt = performance.now();
  lost.hidden = false;
  const seconds = Math.round((performance.now() - lostAt) / 1000);
  const since = lost.querySelector("[data-since]");
  since.textContent = since.dataset.since.replace("0", seconds);
  pause = Math.min(LONGEST, Math.max(OFTEN, pause * 1.5));
};
const isBack = () => {
  lostAt = 0;
  lost.hidden = true;
};

// Firms stand in the order of their codes until their tickets are known; then each falls into its
// place, the last place first, so that the winner comes last.
const fall = (stage) => {
  const parts = Array.from(stage.querySelectorAll("[data-part]"));
  parts.forEach((part, place) => {
    part.animate(
      [{ opacity: 0, transform: "translateY(-.5em)" }, { opacity: 1, transform: "none" }],
      { duration: 350, delay: place * 110, fill: "backwards", easing: "ease-out" },
    );
  });
  const rows = Array.from(stage.querySelectorAll(".s-row"));
  const boxes = rows.map((row) => row.getBoundingClientRect());
  const before = rows.map((row, place) => place).sort((a, b) => (rows[a].dataset.code < rows[b].dataset.code ? -1 : 1));
  const from = new Map(before.map((place, old) => [place, boxes[old]]));
  const begin = parts.length * 110 + 500;
  const step = Math.min(260, 5000 / Math.max(1, rows.length));
  rows.forEach((row, place) => {
    const [x, y] = [from.get(place).x - boxes[place].x, from.get(place).y - boxes[place].y];
    row.animate(
      [{ transform: `translate(${x}px, ${y}px)`, opacity: .55 }, { transform: "none", opacity: 1 }],
      { duration: 900, delay: begin + (rows.length - 1 - place) * step, fill: "backwards", easing: "cubic-bezier(.2,.9,.25,1)" },
    );
  });
  for (const winner of stage.querySelectorAll("[data-winner]")) {
    winner.animate(
      [{ opacity: 0, transform: "scale(.92)" }, { opacity: 1, transform: "none" }],
      { duration: 700, delay: begin + rows.length * step + 600, fill: "backwards", easing: "ease-out" },
    );
  }
};

const renew = async () => {
  const answer = await ask(location.href);
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document.getElementById("stage"), page.getElementById("stage")];
  if (!fresh) throw new Error("no stage");
  const stage = document.importNode(fresh, true);
  const falls = stage.dataset.phase === "drawn" && old.dataset.phase !== "drawn" && !calm.matches;
  old.replaceWith(stage);
  clearInterval(ticking);
  ticking = run(document, nowAt);
  if (falls) fall(stage);
};

const isNear = () =>
  Array.from(document.querySelectorAll("[data-clock]")).some((clock) => Math.abs(Date.parse(clock.dataset.clock) - nowAt()) < 90000) ||
  document.getElementById("stage").dataset.phase === "waiting";

const poll = async () => {
  try {
    const asked = performance.now();
    const answer = await ask(body.dataset.state, etag ? { "If-None-Match": etag } : {});
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      const phase = JSON.parse(text).phase;
      const stale = phase !== undefined && phase !== document.getElementById("stage").dataset.phase;
      if ((known !== null && known !== text) || stale) await renew();
      known = text;
      etag = answer.headers.get("ETag");
    }
    setClock(answer, asked);
    isBack();
    pause = isNear() ? OFTEN : SELDOM;
  } catch {
    isLost();
  }
  setTimeout(poll, pause);
};
poll();

const full = document.querySelector("[data-full]");
if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
}
