// Countdowns to the second, by the server's clock: what the page was sent with, plus what has
// passed since. Without this script the page shows the planned time.
const two = (number) => String(number).padStart(2, "0");

export function spell(seconds, days) {
  const left = Math.max(0, Math.ceil(seconds));
  const whole = Math.floor(left / 86400);
  const clock = [Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60].map(two).join(":");
  return whole ? `${whole} ${days} ${clock}` : clock;
}

export function run(root, nowAt) {
  const clocks = Array.from(root.querySelectorAll("[data-clock]"));
  const tick = () => {
    for (const clock of clocks) {
      if (!clock.isConnected) continue;
      const left = (Date.parse(clock.dataset.clock) - nowAt()) / 1000;
      const text = left > 0 ? spell(left, clock.dataset.days) : clock.dataset.over;
      const place = clock.querySelector("[data-clock-text]");
      if (place.textContent !== text) place.textContent = text;
      clock.classList.toggle("is-near", left > 0 && left <= 60);
      clock.classList.toggle("is-over", left <= 0);
    }
  };
  tick();
  return setInterval(tick, 250);
}

const first = document.querySelector("[data-clock][data-now]");
if (first && !document.querySelector("[data-screen]")) {
  const sent = Date.parse(first.dataset.now);
  const started = performance.now();
  run(document, () => sent + performance.now() - started);
}
