// The order form: its button says what it will do, for the choice that stands there, and can be
// pressed the moment the drop starts, without loading anything at zero. The server decides by its
// own clock and its own prices anyway.

function label(form) {
  const { amount, currency } = form.querySelector("[name=sku]:checked, [name=sku][type=hidden]")?.dataset ?? {};
  const quantity = Number(form.elements.quantity.value);
  const button = form.querySelector("button");
  if (!amount || !(quantity > 0)) return;
  const words = `Buy ${quantity} · ${money(amount * quantity, currency)}`;
  button.dataset.label = words;
  if (!button.disabled) button.querySelector(".label").textContent = words;
}

// As the server writes it: without decimals if there are none.
function money(amount, currency) {
  const { maximumFractionDigits: digits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  const value = amount / 10 ** digits;
  const minimumFractionDigits = Number.isInteger(value) ? 0 : digits;
  return new Intl.NumberFormat("en", { style: "currency", currency, minimumFractionDigits }).format(value);
}

function labelAll() {
  document.querySelectorAll("#order-form").forEach(label);
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.id === "order-form") label(target.form);
});
document.addEventListener("htmx:after:swap", labelAll);
document.addEventListener("countdown:zero", ({ detail }) => {
  if (detail.kind !== "start") return;
  for (const button of document.querySelectorAll("button[data-buyable-at-zero]")) {
    button.disabled = false;
    button.querySelector(".label").textContent = button.dataset.label;
    delete button.dataset.buyableAtZero;
  }
});
labelAll();

// What comes back out of the browser's memory is as it was left: busy, and with a spent key.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && document.querySelector("#drop-order-panel, #order, .htmx-request")) location.reload();
});
