// Small helps of every page. Nothing here is needed: without scripts each form and link works.
const ready = (work) => (document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", work) : work());

// The summary of errors is read first.
ready(() => document.querySelector("[data-focus]")?.focus());

// A second press while a form is on its way is swallowed; nothing is disabled, so the pressed button is sent too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  // A download or an answer that never comes must not lock the form for good.
  setTimeout(() => form.removeAttribute("aria-busy"), 15000);
});
const release = () => document.querySelectorAll('form[aria-busy="true"]').forEach((form) => form.removeAttribute("aria-busy"));
addEventListener("pageshow", release);

// The line about the network: shown only while there is none.
ready(() => {
  const line = document.querySelector("[data-connection]");
  const show = () => line && (line.hidden = navigator.onLine);
  addEventListener("online", () => (show(), release()));
  addEventListener("offline", show);
  show();
});
