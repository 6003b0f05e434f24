// Takes away old notes, and those that somebody is done with.

const READ_AFTER = 10_000; // ms

const notes = document.getElementById("notes");
new MutationObserver((changes) => {
  for (const note of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    setTimeout(() => note.remove(), READ_AFTER);
  }
}).observe(notes, { childList: true });
notes.addEventListener("click", ({ target }) => target.closest("button")?.parentNode.remove());
