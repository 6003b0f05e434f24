// The order form: its button says what it will do, for the choice that stands there, and can be
// pressed the moment the drop starts, without loading anything at zero. The server decides by its
// own clock and its own prices anyway. When the drop turns under somebody's eyes, because it sells
// out, comes back, moves or is over, the panel asks what that means for them.

const SPREAD = 3000; // ms over which the watchers' panels ask

let waiting = 0;

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

// The panel, if the drop beside it stands otherwise by now. What answers a press has no data-turn.
function outdated() {
  const panel = document.querySelector("#drop-order-panel[data-turn]");
  const turn = document.querySelector(".drop-state-head")?.dataset.turn;
  return turn && panel?.dataset.turn !== turn ? panel : null;
}

function askAgain() {
  waiting = 0;
  const panel = outdated();
  if (panel && !panel.matches(":active")) htmx.trigger(panel, "drop:turned");
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.id === "order-form") label(target.form);
});
document.addEventListener("htmx:after:swap", () => {
  labelAll();
  if (outdated()) waiting ||= setTimeout(askAgain, Math.random() * SPREAD);
});
document.addEventListener("countdown:zero", ({ detail }) => {
  if (detail.kind !== "start") return;
  for (const button of document.querySelectorAll("button[data-buyable-at-zero]")) {
    button.disabled = false;
    button.querySelector(".label").textContent = button.dataset.label;
    delete button.dataset.buyableAtZero;
  }
  // The panel need not ask for that, in the one second that counts.
  const panel = document.querySelector("#drop-order-panel[data-turn^=scheduled]");
  if (panel) panel.dataset.turn = "live";
});
labelAll();

// What comes back out of the browser's memory is as it was left: busy, and with a spent key.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && document.querySelector("#drop-order-panel, #order, .htmx-request")) location.reload();
});
