/* Choosing rows: x chooses the current row, the bar shows how many. Every page works without this. */
(() => {
  "use strict";

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  const form = document.querySelector("form[data-choosing]");
  if (!form) return;
  const boxes = () => [...document.querySelectorAll('[data-rows] input[type="checkbox"][name="pledge"]')];
  const bar = document.querySelector("[data-bulk-bar]");
  const count = bar && bar.querySelector("[data-chosen]");
  const all = document.querySelector("[data-choose-all]");
  const everything = bar && bar.querySelector("[data-everything]");

  function show() {
    const chosen = boxes().filter((box) => box.checked).length;
    const whole = everything && everything.checked;
    if (bar) bar.hidden = !chosen && !whole;
    if (count) count.textContent = String(whole ? everything.dataset.everything : chosen);
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    }
  }

  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      boxes().forEach((box) => (box.checked = all.checked));
      show();
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.name === "pledge" || event.target === everything) show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
    const row = document.querySelector("[data-rows] > .is-current");
    const box = row && row.querySelector('input[type="checkbox"][name="pledge"]');
    if (!box) return;
    box.checked = !box.checked;
    show();
  });
  show();
})();
