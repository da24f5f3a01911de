// Photos of a product: made smaller on the phone, sent one by one, kept on the phone until the server says it holds them.
// Without this file the form sends one photo at a time. Words stand in the form (templates/registry/workspace/partials/photo_form.html).
{
  const form = document.querySelector("form[data-photos]");
  const words = form?.dataset;
  const borrowed = document.documentElement.hasAttribute("data-borrowed");
  const keeping = form && !borrowed && "indexedDB" in window;
  const find = (part) => form.querySelector(`[data-photo-${part}]`);
  const items = []; // in the order of sending
  let token = form?.elements.csrfmiddlewaretoken.value;
  let tries = 0;
  let current = null; // { item, request } on its way
  let timer = 0;

  // --- what stays on the phone, per user -----------------------------------------------------------------------------
  let opened;
  const database = () =>
    (opened ??= new Promise((done, failed) => {
      const ask = indexedDB.open("ovop-photos", 1);
      ask.onupgradeneeded = () => ask.result.createObjectStore("photos", { keyPath: "key" });
      ask.onsuccess = () => done(ask.result);
      ask.onerror = () => failed(ask.error);
    }));
  const stored = async (mode, work) => {
    if (!keeping) return undefined;
    try {
      const act = (await database()).transaction("photos", mode);
      const ask = work(act.objectStore("photos"));
      return await new Promise((done, failed) => {
        act.oncomplete = () => done(ask.result);
        act.onabort = act.onerror = () => failed(act.error);
      });
    } catch {
      return undefined; // a full phone or a private window: the page itself holds the photo
    }
  };
  const keep = async ({ key, user, url, blob, name, sha }) => {
    navigator.storage?.persist?.();
    return (await stored("readwrite", (photos) => photos.put({ key, user, url, blob, name, sha }))) !== undefined;
  };

  // --- one photo -----------------------------------------------------------------------------------------------------
  const newKey = () =>
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  const shrink = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
      return blob && blob.size < file.size ? new File([blob], "foto.jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file; // a format this browser cannot read; the server can
    }
  };
  // Only over https; elsewhere the server's own hash is compared with nothing.
  const hashed = async (blob) => {
    if (!crypto.subtle) return "";
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const show = (item, state, { percent, retry = false, login = false, tell = true } = {}) => {
    item.state = state;
    if (tell && item.said !== state) find("status").textContent = item.said = state;
    const row = item.row;
    if (!row) return;
    row.querySelector("[data-part=state]").textContent = state;
    row.classList.toggle("queued", percent === undefined);
    const bar = row.querySelector("progress");
    bar.hidden = percent === undefined;
    bar.value = percent ?? 0;
    row.querySelector("[data-part=retry]").hidden = !retry;
    row.querySelector("[data-part=login]").hidden = !login;
  };
  const draw = (item) => {
    if (item.url !== form.action) return; // another product's photo is sent quietly
    const row = find("row").content.firstElementChild.cloneNode(true);
    item.row = row;
    item.preview = row.querySelector("img").src = URL.createObjectURL(item.blob);
    row.querySelector("[data-part=name]").textContent = item.name;
    row.querySelector("progress").setAttribute("aria-label", item.name);
    row.querySelector("[data-part=retry]").onclick = () => again(item);
    row.querySelector("[data-part=remove]").onclick = () => forget(item);
    find("queue").append(row);
    find("queue").hidden = false;
  };
  const forget = async (item) => {
    item.gone = true;
    if (items.includes(item)) items.splice(items.indexOf(item), 1);
    if (current?.item === item) current.request.abort();
    item.row?.remove();
    if (item.preview) URL.revokeObjectURL(item.preview);
    find("queue").hidden = !find("queue").children.length;
    await stored("readwrite", (photos) => photos.delete(item.key));
    pump();
  };
  const again = (item) => {
    item.refused = false;
    tries = 0;
    pump(true);
  };

  // --- the way to the server -----------------------------------------------------------------------------------------
  const ask = (url, method, body, onprogress, item) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      if (item) current = { item, request };
      request.open(method, url);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      if (method === "POST") request.setRequestHeader("X-CSRFToken", token);
      if (onprogress) request.upload.onprogress = (event) => event.lengthComputable && onprogress(Math.floor((event.loaded / event.total) * 100));
      request.onloadend = () => done({ status: request.status, body: request.response });
      request.send(body);
    });
  const take = (answer, url = form.action) => {
    if (answer?.token) token = answer.token;
    if (!answer?.list || url !== form.action) return;
    const list = document.querySelector("[data-photo-list]");
    if (!list) return;
    const writing = written(list);
    list.outerHTML = answer.list;
    writing();
    watch();
  };
  // What is being written about a photo survives the new list, the place of the cursor too.
  const written = (list) => {
    const kept = [...list.querySelectorAll("details[open]")].map((details) => {
      const { alt, kind } = details.closest("form").elements;
      return { url: details.closest("form").action, alt: alt.value, kind: kind.value, focus: details.contains(document.activeElement) && document.activeElement.name };
    });
    return () => {
      for (const form of document.querySelectorAll("[data-photo-list] form")) {
        const one = form.elements.alt && kept.find((row) => row.url === form.action);
        if (!one) continue;
        form.querySelector("details").open = true;
        form.elements.alt.value = one.alt;
        form.elements.kind.value = one.kind;
        if (one.focus) form.elements[one.focus]?.focus?.();
      }
    };
  };
  const standing = async () => take((await ask(form.action, "GET")).body);
  // A photo that is being prepared shows itself when it is ready, asked for a few times only.
  let watched = 0;
  let watching = 0;
  const watch = () => {
    clearTimeout(watching);
    if (document.querySelector("[data-photo-list] [data-waiting]") && watched < 8) watching = setTimeout(standing, 1500 * 2 ** Math.min(watched++, 4));
  };

  const later = (item, state) => {
    const seconds = Math.min(60, 2 ** tries++) * (0.5 + Math.random() / 2);
    show(item, state, { retry: true });
    clearTimeout(timer);
    timer = setTimeout(pump, seconds * 1000);
  };
  const send = async (item) => {
    const body = new FormData();
    for (const name of ["key", "kind", "alt"]) body.append(name, item[name] ?? "");
    if (item.sha) body.append("sha256", item.sha);
    body.append("photo", item.blob, item.blob.name ?? "foto.jpg");
    const sending = (percent) => show(item, words.wordSending.replace("{percent}", percent), { percent, tell: percent === 0 });
    sending(0);
    const { status, body: answer } = await ask(item.url, "POST", body, sending, item);
    current = null;
    if (item.gone) return pump();
    const waiting = item.kept ? words.wordWaiting : words.wordWaitingHere;
    if (status === 200 && answer?.held?.includes(item.sha || answer.sha256)) {
      tries = watched = 0;
      find("status").textContent = words.wordSent;
      take(answer, item.url);
      await forget(item);
    } else if (status === 401 || (status === 403 && !answer?.message && tries > 1)) {
      item.refused = true;
      show(item, answer?.message ?? words.wordSignedOut, { retry: true, login: true });
    } else if (status === 403 && !answer?.message) {
      await standing(); // signed in again in another tab: a fresh token
      later(item, waiting);
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429 && !answer?.again) {
      item.refused = true;
      if (answer?.message) await stored("readwrite", (photos) => photos.delete(item.key)); // no photo: not offered again on the next visit
      show(item, answer?.message ?? (status === 413 ? words.wordTooLarge : words.wordFailed), { retry: true });
    } else later(item, answer?.message ?? waiting);
    if (item.refused) pump();
  };
  const pump = (now = false) => {
    if (current || (tries && !now && !navigator.onLine)) return;
    clearTimeout(timer);
    const item = items.find((one) => !one.refused);
    if (item) send(item);
  };

  const add = async (file) => {
    const item = { key: newKey(), user: words.user, url: form.action, blob: file, name: file.name };
    draw(item);
    show(item, words.wordPreparing);
    item.blob = await shrink(file);
    if (item.blob.size > words.maxMb * 1024 * 1024) return show(item, words.wordTooLarge);
    item.sha = await hashed(item.blob);
    item.kept = await keep(item);
    if (item.gone) return stored("readwrite", (photos) => photos.delete(item.key));
    show(item, words.wordQueued);
    items.push(item);
    pump();
  };

  const resume = async () => {
    const mine = ((await stored("readonly", (photos) => photos.getAll())) ?? []).filter((item) => item.user === words.user);
    if (!mine.length) return;
    const { body } = await ask(form.action, "GET");
    take(body);
    for (const item of mine) {
      if (item.url === form.action && item.sha && body?.held?.includes(item.sha)) {
        await stored("readwrite", (photos) => photos.delete(item.key));
        continue;
      }
      item.kept = true;
      draw(item);
      show(item, words.wordQueued, { tell: false });
      items.push(item);
    }
    pump();
  };

  if (form) {
    const input = form.elements.photo;
    if (input) {
      for (const part of form.querySelectorAll("[data-photo-plain]")) part.hidden = true;
      find("buttons").hidden = false;
      input.required = false;
      input.hidden = true;
      find("take").onclick = () => (input.setAttribute("capture", "environment"), (input.multiple = false), input.click());
      find("pick").onclick = () => (input.removeAttribute("capture"), (input.multiple = true), input.click());
      input.onchange = async () => {
        const files = [...input.files];
        input.value = "";
        for (const file of files) await add(file);
      };
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    // Removing, moving and describing without leaving the page.
    document.addEventListener(
      "submit",
      async (event) => {
        const list = event.target.closest("[data-photo-list]");
        if (!list) return;
        event.preventDefault();
        const body = new FormData(event.target);
        if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
        const { status, body: answer } = await ask(event.target.action, "POST", body);
        if (status === 200 && event.submitter?.value === "describe") event.target.querySelector("details").open = false;
        take(answer);
        find("status").textContent = status === 200 ? "" : (answer?.message ?? words.wordFailed);
        document.querySelector("[data-photo-list]")?.focus();
      },
      true,
    );
    addEventListener("online", () => pump(true));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      for (const item of items) if (!item.row?.querySelector("[data-part=login]").hidden) item.refused = false;
      pump(true);
    });
    watch();
    resume();
  }
}
