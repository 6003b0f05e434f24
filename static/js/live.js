// What moves by itself: a page hears of it over one socket, or asks, and says how old it is.
//
// What asks again by itself, [data-asks] with the seconds between two askings, says when what it
// shows is older than that: "Updating", or "Offline" without a connection, and how old it is. The
// words stand in the [data-age] inside it, and data-old on it lets styles take the numbers back.
// An answer takes both away again.
//
// What is [data-topic] need not ask every few seconds while it hears of its topic: a beat says that
// all there was to say has been said. Without one, because the socket, the relay or Redis is gone,
// it asks as ever, and so it does until what it shows is from after the last gap. What is older
// than what it shows is not shown, however it came. Who is signed in has a socket on every page, and
// is shown what is announced there, too. Words that are no fragment and no beat name what the page
// is to be told, so that it asks. The bell asks after each gap, but seldom while it hears: who tells
// news is not who beats. Browsers that cannot open a socket by a path go on asking: this is the last
// module for that.

const LATE = 1000; // ms an answer may take, beyond which what is shown is too old
const LOOK = 250; // ms between two looks at the clock
const SILENCE = 5000; // ms without a beat, then it asks again
const RETURN = 30_000; // ms over which those who lost it at once come back one by one
const LONGEST = 600_000; // ms over which they do in the end, who are refused again and again
const CAUGHT_UP = 20_000; // ms over which all bells ask after a gap
const SOON = 1000; // ms over which all who are nudged at once ask
const SELDOM = 0.2; // of its askings a bell still does

const heard = new Map(); // id -> when what is shown was asked for
const due = new Map(); // id -> when a newer answer should be there
const asked = new Map(); // id -> when the request under way left

let socket;
let beat; // when the last one came
let since; // the server's time from which nothing was missed, in ms since 1970
let asksFrom; // the `since` for which the bell asked
let wait = RETURN;

// The page itself was true when its answer left the server, at the earliest.
const [navigation] = performance.getEntriesByType("navigation");
const loaded = navigation?.requestStart ?? 0;

const asking = (element) => (element?.matches?.("[data-asks]") ? element : null);
const everything = () => document.querySelectorAll("[data-asks]");
const moving = () => document.querySelector("[data-topic]");
const bell = () => document.getElementById("inbox-bell");
const beats = () => performance.now() - beat < SILENCE;
const flows = (element) => beats() && element?.dataset.seq >= since;
const tell = (what, detail) => document.body.dispatchEvent(new CustomEvent(what, { detail }));
const tellWithin = (ms, what) => setTimeout(tell, Math.random() * ms, what);

// --- how old it is ---

function look() {
  const now = performance.now();
  for (const element of everything()) {
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
function answered(element, left = performance.now()) {
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

document.addEventListener("htmx:before:request", ({ detail }) => {
  const element = asking(detail.ctx?.sourceElement);
  if (element) asked.set(element.id, performance.now());
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  open(); // there may be something new to hear of
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
  for (const element of everything()) old(element, 2 * LATE);
});
window.addEventListener("offline", () => everything().forEach((each) => old(each)));

// Who comes back to the page, or to the net, need not wait for the next asking.
window.addEventListener("online", () => tell("page:back"));
document.addEventListener("visibilitychange", () => { if (!document.hidden) tell("page:back"); });
setInterval(look, LOOK);

// --- what is heard ---

document.addEventListener("every", (event) => {
  const hears = event.target === bell() ? beats() && Math.random() > SELDOM : flows(event.target);
  if (hears) event.stopImmediatePropagation();
}, true);
document.addEventListener("htmx:before:swap", (event) => {
  const { text, sourceElement } = event.detail.ctx;
  if (sourceElement.dataset.seq > /seq="(\d+)/.exec(text)?.[1]) event.preventDefault();
});

function open() {
  const topic = moving()?.dataset.topic;
  if (socket || !(topic || bell())) return;
  socket = new WebSocket(`/live?topic=${topic ?? ""}`);
  socket.onopen = () => { wait = RETURN; };
  socket.onmessage = hear;
  socket.onclose = () => {
    beat = NaN;
    setTimeout(() => {
      socket = null;
      open();
    }, Math.random() * wait);
    wait = Math.min(2 * wait, LONGEST);
  };
}

function hear({ data: text }) {
  const element = moving();
  if (text.startsWith("<div")) tell("news:pushed", text);
  else if (text[0] === "<") {
    if (element) htmx.swap({ sourceElement: element, target: element, text, swap: "outerMorph" });
  } else if (text > ":") tellWithin(text === "news:told" ? SOON : 0, text);
  else {
    const [at, from] = text.split(" ");
    since = Math.max(beats() ? since : at, from);
    beat = performance.now();
    if (flows(element)) answered(element);
    if (bell() && asksFrom !== since) {
      asksFrom = since;
      tellWithin(CAUGHT_UP, "news:told");
    }
  }
}

open();
