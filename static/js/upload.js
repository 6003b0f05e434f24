// A picture may be dropped onto its form, is shown before it is sent, and is sent once.

const form = document.getElementById("picture-form");
const area = form.querySelector(".picture-drop");
const field = form.elements.file;
const preview = form.querySelector(".picture-preview");

function show() {
  const [file] = field.files;
  preview.hidden = true;
  if (!file) return;
  const reader = new FileReader();
  reader.addEventListener("load", () => { preview.src = reader.result; preview.hidden = false; });
  reader.readAsDataURL(file);
}

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  area.addEventListener(name, (event) => {
    event.preventDefault();
    area.classList.toggle("picture-drop-over", over);
  });
}
area.addEventListener("drop", ({ dataTransfer }) => {
  if (!dataTransfer.files.length) return;
  field.files = dataTransfer.files;
  show();
  form.elements.alt.focus();
});
field.addEventListener("change", show);
preview.addEventListener("error", () => { preview.hidden = true; });
form.addEventListener("submit", () => {
  const button = form.querySelector("[type=submit]");
  button.textContent = "Sending…";
  button.disabled = true;
});
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
