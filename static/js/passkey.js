// Asks the device for a passkey (data-passkey="create" or "get") and sends its answer with the form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const described = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

const asked = (options) => {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) key.excludeCredentials = described(key.excludeCredentials);
  if (key.allowCredentials) key.allowCredentials = described(key.allowCredentials);
  return { publicKey: key };
};

const answered = (credential) => {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!navigator.credentials || !window.PublicKeyCredential) continue;
  const button = form.querySelector("[data-passkey-start]");
  const error = form.querySelector("[data-passkey-error]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    error.hidden = true;
    try {
      const options = asked(JSON.parse(document.getElementById("passkey-options").textContent));
      const credential = await navigator.credentials[form.dataset.passkey](options);
      form.elements.credential.value = JSON.stringify(answered(credential));
      form.submit();
    } catch {
      error.hidden = false;
    }
  });
}
