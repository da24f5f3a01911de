/* Django's searchable choice boxes (select2) carry no name of their own: they take the one of their label. */
(() => {
  "use strict";
  const name = () => document.querySelectorAll(".select2-selection[role=combobox]:not([aria-label])").forEach((box) => {
    const select = box.closest(".select2")?.previousElementSibling;
    const words = select?.labels?.[0]?.textContent.trim().replace(/:$/, "");
    if (!words) return;
    box.removeAttribute("aria-labelledby");
    for (const part of [box, ...box.querySelectorAll("[role=textbox]")]) part.setAttribute("aria-label", words);
  });
  // jQuery runs what waits for the page in the order it was asked, so the boxes are there; a page without it has none.
  window.django?.jQuery(() => setTimeout(name));
  document.addEventListener("formset:added", () => setTimeout(name));
})();
