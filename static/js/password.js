// A button that shows what is being typed into a password field, and hides it again before the form is sent.
for (const input of document.querySelectorAll("input[data-show-password]")) {
  const button = document.createElement("button");
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? input.dataset.hidePassword : input.dataset.showPassword;
    button.setAttribute("aria-pressed", String(visible));
  };
  button.type = "button";
  button.className = "button secondary compact mt-s";
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
  input.after(button);
  show(false);
}
