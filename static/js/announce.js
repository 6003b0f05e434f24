// Reads out what comes true on a page that is left open, each thing once and nothing else: five
// minutes, one minute and ten seconds before a drop starts, that it is live, that few are left,
// that it is sold out. Those words stand in the page, in #says, and wait for a pause. One's own
// result, the words of [data-result], is read at once.

const told = new Set();
const SETTLED = 500; // ms after which a live region that came with the page is listened to

function say(...names) {
  const words = document.getElementById("says")?.dataset ?? {};
  const news = names.filter((name) => words[name] && !told.has(name));
  if (!news.length) return;
  news.forEach((name) => told.add(name));
  document.getElementById("announcements").textContent = news.map((name) => words[name]).join(" ");
}

function standing() {
  const { state, level } = document.getElementById("drop-state")?.dataset ?? {};
  if (state !== "live") return [];
  return ["live", { low: "low", "sold-out": "soldOut" }[level]];
}

function results() {
  for (const { dataset } of document.querySelectorAll("[data-result]")) {
    if (told.has(dataset.result)) continue;
    told.add(dataset.result);
    document.getElementById("results").textContent = dataset.result;
  }
}

document.addEventListener("countdown:mark", ({ detail }) => say(`${detail.kind}-${detail.seconds}`));
document.addEventListener("countdown:zero", ({ detail }) => detail.kind === "start" && say("live"));
document.addEventListener("htmx:after:swap", () => {
  say(...standing());
  results();
});
standing().forEach((name) => told.add(name)); // that is read with the page
setTimeout(results, SETTLED);
