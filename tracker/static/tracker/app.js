/* Conveniences. Every page works without them.
   j, k  next and previous row      Enter  open it      /  search      Ctrl+Enter  submit */
(() => {
  "use strict";

  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  // Rows

  const rows = () => [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")];

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const from = all.findIndex((row) => row.classList.contains("is-current"));
    const to = Math.min(Math.max(from + step, 0), all.length - 1);
    if (from >= 0) all[from].classList.remove("is-current");
    all[to].classList.add("is-current");
    const link = all[to].querySelector("a[data-open], a");
    if (link) link.focus({ preventScroll: true });
    all[to].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      const seek = document.querySelector('[data-key="/"]');
      if (seek) {
        event.preventDefault();
        seek.focus();
        seek.select();
      }
    }
  });

  // Menus close when one clicks elsewhere

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });

  // Theme: a cookie, so that the server draws the next page right from the start

  const themes = document.querySelector("[data-themes]");
  if (themes) {
    themes.hidden = false;
    themes.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (!button) return;
      const theme = button.dataset.themeChoice;
      document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
      if (theme) document.documentElement.dataset.theme = theme;
      else delete document.documentElement.dataset.theme;
      themes.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    });
  }

  // Selects that apply at once; without scripts their form has a button

  document.querySelectorAll("[data-auto]").forEach((form) => {
    form.querySelectorAll("[data-auto-button]").forEach((button) => (button.hidden = true));
    form.addEventListener("change", () => form.requestSubmit());
  });

  // A list of check boxes that narrows while one types

  document.querySelectorAll("[data-narrows]").forEach((box) => {
    const list = document.getElementById(box.dataset.narrows);
    box.hidden = false;
    box.addEventListener("input", () => {
      const wanted = box.value.trim();
      list.querySelectorAll("label").forEach((label) => {
        label.hidden = !label.textContent.includes(wanted) && !label.querySelector("input").checked;
      });
    });
  });

  // A text to be copied; where the browser does not let us, it is selected for the person to copy

  document.querySelectorAll("[data-copies]").forEach((button) => {
    const box = document.getElementById(button.dataset.copies);
    const said = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      let copied = false;
      try {
        await navigator.clipboard.writeText(box.value);
        copied = true;
      } catch {
        box.focus();
        box.select();
        copied = document.execCommand("copy"); // without https there is no clipboard but this
      }
      said.textContent = copied ? said.dataset.copied : said.dataset.selected;
    });
  });

  // Drafts: what is being typed is kept on this machine until it has been submitted

  const DRAFT = "draft:";

  function remember(form, key) {
    const typed = {};
    for (const [name, value] of new FormData(form)) {
      if (!["csrfmiddlewaretoken", "version", "next"].includes(name) && typeof value === "string" && value) {
        (typed[name] = typed[name] || []).push(value);
      }
    }
    try {
      localStorage.setItem(key, JSON.stringify(typed));
    } catch {
      /* no room or not allowed: then there is no draft */
    }
  }

  function restore(form, typed) {
    for (const field of form.elements) {
      const values = typed[field.name];
      if (!values || field.type === "hidden") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else field.value = values[0];
    }
    form.querySelectorAll("details").forEach((fold) => {
      if ([...fold.querySelectorAll("input, textarea, select")].some((field) => field.value)) fold.open = true;
    });
  }

  // The page after a submission says which drafts have arrived; it may hold the same form again, for what is left

  document.querySelectorAll("[data-draft-done]").forEach((mark) => {
    try {
      localStorage.removeItem(DRAFT + mark.dataset.draftDone);
    } catch {
      /* nothing was kept */
    }
  });

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = DRAFT + form.dataset.draft;
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(key));
    } catch {
      kept = null;
    }
    const note = form.querySelector("[data-draft-note]");
    if (kept && !form.hasAttribute("data-draft-stays")) {
      restore(form, kept);
      if (note) note.hidden = false;
    }
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => remember(form, key), 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      remember(form, key);
    });
    const drop = form.querySelector("[data-draft-drop]");
    if (drop) {
      drop.addEventListener("click", () => {
        clearTimeout(waiting);
        localStorage.removeItem(key);
        location.reload();
      });
    }
  });

})();
