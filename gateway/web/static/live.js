// Keeps parts of a page fresh: an element with data-live asks that address for itself, every
// data-every seconds while the page is seen. Without a script the page shows what was so.
"use strict";
(() => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const every = Math.max(2, Number(part.dataset.every) || 5) * 1000;
    let wait = every;
    const ask = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(part.dataset.live, { headers: { "X-Part": "1" } });
          if (answer.redirected || answer.status === 403) return location.reload();
          if (answer.ok) {
            const text = await answer.text();
            if (text !== part.innerHTML) part.innerHTML = text;
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
  // What went wrong with a form is where the reading begins.
  document.querySelector(".errors")?.focus();
})();
