/* Conveniences of the review page; it works without them.
   j, k  next and previous measure      a  accept      e  edit      r  reject */
(() => {
  "use strict";

  const list = document.querySelector("[data-review]");
  const source = document.querySelector("[data-source]");
  if (!list || !source) return;

  const rows = () => [...list.querySelectorAll(".measure-row")];
  const selected = () => list.querySelector(".measure-row.is-selected");
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  function move(step) {
    const all = rows();
    const from = all.indexOf(selected());
    const to = from < 0 ? 0 : from + step;
    const link = all[to]
      ? all[to].querySelector(".measure-title")
      : list.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    if (link) location.assign(link.href);
  }

  function open(name) {
    const fold = list.querySelector(`[data-act="${name}"]`);
    if (!fold) return;
    list.querySelectorAll("[data-act]").forEach((other) => (other.open = other === fold));
    const field = fold.querySelector("[data-first]") || fold.querySelector("textarea, input:not([type=hidden])");
    if (field) field.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const acts = { a: "accept", e: "edit", r: "reject" };
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (acts[event.key]) {
      event.preventDefault();
      open(acts[event.key]);
    }
  });

  const keys = list.querySelector(".keys");
  if (keys) keys.hidden = false;

  // On a narrow screen the source stands below and is folded until it is wanted.

  const isNarrow = matchMedia("(max-width: 1100px)").matches;
  const text = source.querySelector("[data-source-text]");
  const mark = text.querySelector(".measure.is-selected");
  if (isNarrow) source.open = false;
  else if (mark) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;

  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-to-source]")) return;
    source.open = true;
  });

  const alert = document.querySelector("[role=alert][autofocus]");
  if (alert) alert.focus();
})();
