// A list of places under a region field while one types. Without it the server offers the same places after sending.
const WAIT = 250;

const build = (input) => {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  list.id = `${input.id || input.name}-places`;
  list.className = "places";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.listLabel);
  status.className = "sr-only";
  status.setAttribute("role", "status");
  input.after(list, status);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(([name, value]) => input.setAttribute(name, value));
  return { list, status };
};

const attach = (input) => {
  const { list, status } = build(input);
  let timer, request, active = -1;
  const close = () => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    input.value = option.textContent;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const mark = (index) => {
    const options = [...list.children];
    active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  };
  const show = (places) => {
    list.replaceChildren(...places.map((place, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.textContent = place.full_name;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }));
    list.hidden = !places.length;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = places.length ? input.dataset.found.replace("%(count)s", places.length) : "";
  };
  const look = async () => {
    request?.abort();
    if (input.value.trim().length < 2) return close();
    request = new AbortController();
    const asked = new URLSearchParams({ q: input.value, level: input.dataset.level, within: input.dataset.within });
    try {
      const answer = await fetch(`${input.dataset.regionPicker}?${asked}`, { signal: request.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch {
      // No signal: the field stays a plain text field and the server offers the places.
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? -1 : active - 1);
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else if (event.key === "Escape") close();
    else return event.key === "Tab" ? close() : undefined;
    event.preventDefault();
  });
  // Pressed, not clicked: the field keeps the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => event.target.role === "option" && choose(event.target));
  input.addEventListener("blur", close);
};

document.querySelectorAll("[data-region-picker]").forEach(attach);
