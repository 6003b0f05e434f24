// Says in #notes what the server could not say itself: that it was not reached. Old notes go.

const notes = document.getElementById("notes");
const READ_AFTER = 10_000; // ms

function say(words) {
  const note = document.createElement("p");
  note.className = "note note-bad";
  note.textContent = words;
  notes.append(note);
}

document.addEventListener("htmx:error", () => {
  say("The shop did not answer. Check your connection and try again.");
});

new MutationObserver((changes) => {
  for (const note of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    setTimeout(() => note.remove(), READ_AFTER);
  }
}).observe(notes, { childList: true });
