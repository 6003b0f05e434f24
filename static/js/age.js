// What asks again by itself, [data-asks] with the seconds between two askings, says when what it
// shows is older than that: "Updating", or "Offline" without a connection, and how old it is. The
// words stand in the [data-age] inside it, and data-old on it lets styles take the numbers back.
// An answer takes both away again.

const LATE = 1000; // ms an answer may take, beyond which what is shown is too old
const LOOK = 250; // ms between two looks at the clock

const heard = new Map(); // id -> when what is shown was asked for
const due = new Map(); // id -> when a newer answer should be there
const asked = new Map(); // id -> when the request under way left

// The page itself was true when its answer left the server, at the earliest.
const [navigation] = performance.getEntriesByType("navigation");
const loaded = navigation?.requestStart ?? 0;

function look() {
  const now = performance.now();
  for (const element of document.querySelectorAll("[data-asks]")) {
    if (now < dueAt(element)) continue;
    const seconds = Math.floor((now - (heard.get(element.id) ?? loaded)) / 1000);
    const words = `${navigator.onLine ? "Updating" : "Offline"} · ${inWords(seconds)} old`;
    const age = element.querySelector("[data-age]");
    element.dataset.old = "";
    if (age && age.textContent !== words) age.textContent = words;
  }
}

function dueAt({ id, dataset }) {
  return due.get(id) ?? loaded + dataset.asks * 1000 + LATE;
}

function inWords(seconds) {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

// What it shows was true at that moment: when it was asked for, or, untold, now.
export function answered(element, left = performance.now()) {
  heard.set(element.id, left);
  due.set(element.id, left + element.dataset.asks * 1000 + LATE);
  delete element.dataset.old;
  const age = element.querySelector("[data-age]");
  if (age) age.textContent = "";
}

// From now on, or in a moment, what is shown is known to be old, whenever it was asked for.
function old(element, wait = 0) {
  due.set(element.id, Math.min(dueAt(element), performance.now() + wait));
  look();
}

const asking = (element) => (element?.matches?.("[data-asks]") ? element : null);

document.addEventListener("htmx:before:request", ({ detail }) => {
  const element = asking(detail.ctx?.sourceElement);
  if (element) asked.set(element.id, performance.now());
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const element = asking(document.getElementById(ctx?.sourceElement?.id));
  if (!element) return;
  if (ctx.response?.status >= 400) old(element);
  else answered(element, ctx.request && asked.get(element.id)); // what is pushed was not asked for
});
document.addEventListener("htmx:error", ({ detail }) => {
  const element = asking(detail.ctx?.sourceElement);
  if (element) old(element);
});
document.addEventListener("countdown:zero", () => {
  for (const element of document.querySelectorAll("[data-asks]")) old(element, 2 * LATE);
});
window.addEventListener("offline", () => document.querySelectorAll("[data-asks]").forEach((each) => old(each)));

// Who comes back to the page, or to the net, need not wait for the next asking.
function comeBack() {
  document.body.dispatchEvent(new CustomEvent("page:back"));
}

window.addEventListener("online", comeBack);
document.addEventListener("visibilitychange", () => { if (!document.hidden) comeBack(); });
setInterval(look, LOOK);
