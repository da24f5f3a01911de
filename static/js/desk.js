// Keys of the verification desk. Everything here is also a link, a button or a form; the keys can be turned off.
// A block of its own: names of other scripts of the page do not meet.
{
const OFF = "ovop-desk-keys-off";
const rows = () => [...document.querySelectorAll("[data-desk-row]")];
const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

let at = -1;
const go = (step) => {
  const all = rows();
  if (!all.length) return;
  const inside = all.findIndex((row) => row.contains(document.activeElement));
  at = Math.min(Math.max((inside >= 0 ? inside : at) + step, 0), all.length - 1);
  (all[at].querySelector("[data-desk-link]") || all[at]).focus();
  all[at].scrollIntoView({ block: "nearest" });
};
const mark = () => {
  const row = document.activeElement.closest("[data-desk-row]");
  const details = row?.querySelector("details.mark");
  if (!details) return;
  details.open = true;
  details.querySelector("select")?.focus();
};

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  t: mark,
  n: () => document.querySelector("[data-desk-next]")?.click(),
  p: () => document.getElementById("ambil")?.focus(),
  u: () => document.querySelector("#putusan button, #putusan a")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const ready = (work) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", work) : work());

// The switch of the keys: two texts, one of them in the data of the button.
ready(() => {
  const button = document.querySelector("[data-desk-keys]");
  if (!button) return;
  const on = button.textContent;
  const show = () => (button.textContent = isOff() ? button.dataset.off : on);
  button.hidden = false;
  button.addEventListener("click", () => {
    try {
      isOff() ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
    } catch {
      return;
    }
    show();
  });
  show();
});

// After a row came back, the place of the keyboard stays in it.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail?.target?.id;
  const row = id && document.getElementById(id);
  if (row && row.matches("[data-desk-row]")) row.focus({ preventScroll: true });
});
}
