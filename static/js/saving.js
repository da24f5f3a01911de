// What pages that save by themselves share: words, the status line, signing in again in place, and how long to wait.
// Words and pieces stand in the page (registry/workspace/partials/autosave_words.html).
const saving = (() => {
  const LONGEST_BACK_OFF = 60000;
  const words = document.querySelector("[data-autosave-words]")?.dataset ?? {};
  const status = document.querySelector("[data-autosave-status]");
  const copy = (name) => document.querySelector(`template[${name}]`)?.content.firstElementChild.cloneNode(true);
  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const tick = document.querySelector("[data-autosave-icon]");
  const say = (text, done = false) => {
    if (!status) return;
    status.textContent = text;
    tick.hidden = !done;
    status.parentElement.classList.toggle("unsaved", !done);
  };
  const asked = () => document.querySelector("[data-autosave-asked]");
  return {
    words,
    status,
    copy,
    cookie,
    say,
    // The session has ended: what is written stays, and one signs in in a second window.
    askLogin(form) {
      say(words.pending);
      if (asked()) return;
      const note = copy("data-autosave-login");
      note.dataset.autosaveAsked = "1";
      (status?.closest(".row") ?? form).after(note);
    },
    signedIn: () => asked()?.remove(),
    asked,
    backOff: (failures) => Math.min(2000 * 2 ** failures, LONGEST_BACK_OFF),
  };
})();
