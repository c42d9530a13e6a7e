// A live session: asks for the small public state, and fetches its own page anew when that changes.
// Time is the server's; what a firm has typed is kept. Texts come from the page, never from here.
import { run } from "../draws/clock.js";

const follow = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const OFTEN = 1000;
const SELDOM = 5000;
const PATIENCE = 8000;

let offset = Date.parse(follow.dataset.now) - performance.now();
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

const ask = async (url, headers = {}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { headers, cache: "no-store", signal: stop.signal });
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    return answer;
  } finally {
    clearTimeout(timer);
  }
};

const field = () => document.querySelector('#live form input[name="amount_fen"], #live form input[name="discount_bp"]');
let ticking = run(document, nowAt);
let sending = false;
document.addEventListener("submit", () => { sending = true; });

// What is on the page belongs to the state before: the form's own field is kept if it was changed.
const renew = async () => {
  const answer = await ask(location.pathname.replace(/\/bid$/, "/room"));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) throw new Error("no session");
  if (sending) return;
  const old = field();
  const typed = old && old.value !== old.defaultValue ? old.value : null;
  const isAt = old !== null && document.activeElement === old;
  document.getElementById("live").replaceWith(document.importNode(fresh, true));
  document.querySelector(".z-flashes")?.replaceChildren(); // What it says is no longer so.
  const now = field();
  if (now && typed !== null) now.value = typed;
  if (now && isAt) now.focus();
  clearInterval(ticking);
  ticking = run(document, nowAt);
};

let etag = null;
let known = follow.dataset.known;
let phase = null;
const poll = async () => {
  try {
    const asked = performance.now();
    const answer = await ask(follow.dataset.state, etag ? { "If-None-Match": etag } : {});
    if (answer.status !== 304) {
      const told = JSON.parse(await answer.text());
      const fresh = `${told.bids} ${told.phase} ${told.state}`;
      if (known !== fresh) await renew();
      known = fresh;
      phase = told.phase;
      etag = answer.headers.get("ETag");
    }
    setClock(answer, asked);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(poll, phase === "over" ? SELDOM : OFTEN);
};
poll();
