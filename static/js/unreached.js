// When the shop was not reached, what was pressed says so right there, and what that means. It can
// be pressed again: the words go with the next try, or with its answer. What asks by itself says
// instead how old it is: see live.js.

const OFFLINE = "You are offline, so nothing was sent. Try again when you are back.";
const READ = "The shop did not answer. Try again.";
const SENT = "The shop did not answer, so it may have arrived or not. Try again, or load the page to see.";

const said = new WeakMap(); // what was pressed -> the words beside it

function say(source, method) {
  const words = document.createElement("p");
  words.className = "unreached";
  words.setAttribute("role", "alert");
  words.textContent = navigator.onLine ? source.dataset.unanswered ?? (method === "GET" ? READ : SENT) : OFFLINE;
  const pressed = source.querySelector("button:not([name])");
  if (pressed) pressed.after(words);
  else if (source.matches("section")) source.append(words);
  else source.after(words);
  said.set(source, words);
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  said.get(ctx?.sourceElement)?.remove();
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  const source = ctx?.sourceElement;
  if (!source?.matches("form, a, button, section:not([data-asks])")) return;
  said.get(source)?.remove();
  say(source, ctx.request?.method);
});
