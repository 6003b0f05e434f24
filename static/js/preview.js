// The card beside a drop's form says what the form says. The form may be swapped for a new one.

const preview = document.getElementById("drop-preview");

function fill(part, words) {
  const element = preview.querySelector(`[data-preview=${part}]`);
  element.textContent = words || element.dataset.empty || "";
}

// Milliseconds that the clocks of a zone are ahead of UTC.
function ahead(at, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(at);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

// A local time in UTC; nothing where clocks never show it, or twice: then the server asks.
function inUtc(local, zone) {
  const shown = Date.parse(`${local}Z`);
  if (Number.isNaN(shown)) return "";
  const instants = [-1, 1].map((day) => shown - ahead(shown + day * 86_400_000, zone));
  const meant = new Set(instants.filter((at) => at + ahead(at, zone) === shown));
  if (meant.size !== 1) return "";
  return `(${new Date([...meant][0]).toISOString().slice(0, 16).replace("T", ", ")} UTC)`;
}

function update() {
  const form = document.getElementById("drop-form");
  if (!form) return;
  const prices = [...form.querySelectorAll("[name$=-price]")]
    .map(({ value }) => Number(value.replace(",", ".")))
    .filter((price) => price > 0);
  fill("title", form.elements.title.value.trim());
  fill("start", form.elements.starts_at.value.replace("T", ", "));
  fill("utc", preview.dataset.zone === "UTC" ? "" : inUtc(form.elements.starts_at.value, preview.dataset.zone));
  fill("price", prices.length && `· from ${Math.min(...prices)} ${form.elements.currency.value}`);
}

if (preview) {
  document.addEventListener("input", update);
  document.addEventListener("htmx:after:swap", update);
  update();
}
