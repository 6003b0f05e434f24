// A press on Follow is shown at once and sent behind it. What the shop answers takes its place; if
// it says no, or nothing, the press is taken back, and the words stand where notes or the button's
// own are.

const before = new WeakMap(); // button -> what it said

function buttonOf(ctx) {
  const form = ctx?.sourceElement;
  return form?.matches?.(".follow-form") ? form.querySelector("[aria-pressed]") : null;
}

function takeBack(ctx) {
  const button = buttonOf(ctx);
  if (button && before.has(button)) button.setAttribute("aria-pressed", before.get(button));
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const button = buttonOf(ctx);
  if (!button) return;
  const pressed = button.getAttribute("aria-pressed");
  before.set(button, pressed);
  button.setAttribute("aria-pressed", String(pressed === "false"));
  ctx.request.keepalive = true; // who goes on at once has pressed all the same
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx?.response?.status >= 400) takeBack(ctx);
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => takeBack(ctx));
