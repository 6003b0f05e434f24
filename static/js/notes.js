// Takes away old notes.

const READ_AFTER = 10_000; // ms

new MutationObserver((changes) => {
  for (const note of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    setTimeout(() => note.remove(), READ_AFTER);
  }
}).observe(document.getElementById("notes"), { childList: true });
