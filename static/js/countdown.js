// Ticks every <time data-countdown="start|end|pay" datetime="…">. Until the server's clock is
// known, and without script, the element reads as the server wrote it: the instant itself. What
// styles need stands on the element: data-ticking, data-long with days in it, data-soon in the
// last minutes before a start; and --left on the [data-window] around it, from 1 to 0.
//
// At zero the element tells the page: at once with "countdown:zero", for what lets a person buy,
// and after a moment of chance with "countdown:passed", for what everybody watching refreshes.
// Both bubble, so htmx can wait for them on the fragment or `from:body`. As long as an element
// that is past its instant stands there, because the answer came early or not at all, it goes on
// asking, less and less often.

import { keepInSync, now, sync } from "./clock.js";

const COUNTDOWNS = "time[data-countdown]";
const WARN = 20_000; // ms before the end of a payment window
const SOON = 300_000; // ms before a start
const MARKS = [10, 60, 300]; // seconds before zero at which "countdown:mark" is told
const SPREAD = 500; // ms over which the watchers' refreshes are spread
const AGAIN = [0, 250, 500, 1000, 2000, 4000, 8000, 16_000]; // ms from each asking to the next

const asked = new Map(); // "kind instant" -> { times, next }
const seen = new Map(); // "kind instant" -> ms that were left when last looked at
let timer = 0;

function tick() {
  clearTimeout(timer);
  const countdowns = document.querySelectorAll(COUNTDOWNS);
  if (!countdowns.length) return;
  keepInSync();
  const present = now();
  if (present === null) {
    sync().then(tick);
    return;
  }
  const waits = [...countdowns].map((element) => show(element, present));
  timer = setTimeout(tick, Math.min(...waits, 1000) + 1);
}

// Bring one element up to date; answers in how many milliseconds it has to be done again.
function show(element, present) {
  const left = Date.parse(element.dateTime) - present;
  const words = inWords(Math.max(0, Math.ceil(left / 1000)));
  if (element.textContent !== words) element.textContent = words;
  element.dataset.ticking = "";
  element.toggleAttribute("data-long", words.length > 8);
  element.toggleAttribute("data-soon", element.dataset.countdown === "start" && left <= SOON);
  drain(element, left);
  mark(element, left);
  if (element.dataset.countdown === "pay") warn(element, left);
  if (left > 0) return left % 1000;
  tell(element, present);
  return AGAIN[1];
}

// Let the ring or bar around the element say how much of its window is left.
function drain(element, left) {
  const around = element.closest("[data-window]");
  if (!around) return;
  const part = left / 1000 / Number(around.dataset.window);
  around.style.setProperty("--left", Math.max(0, Math.min(1, part)).toFixed(4));
}

// Once at each mark, and only if it was awaited here; who slept past two hears of the later one.
function mark(element, left) {
  const before = seen.get(name(element));
  seen.set(name(element), left);
  const seconds = MARKS.find((each) => left <= each * 1000 && before > each * 1000);
  if (seconds && left > 0) send(element, "countdown:mark", seconds);
}

function tell(element, present) {
  const key = name(element);
  const { times, next } = asked.get(key) ?? { times: 0, next: present };
  if (times >= AGAIN.length || present < next) return;
  asked.set(key, { times: times + 1, next: present + (AGAIN[times + 1] ?? Infinity) });
  send(element, "countdown:zero");
  setTimeout(() => send(element, "countdown:passed"), Math.random() * SPREAD);
}

function name(element) {
  return `${element.dataset.countdown} ${element.dateTime}`;
}

function send(element, type, seconds = 0) {
  const { countdown: kind } = element.dataset;
  const from = element.isConnected ? element : document.body;
  from.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { kind, seconds } }));
}

// The words stand in the page, unseen, in data-says of the status beside the element; put there
// once, they are read out politely.
function warn(element, left) {
  const soon = left > 0 && left <= WARN;
  if (soon === "warning" in element.dataset) return;
  if (soon) element.dataset.warning = "";
  else delete element.dataset.warning;
  const status = wordsBeside(element);
  if (status) status.textContent = soon ? status.dataset.says : "";
}

function wordsBeside(element) {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const status = around.querySelector("[role=status][data-says]");
    if (status) return status;
  }
  return null;
}

function inWords(seconds) {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days || hours) parts.unshift(hours);
  const digits = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return days ? `${days} d ${digits}` : digits;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) sync().then(tick); });
window.addEventListener("pageshow", (event) => { if (event.persisted) sync().then(tick); });
document.addEventListener("htmx:after:swap", tick);
tick();
