"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const search = $("#search"), shown = $("#shown"), reset = $("#reset"), help = $("#help");
  const changes = all(".change").map((element) => ({
    element,
    status: element.dataset.status,
    operations: element.dataset.operations.split("\n"),
    text: `${element.id} ${element.textContent} ${element.dataset.operations}`.toLowerCase(),
  }));
  const state = { statuses: new Set(), operation: "", words: [] };
  let current = -1;

  for (const element of all(".tools, .bar")) element.hidden = false;

  const visible = () => changes.filter((change) => !change.element.hidden);

  function apply() {
    for (const change of changes) {
      const fits = (!state.statuses.size || state.statuses.has(change.status))
        && (!state.operation || change.operations.includes(state.operation))
        && state.words.every((word) => change.text.includes(word));
      change.element.hidden = !fits;
    }
    for (const section of all(".changes")) section.hidden = !section.querySelector(".change:not([hidden])");
    for (const tile of all(".tile")) tile.setAttribute("aria-pressed", String(state.statuses.has(tile.dataset.filter)));
    for (const button of all(".operation")) {
      button.setAttribute("aria-pressed", String(button.dataset.operation === state.operation));
    }
    const number = visible().length;
    const isFiltered = state.statuses.size > 0 || state.operation !== "" || state.words.length > 0;
    reset.hidden = !isFiltered;
    shown.textContent = isFiltered
      ? `${number} of ${changes.length} changes${state.operation ? ` at ${state.operation}` : ""}`
      : `${changes.length} ${changes.length === 1 ? "change" : "changes"}`;
    $("#none").hidden = number > 0 || changes.length === 0;
    select(-1);
  }

  function clear() {
    state.statuses.clear();
    state.operation = "";
    state.words = [];
    search.value = "";
    apply();
  }

  function select(index) {
    for (const element of all(".change.current")) element.classList.remove("current");
    current = index;
    const change = visible()[index];
    if (!change) return;
    change.element.classList.add("current");
    change.element.focus({ preventScroll: true });
    change.element.scrollIntoView({ block: "start" });
  }

  function move(step) {
    const last = visible().length - 1;
    if (last < 0) return;
    select(current < 0 ? (step > 0 ? 0 : last) : Math.max(0, Math.min(last, current + step)));
  }

  function follow() {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { return; }
    const index = changes.findIndex((change) => change.element.id === name);
    if (index < 0) return;
    if (changes[index].element.hidden) clear();
    changes[index].element.querySelector("details").open = true;
    select(visible().indexOf(changes[index]));
  }

  function theme(name) {
    if (name) document.documentElement.dataset.theme = name;
  }
  function turn() {
    const now = document.documentElement.dataset.theme
      || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    theme(next);
    try { localStorage.setItem("accord-theme", next); } catch { /* a page from a file may have no storage */ }
  }

  try { theme(localStorage.getItem("accord-theme")); } catch { /* as above */ }
  for (const tile of all(".tile")) {
    tile.addEventListener("click", () => {
      const status = tile.dataset.filter;
      if (!state.statuses.delete(status)) state.statuses.add(status);
      apply();
    });
  }
  for (const button of all(".operation")) {
    button.addEventListener("click", () => {
      state.operation = state.operation === button.dataset.operation ? "" : button.dataset.operation;
      apply();
      if (state.operation) $("#changes").scrollIntoView({ block: "start" });
    });
  }
  search.addEventListener("input", () => {
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    apply();
  });
  reset.addEventListener("click", clear);
  $("#theme").addEventListener("click", turn);
  $("#keys").addEventListener("click", () => help.showModal());
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const details of all(".change details")) details.open = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "Escape") {
      if (isTyping) event.target.blur();
      clear();
      return;
    }
    if (isTyping) {
      if (event.key === "Enter") { event.target.blur(); move(1); }
      return;
    }
    const actions = {
      j: () => move(1),
      k: () => move(-1),
      t: turn,
      "/": () => search.focus(),
      "?": () => help.showModal(),
    };
    if (event.key === "Enter" && current >= 0 && event.target === visible()[current]?.element) {
      const details = event.target.querySelector("details");
      details.open = !details.open;
      history.replaceState(null, "", `#${event.target.id}`);
      event.preventDefault();
    } else if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  });
  apply();
  follow();
})();
