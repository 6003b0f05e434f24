// Takes away old notes, and those that somebody is done with. Shows no news twice, though they may
// come by socket and by answer: their number in the bell counts them once, too. What is said of an
// order may have been brought about in another tab, so the page is told.

const READ_AFTER = 10_000; // ms

const notes = document.getElementById("notes");
const shown = {}; // by their ids
new MutationObserver((changes) => {
  for (const note of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    if (note.id && shown[note.id]) note.remove();
    else if (note.querySelector?.("[href^='/orders/']")) htmx.trigger(document.body, "order:told");
    shown[note.id] = true;
    setTimeout(() => note.remove(), READ_AFTER);
  }
}).observe(notes, { childList: true });
notes.addEventListener("click", ({ target }) => target.closest("button")?.parentNode.remove());

document.body.addEventListener("news:pushed", ({ detail: text }) => {
  if (shown[/id="(.+?)"/.exec(text)[1]]) return;
  htmx.swap({ sourceElement: notes, target: notes, text, swap: "beforeend" });
  const number = document.querySelector(".bell-number");
  if (!number) return;
  const before = parseInt(number.textContent) || 0;
  number.innerHTML = `${before < 99 ? before + 1 : "99+"}<span class="unseen"> unread</span>`;
  number.hidden = false;
});
