// Writes instants, <time data-local="instant|clock">, as the clocks around the reader show them,
// and names their zone as the server named UTC. What the server sends anew is written anew, before
// it is painted.

const NAMED = ["en-GB", "en-US", "en-AU", "en-IN"]; // where zones have short names of their own

function parts(date, options, locale = "en-US") {
  const format = new Intl.DateTimeFormat(locale, { hourCycle: "h23", ...options });
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
}

function zone(date) {
  const names = NAMED.map((locale) => parts(date, { timeZoneName: "short" }, locale).timeZoneName);
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0];
}

const WORDS = {
  instant(date) {
    const { day, month, year, hour, minute } = parts(date, {
      day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
    });
    return `${day} ${month} ${year}, ${hour}:${minute}`;
  },
  clock(date) {
    const { hour, minute, second } = parts(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return `${hour}:${minute}:${second}`;
  },
};

function write() {
  for (const element of document.querySelectorAll("time[data-local]")) {
    const date = new Date(element.dateTime);
    const words = `${WORDS[element.dataset.local](date)} ${zone(date)}`;
    if (element.textContent !== words) element.textContent = words;
  }
}

document.addEventListener("htmx:after:swap", write);
write();
