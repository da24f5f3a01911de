// Saves a form to the server while one writes: 1.5 s after the last key, on leaving a control, on leaving the page.
// saving.js comes first. Without these scripts the ordinary button saves. Nothing is promised for a time without signal: the text stays on the screen.
const WAIT = 1500;
const SHOW_EVERY = 10000;
const form = document.querySelector("form[data-autosave]");
const { words, status, copy, cookie, say: tell, askLogin: ask, signedIn, backOff } = saving;
const controls = (name) => [...document.getElementsByName(name)].filter((one) => one.form === form);

let timer = 0;
let sending = false;
let failures = 0;
let shownAt = 0;
let saved = "";
let panel = null;
let sent = false;
let pressed = null; // the button pressed while a save was under way

// The token may be a newer one after signing in again in a second window.
const refreshToken = () => {
  const token = cookie("csrftoken");
  const field = controls("csrfmiddlewaretoken")[0];
  if (token && field) field.value = token;
};

const body = () => {
  refreshToken();
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
};
// Two equal texts need no second save; the token and the base version do not count.
const print = (data) => JSON.stringify([...data].filter(([name]) => name !== "csrfmiddlewaretoken" && !name.startsWith("base-") && name !== "version"));

const say = (text, quiet = false) => {
  if (quiet && Date.now() - shownAt < SHOW_EVERY && status?.textContent === text) return;
  if (quiet) shownAt = Date.now();
  tell(text, quiet);
};

const later = (wait = WAIT) => {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
};

const showErrors = (errors) => {
  form.ownerDocument.querySelectorAll("[data-autosave-message]").forEach((one) => one.remove());
  form.ownerDocument.querySelectorAll("[data-autosave-invalid]").forEach((one) => {
    one.classList.remove("invalid");
    delete one.dataset.autosaveInvalid;
  });
  for (const [name, texts] of Object.entries(errors)) {
    const control = controls(name)[0];
    const field = control?.closest(".field");
    // What is being written right now is not yet wrong.
    if (!field || control === document.activeElement || field.classList.contains("invalid")) continue;
    const message = copy("data-autosave-error");
    message.lastElementChild.textContent = texts.join(" ");
    (control.closest(".input-prefix") ?? control).before(message);
    field.classList.add("invalid");
    field.dataset.autosaveInvalid = "1";
  }
};

// Numbers read back as they were understood, unless one is still writing there.
const showBack = (shown, data) => {
  for (const [name, text] of Object.entries(shown)) {
    const control = controls(name)[0];
    if (!control || control === document.activeElement || control.tagName !== "INPUT" || control.type === "hidden") continue;
    if (control.value === data.get(name) && text) control.value = text;
  }
};

const setBases = (bases) => {
  for (const [name, value] of Object.entries(bases ?? {})) for (const control of controls(name)) control.value = value;
};

const askLogin = () => ask(form);

const chosen = (key, choice) => {
  const old = controls(`choice-${key}`)[0];
  const field = old ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: `choice-${key}` }));
  field.value = choice;
};

const showConflict = (answer) => {
  panel?.remove();
  panel = copy("data-autosave-conflict");
  panel.querySelector('[data-part="reason"]').textContent = answer.reason;
  const open = new Set(answer.differences.map((row) => row.key));
  for (const row of answer.differences) {
    const line = copy("data-autosave-row");
    for (const part of ["label", "typed", "stored"]) line.querySelector(`[data-part="${part}"]`).textContent = [].concat(row[part]).join("; ");
    for (const button of line.querySelectorAll("[data-choice]")) {
      button.addEventListener("click", () => {
        chosen(row.key, button.dataset.choice);
        open.delete(row.key);
        line.remove();
        if (open.size) return;
        panel.remove();
        panel = null;
        setBases(answer.bases);
        saved = "";
        save();
      });
    }
    panel.querySelector('[data-part="rows"]').append(line);
  }
  (status?.closest(".row") ?? form).after(panel);
  panel.focus();
};

const tookTheirs = () => [...form.elements].some((one) => one.type === "hidden" && one.name.startsWith("choice-") && one.value === "theirs");
const dropChoices = () => [...form.elements].filter((one) => one.type === "hidden" && one.name.startsWith("choice-")).forEach((one) => one.remove());

const take = (answer, data) => {
  failures = 0;
  signedIn();
  saved = print(data);
  setBases(answer.bases);
  if (tookTheirs()) return location.reload();
  dropChoices();
  // Figures shown back are no new text; what was typed while the save was under way is.
  const untouched = print(body()) === saved;
  showBack(answer.shown ?? {}, data);
  if (untouched) saved = print(body());
  showErrors(answer.errors ?? {});
  say(answer.saved, true);
};

const again = (text) => {
  failures += 1;
  say(text);
  later(backOff(failures));
};

async function save() {
  clearTimeout(timer);
  if (sending || panel || sent) return;
  const data = body();
  if (print(data) === saved) return;
  sending = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : null;
    if (answer.ok && json) take(json, data);
    else if (answer.status === 401) askLogin();
    else if (answer.status === 409 && json?.differences?.length) showConflict(json);
    else if (answer.status === 413) say(words.large);
    else if (json?.reason) say(`${words.refused} ${json.reason}`);
    else again(words.failed);
  } catch {
    again(words.offline);
  } finally {
    sending = false;
  }
  if (pressed && !panel && !failures) return form.requestSubmit(pressed.button);
  pressed = null;
  if (!panel && !sent && !failures && print(body()) !== saved && status?.textContent !== words.pending) later();
}

const leave = () => {
  if (sending || panel || sent) return;
  const data = body();
  if (print(data) !== saved) fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: true }).catch(() => {});
};

if (form) {
  saved = print(body());
  document.addEventListener("input", (event) => {
    if (event.target.form !== form || event.target.type === "file" || event.target.name === "declaration") return;
    if (event.target.dataset.saveOn !== "change") later();
  });
  document.addEventListener("change", (event) => event.target.form === form && event.target.type !== "file" && event.target.name !== "declaration" && later(0));
  form.addEventListener("submit", (event) => {
    refreshToken();
    clearTimeout(timer);
    if (sending) {
      // The save under way changes the base version; sending beside it would be a conflict with oneself.
      event.preventDefault();
      pressed = { button: event.submitter };
      return;
    }
    sent = true;
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", () => (sent = false));
  addEventListener("online", () => save());
  // Back from the second window where one has signed in.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && save());
  addEventListener("focus", () => document.querySelector("[data-autosave-asked]") && save());
}

// How much room is left in a long text.
for (const area of document.querySelectorAll("textarea[data-count]")) {
  const line = Object.assign(document.createElement("p"), { className: "hint end" });
  const show = () => (line.textContent = (words.count ?? "{count} / {limit}").replace("{count}", area.value.length).replace("{limit}", area.dataset.count));
  area.after(line);
  area.addEventListener("input", show);
  show();
}

// Names nearly the same, asked for when one pauses; it only warns.
const named = document.querySelector("form[data-similar]");
const name = named?.elements.name;
if (name) {
  const box = document.querySelector("[data-similar-box]");
  const list = box.querySelector("[data-similar-list]");
  let asking = 0;
  const ask = async () => {
    const address = new URL(named.dataset.similar, location.href);
    address.searchParams.set("name", name.value);
    try {
      const { similar } = await (await fetch(address, { headers: { Accept: "application/json" } })).json();
      list.replaceChildren(...similar.map((row) => Object.assign(document.createElement("li"), { textContent: [row.name, row.producer, row.place].join(", ") })));
      box.hidden = similar.length === 0;
    } catch {
      // A warning that cannot be had is no trouble.
    }
  };
  name.addEventListener("input", () => {
    clearTimeout(asking);
    asking = setTimeout(ask, 700);
  });
}
