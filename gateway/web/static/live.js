// Keeps parts of a page fresh: an element with data-live asks that address for itself, every
// data-every seconds while the page is seen. Without a script the page shows what was so.
"use strict";
(() => {
  const said = document.getElementById("said");
  let heard = -Infinity; // when something was last told; not more often than one can listen
  // What a reader has opened in a part stays open, and who stands in it stays where he stood.
  const renew = (part, text) => {
    const opened = [...part.querySelectorAll("details")].map((each) => each.open);
    const stops = "a, button, summary, [tabindex]";
    const at = [...part.querySelectorAll(stops)].indexOf(document.activeElement);
    const told = part.querySelector("[data-say]")?.textContent;
    part.innerHTML = text;
    part.querySelectorAll("details").forEach((each, index) => { each.open ||= opened[index]; });
    if (at >= 0) part.querySelectorAll(stops)[at]?.focus({ preventScroll: true });
    // A screen reader hears, politely, the one thing that counts, and not the whole part again.
    const tells = part.querySelector("[data-say]")?.textContent;
    if (said && tells && tells !== told && performance.now() - heard > 10000) {
      said.textContent = tells;
      heard = performance.now();
    }
  };
  for (const part of document.querySelectorAll("[data-live]")) {
    const every = Math.max(2, Number(part.dataset.every) || 5) * 1000;
    let wait = every;
    let last = part.innerHTML;
    const ask = async () => {
      if (!document.hidden && !part.querySelector(":is(input, textarea, select):focus")) {
        try {
          const answer = await fetch(part.dataset.live, { headers: { "X-Part": "1" } });
          if (answer.redirected || answer.status === 403) return location.reload();
          if (answer.ok) {
            const text = await answer.text();
            if (text !== last) renew(part, text);
            last = text;
          }
          wait = answer.ok ? every : Math.min(wait * 2, 60000);
          if (answer.headers.get("X-Over")) return;
        } catch {
          wait = Math.min(wait * 2, 60000);
        }
      }
      setTimeout(ask, wait);
    };
    setTimeout(ask, every);
  }
  // Clocks go on between two answers; the server says what is left, so a wrong clock here is no harm.
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-left]")) {
      clock.end ??= performance.now() + Number(clock.dataset.left);
      const left = Math.max(0, Math.round((clock.end - performance.now()) / 1000)) % 86400;
      clock.textContent = [left / 3600, (left / 60) % 60, left % 60]
        .map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
    }
  }, 1000);
  // What went wrong with a form is where the reading begins.
  document.querySelector(".errors")?.focus();
})();
