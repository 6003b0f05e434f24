// What is typed into a drop's form is kept in this browser until it is saved: for its creator and
// the page it was typed on, without the token of the session. Signing out forgets it, too, by a
// header of that answer. Brought back, it goes by way of the shop, which writes the form with as
// many rows as it had.

const place = document.querySelector("[data-draft]");
const { draft, version } = place.dataset;
const name = `draft ${draft} ${location.pathname}${location.search}`;
const form = () => document.getElementById("drop-form");
const isForm = ({ sourceElement }) => sourceElement?.id === "drop-form";

function keep() {
  const fields = Object.fromEntries(new FormData(form()));
  delete fields.csrf_token;
  localStorage.setItem(name, JSON.stringify({ version, fields }));
}

function forget() {
  localStorage.removeItem(name);
}

async function bringBack() {
  const kept = JSON.parse(localStorage.getItem(name));
  if (!kept) return;
  if (kept.version !== version) {
    forget();
    say("newer");
    return;
  }
  const served = form();
  const values = { ...kept.fields, csrf_token: served.elements.csrf_token.value, rows: "kept" };
  served.inert = true; // what would be typed into it meanwhile would be lost
  await htmx.ajax("POST", served.getAttribute("action"), { source: place, target: served, swap: "outerHTML", values });
  served.inert = false;
  if (!served.isConnected) say("kept");
}

function say(what) {
  place.querySelector(`[data-says=${what}]`).hidden = false;
}

document.addEventListener("input", ({ target }) => {
  if (target.form === form()) keep();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (isForm(ctx)) keep(); // it has a row more or less
});
// Saved, the draft is shown; any other way leads back to the form, such as signing in again.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (isForm(ctx) && ctx.hx.redirect?.startsWith("/studio/drops/")) forget();
});
place.querySelector("button").addEventListener("click", () => {
  forget();
  location.assign(location.pathname + location.search);
});
bringBack();
