// Sums of an instrument while one types. The server counts again on saving; without this script its last sums stay.
// Whole hundredths throughout, so that 33.33 + 66.67 is 100 and nothing else.
{
const hundredths = (text) => {
  const found = /^\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*$/.exec(text ?? "");
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : 0;
};
const words = (value) => {
  const [whole, rest] = (value / 100).toFixed(2).split(".");
  return rest === "00" ? whole : `${whole},${rest.replace(/0$/, "")}`;
};
const read = (root, selector) => [...root.querySelectorAll(selector)].map((input) => hundredths(input.value));
const total = (values) => values.reduce((sum, value) => sum + value, 0);

// How a sum stands to what it should be: the words change, the colour follows.
const show = (place, sum, wanted) => {
  if (!place) return;
  const isRight = sum === wanted;
  place.querySelector("[data-sum]").textContent = words(sum);
  const target = place.querySelector("[data-wanted-shown]");
  if (target) target.textContent = words(wanted);
  place.classList.toggle("is-right", isRight);
  place.classList.toggle("is-wrong", !isRight);
  place.querySelector("[data-right]").hidden = !isRight;
  place.querySelector("[data-wrong]").hidden = isRight;
};

// Weights have two decimals too: the product has four, and is rounded only to be shown.
const ofCriterion = (root) => {
  const weight = root.querySelector("[data-weight]");
  const factor = weight ? hundredths(weight.value) : hundredths(root.dataset.weight ?? "1");
  const most = Math.max(0, ...read(root, "[data-points]")) * factor / 100;
  const shown = root.querySelector("[data-sum-max]");
  if (shown) shown.textContent = words(most);
  return most;
};
const ofSection = (root) => {
  const own = root.querySelector("[data-section-points]");
  const wanted = own ? hundredths(own.value) : hundredths(root.dataset.wanted);
  const sum = hundredths(root.dataset.others) + total([...root.querySelectorAll("[data-sum-criterion]")].map(ofCriterion));
  show(root.querySelector("[data-section-sum]"), sum, wanted);
};
const count = () => {
  document.querySelectorAll("[data-sum-section]").forEach(ofSection);
  const sections = total(read(document, "[data-section-points]"));
  document.querySelectorAll("[data-variant-sum]").forEach((place) => show(place, hundredths(place.dataset.others) + sections, 10000));
};

document.addEventListener("input", count);
document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", count) : count();
}
