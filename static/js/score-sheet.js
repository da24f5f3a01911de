// A score sheet: every choice saves by itself. What is not sent yet waits on the device, per person and sheet, and is sent
// when the network is back: the one on its way first and unchanged, so that an answer that got lost saves nothing twice.
// saving.js comes first. Without these scripts the page is an ordinary form.
{
  const { words, say, copy, cookie, askLogin, signedIn, asked, backOff } = saving;
  const form = document.querySelector("form[data-score-sheet]");
  const WAIT = 1200;
  const place = form && `ovop-sheet:${form.dataset.user}:${form.dataset.sheet}`;
  const keeps = form && form.dataset.keep === "1" && !document.documentElement.hasAttribute("data-borrowed");
  const ADVICE = "advice";
  let queue = {}; // part (key of a criterion, or the advice) -> { flying, next }, each { level, comment, version }
  let timers = {};
  let failures = 0;
  let busy = false;
  let retry = 0;
  let pressed = null;
  let leaving = false;

  // --- what waits ------------------------------------------------------------------------------------------------------
  const load = () => {
    try {
      queue = keeps ? JSON.parse(localStorage.getItem(place) ?? "{}") : {};
    } catch {
      queue = {};
    }
  };
  const store = () => {
    if (!keeps) return false;
    try {
      if (Object.keys(queue).length) localStorage.setItem(place, JSON.stringify(queue));
      else localStorage.removeItem(place);
      return true;
    } catch {
      return false; // a full phone or a private window: the page itself holds it
    }
  };

  // --- the controls of one part ----------------------------------------------------------------------------------------
  const named = (name) => form.elements.namedItem(name);
  const box = (part) => document.getElementById(part === ADVICE ? "advice" : `c${part}`);
  const version = (part) => named(part === ADVICE ? "advice_version" : `version-${part}`);
  const remark = (part) => named(part === ADVICE ? "advice" : `comment-${part}`);
  const typed = (part) => ({
    level: part === ADVICE ? "" : (form.querySelector(`input[name="level-${part}"]:checked`)?.value ?? ""),
    comment: remark(part)?.value ?? "",
    version: version(part)?.value ?? "0",
  });
  const put = (part, value) => {
    if (!version(part)) return; // a criterion of another section: it is sent, not shown
    if (value.level) {
      const radio = form.querySelector(`input[name="level-${part}"][value="${value.level}"]`);
      if (radio) radio.checked = true;
    }
    if (remark(part)) remark(part).value = value.comment;
  };
  const same = (a, b) => a && b && a.level === b.level && a.comment.trim() === b.comment.trim();

  // --- sending ---------------------------------------------------------------------------------------------------------
  const body = (part, value) => {
    const data = new URLSearchParams({ csrfmiddlewaretoken: cookie("csrftoken") || named("csrfmiddlewaretoken").value, version: value.version });
    if (part === ADVICE) data.set("advice", value.comment);
    else {
      data.set("criterion", part);
      data.set("comment", value.comment);
      if (value.level) data.set("level", value.level);
    }
    return data;
  };

  const done = (part, answer) => {
    const entry = queue[part];
    if (version(part)) version(part).value = answer.version;
    if (entry.next && !same(entry.next, entry.flying)) queue[part] = { next: { ...entry.next, version: String(answer.version) } };
    else delete queue[part];
    store();
    failures = 0;
    signedIn();
    if (!Object.keys(queue).length) {
      say(answer.saved, true);
      showProgress();
    }
  };

  const refuse = (part, reason) => {
    delete queue[part];
    store();
    say(`${words.refused} ${reason}`);
  };

  // Two devices: nothing is overwritten; one chooses between the two.
  const collide = (part, answer) => {
    const mine = queue[part].next ?? queue[part].flying;
    const host = box(part);
    delete queue[part];
    store();
    say(words.refused);
    if (!host) return;
    host.querySelector("[data-both]")?.remove();
    const panel = copy("data-sheet-both");
    const name = (level) => form.querySelector(`input[name="level-${part}"][value="${level}"]`)?.closest("label")?.querySelector("b")?.textContent ?? "";
    const told = (level, comment) => [level, comment].filter(Boolean).join(": ");
    panel.querySelector("[data-part=typed]").textContent = told(name(mine.level), mine.comment);
    panel.querySelector("[data-part=stored]").textContent = told(answer.level_name ?? "", answer.comment);
    version(part).value = answer.version;
    const settle = (value, send) => {
      panel.remove();
      put(part, value);
      if (send) save(part);
      else say("");
    };
    panel.querySelector("[data-choice=mine]").addEventListener("click", () => settle(mine, true));
    panel.querySelector("[data-choice=theirs]").addEventListener("click", () => settle({ level: String(answer.level ?? ""), comment: answer.comment }, false));
    panel.dataset.both = "1";
    host.prepend(panel);
    panel.focus();
  };

  const later = (text) => {
    failures += 1;
    say(text);
    clearTimeout(retry);
    retry = setTimeout(pump, backOff(failures) * (0.75 + Math.random() / 2));
  };
  const waiting = () => (store() ? words.kept : words.offline);

  const send = async (part) => {
    const entry = queue[part];
    entry.flying ??= entry.next;
    if (entry.flying === entry.next) delete entry.next;
    store();
    const answer = await fetch(form.dataset.save, {
      method: "POST",
      body: body(part, entry.flying),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
    });
    const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") ? await answer.json() : null;
    if (answer.ok && json) done(part, json);
    else if (answer.status === 401) return askLogin(form), false;
    else if (answer.status === 409 && json) collide(part, json);
    else if (json?.reason) refuse(part, json.reason);
    else return later(waiting()), false;
    return true;
  };

  const pump = async () => {
    if (busy || leaving) return;
    busy = true;
    clearTimeout(retry);
    try {
      for (let part = Object.keys(queue)[0]; part; part = Object.keys(queue)[0]) if (!(await send(part))) break;
    } catch {
      later(waiting());
    } finally {
      busy = false;
    }
    if (pressed && !Object.keys(queue).length) {
      const { button } = pressed;
      pressed = null;
      form.requestSubmit(button);
    }
  };

  const save = (part) => {
    clearTimeout(timers[part]);
    delete timers[part];
    queue[part] = { ...queue[part], next: typed(part) };
    if (!store()) say(words.saving);
    pump();
  };

  // --- sums come from the server alone ---------------------------------------------------------------------------------
  let asking = 0;
  const showProgress = () => {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      try {
        const answer = await fetch(form.dataset.progress, { credentials: "same-origin", redirect: "manual" });
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const here = fresh.querySelector(`[data-section-points="${form.dataset.section}"]`)?.textContent;
        for (const part of ["sections", "filled"]) {
          const now = fresh.querySelector(`[data-progress="${part}"]`);
          const old = document.querySelector(`[data-progress="${part}"]`);
          if (now && old) old.replaceChildren(...now.childNodes);
        }
        const line = document.querySelector("[data-points-here]");
        if (here && line) line.textContent = here;
      } catch {
        // The next save brings the sums.
      }
    }, 400);
  };

  const partOf = (control) => (control.name === "advice" ? ADVICE : (/^(?:level|comment)-(\d+)$/.exec(control.name)?.[1] ?? ""));

  if (form) {
    load();
    for (const [part, entry] of Object.entries(queue)) {
      const value = entry.next ?? entry.flying;
      const shown = version(part) && typed(part);
      if (shown && same(shown, value)) delete queue[part];
      else put(part, value);
    }
    store();
    if (Object.keys(queue).length) {
      say(words.kept);
      pump();
    }
    form.addEventListener("change", (event) => partOf(event.target) && event.target.type === "radio" && save(partOf(event.target)));
    form.addEventListener("input", (event) => {
      const part = event.target.type !== "radio" && partOf(event.target);
      if (!part) return;
      clearTimeout(timers[part]);
      timers[part] = setTimeout(() => save(part), WAIT);
    });
    form.addEventListener("focusout", (event) => {
      const part = partOf(event.target);
      if (part && timers[part]) save(part);
    });
    form.addEventListener("submit", (event) => {
      for (const part of Object.keys(timers)) if (timers[part]) save(part);
      if (busy && navigator.onLine && !asked()) {
        // The save under way changes a version; sending the page beside it would be a conflict with oneself.
        event.preventDefault();
        pressed = { button: event.submitter };
        return;
      }
      leaving = true;
      queue = {};
      store(); // the whole page carries it
    });
    addEventListener("pageshow", () => (leaving = false));
    addEventListener("pagehide", () => {
      for (const part of Object.keys(timers)) queue[part] = { ...queue[part], next: typed(part) };
      if (Object.keys(timers).length) store();
    });
    addEventListener("online", () => pump());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && pump());
    addEventListener("focus", () => asked() && pump());
  }
}
