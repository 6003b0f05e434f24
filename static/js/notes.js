// Says in #notes what the server could not say itself: that it was not reached. Old notes go.

const notes = document.getElementById("notes");
const READ_AFTER = 10_000; // ms

function say(words) {
  if ([...notes.children].some((note) => note.textContent === words)) return;
  const note = document.createElement("p");
  note.className = "note note-bad";
  note.textContent = words;
  notes.append(note);
}

document.addEventListener("htmx:error", () => {
  say(navigator.onLine
    ? "The shop did not answer. Check your connection and try again."
    : "You are offline. What you see may be old; nothing is sent until you are back.");
});

new MutationObserver((changes) => {
  for (const note of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    setTimeout(() => note.remove(), READ_AFTER);
  }
}).observe(notes, { childList: true });
