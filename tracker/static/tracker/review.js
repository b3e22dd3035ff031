/* Conveniences of the review page; it works without them.
   j, k  next and previous measure      a  accept      e  edit      s  split      m  merge with the next
   r  reject      Esc  leave the form      Ctrl+Enter  submit */
(() => {
  "use strict";

  const list = document.querySelector("[data-review]");
  const source = document.querySelector("[data-source]");
  if (!list || !source) return;

  const ACTS = { a: "accept", e: "edit", s: "split", m: "merge", r: "reject" };
  const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const rows = () => [...list.querySelectorAll(".measure-row")];
  const selected = () => list.querySelector(".measure-row.is-selected");
  const isTyping = (element) => element.closest(FIELDS) !== null;

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
    const field =
      fold.querySelector("input[type=radio]:checked") ||
      fold.querySelector("[data-first]") ||
      fold.querySelector("textarea, input:not([type=hidden])");
    if (field) field.focus();
    fold.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && list.contains(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (ACTS[event.key]) {
      event.preventDefault();
      open(ACTS[event.key]);
    }
  });

  const keys = list.querySelector(".keys");
  if (keys) keys.hidden = false;

  // On a narrow screen the source stands below and is folded until it is wanted.

  const isNarrow = matchMedia("(max-width: 1100px)").matches;
  const text = source.querySelector("[data-source-text]");
  const mark = text.querySelector(".measure.is-selected") || text.querySelector(".gap");
  if (isNarrow) source.open = source.querySelector("[data-add][open]") !== null;
  else if (mark) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;

  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-to-source]")) return;
    source.open = true;
  });

  // A passage that is selected in the source can be made a measure. Offsets count characters, not UTF-16 units.

  const bar = source.querySelector("[data-selection]");
  const LONGEST = 400;

  function offset(node, at) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const line = element.closest("[data-start]");
    if (!line || !text.contains(line)) return null;
    const before = document.createRange();
    before.setStart(line, 0);
    before.setEnd(node, at);
    return Number(line.dataset.start) + [...before.toString()].length;
  }

  function offer() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      bar.hidden = true;
      return;
    }
    const range = selection.getRangeAt(0);
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    const words = selection.toString().trim();
    bar.hidden = start === null || end === null || end <= start || !words || [...words].length > LONGEST;
    if (bar.hidden) return;
    bar.elements.start.value = start;
    bar.elements.end.value = end;
    bar.querySelector("[data-selection-words]").textContent = words;
  }

  if (bar) {
    let waiting;
    document.addEventListener("selectionchange", () => {
      clearTimeout(waiting);
      waiting = setTimeout(offer, 250);
    });
    bar.addEventListener("mousedown", (event) => event.preventDefault()); // so that the selection stays
  }

  const alert = document.querySelector("[role=alert][autofocus]");
  if (alert) alert.focus();
})();
