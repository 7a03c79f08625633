// Comfort for the phone: keys without a round trip, news without asking. The page works without it.
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const EVERY_MS = 2000;
  let busy = false;

  document.documentElement.classList.add("scripted");

  // Takes the parts of a fresh page that differ, so that only news is announced.
  const show = (html, answered) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["tabs", "screen", "count", "soft", "messages", "typed-label"]) {
      const part = fresh.getElementById(id);
      const here = find(id);
      if (!part || here.innerHTML === part.innerHTML) continue;
      const within = here.contains(document.activeElement) ? document.activeElement.value : null;
      here.innerHTML = part.innerHTML;
      if (within) here.querySelector(`[value="${within}"]`)?.focus();
      if (id === "messages") here.scrollTop = here.scrollHeight;
      if (id === "screen") here.scrollTop = 0;
    }
    const typed = fresh.getElementById("typed");
    if (!typed) return location.reload();
    find("typed").placeholder = typed.placeholder;
    if (answered) find("typed").value = typed.value;
  };

  const ask = async (address, options, answered) => {
    busy = true;
    document.body.classList.add("busy");
    try {
      const answer = await fetch(address, options);
      show(await answer.text(), answered);
      return answer.ok;
    } catch {
      return false; // the gateway is away for a moment; the next look finds it
    } finally {
      busy = false;
      document.body.classList.remove("busy");
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.live) return;
    event.preventDefault();
    if (busy) return;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const text = form.dataset.live === "texts";
    if (text) form.querySelector("button").disabled = true;
    const done = await ask(form.action, { method: "POST", body }, !text);
    if (!text) return;
    form.querySelector("button").disabled = false;
    if (done) { find("text").value = ""; count(); }
  });

  document.addEventListener("click", (event) => {
    const key = event.target.closest("button[data-key], button.clear");
    if (!key) return;
    event.preventDefault();
    const typed = find("typed");
    typed.value = key.dataset.key === undefined ? typed.value.slice(0, -1) : typed.value + key.value;
  });

  const count = () => {
    const length = find("text").value.length;
    find("length").value = length ? `${length}/160` : "";
  };
  find("text").addEventListener("input", count);
  find("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  find("messages").scrollTop = find("messages").scrollHeight;
  setInterval(() => {
    if (!busy && !document.hidden) ask(location.href, {}, false);
  }, EVERY_MS);
})();
