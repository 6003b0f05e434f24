// What shows something that moves, [data-topic] with the topic, hears of it over a socket. Then it
// need not ask every few seconds: a beat says that all there was to say has been said. Without one,
// because the socket, the relay or Redis is gone, it asks as ever, and so it does until what it
// shows is from after the last gap. What is older than what it shows is not shown, however it came.
// Browsers that cannot open a socket by a path go on asking: this is the last module for that.

import { answered } from "./age.js";

let heard; // when the last beat came
let since; // the server's time from which nothing was missed, in ms since 1970

const moving = () => document.querySelector("[data-topic]");
const beats = () => performance.now() - heard < 5000; // ms without one, then it asks again
const flows = ({ dataset }) => beats() && dataset.seq >= since;

function hear({ data: text }) {
  const element = moving();
  if (!element) return this.close();
  if (text[0] === "<") return htmx.swap({ sourceElement: element, target: element, text, swap: "outerMorph" });
  const [at, from] = text.split(" ");
  since = Math.max(beats() ? since : at, from);
  heard = performance.now();
  if (flows(element)) answered(element);
}

function open() {
  const element = moving();
  if (!element) return;
  const socket = new WebSocket(`/live?topic=${element.dataset.topic}`);
  socket.onmessage = hear;
  socket.onclose = () => {
    heard = NaN;
    setTimeout(open, Math.random() * 30_000); // ms, so that those who lost it at once come back one by one
  };
}

document.addEventListener("every", (event) => {
  if (flows(event.target)) event.stopImmediatePropagation();
}, true);
document.addEventListener("htmx:before:swap", (event) => {
  const { text, sourceElement } = event.detail.ctx;
  if (sourceElement.dataset.seq > /seq="(\d+)/.exec(text)?.[1]) event.preventDefault();
});
open();
