// The card beside a drop's form says what the form says. The form may be swapped for a new one.

const preview = document.getElementById("drop-preview");

function fill(part, words) {
  const element = preview.querySelector(`[data-preview=${part}]`);
  element.textContent = words || element.dataset.empty || "";
}

function update() {
  const form = document.getElementById("drop-form");
  if (!form) return;
  const prices = [...form.querySelectorAll("[name$=-price]")]
    .map(({ value }) => Number(value.replace(",", ".")))
    .filter((price) => price > 0);
  fill("title", form.elements.title.value.trim());
  fill("start", form.elements.starts_at.value.replace("T", ", "));
  fill("price", prices.length && `· from ${Math.min(...prices)} ${form.elements.currency.value}`);
}

if (preview) {
  document.addEventListener("input", update);
  document.addEventListener("htmx:after:swap", update);
  update();
}
