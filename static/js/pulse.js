// The minutes of a drop that is live, as a chart that one can point at. It says what the table beside
// it says, again after each answer; for whoever hears the page, the server's drawing stays.

const HEIGHT = 180;
const WHOLE = [1, 2, 5].flatMap((step) => [1, 10, 100, 1000, 10_000].map((times) => step * times)).sort((a, b) => a - b);
let chart;

// Oldest first: seconds of the epoch, orders, and refused tries, which hang down.
function minutes() {
  const rows = [...document.querySelectorAll("#studio-drop-minutes tbody tr")].reverse();
  const count = (row, place) => Number(row.cells[place].textContent);
  return [
    rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000),
    rows.map((row) => count(row, 1)),
    rows.map((row) => -count(row, 2)),
  ];
}

// A colour of the page, as it is now: light and dark may change places.
const colour = (token) => ({ root }) => {
  root.style.color = `var(${token})`;
  return getComputedStyle(root).color;
};

const clock = (at) => new Date(at * 1000).toISOString().slice(11, 16);

// What is pointed at, or else the latest.
const pointedAt = (words) => (plot, _, series, index) => words(plot.data[series].at(index ?? -1));

const bars = (label, token) => ({
  label,
  fill: colour(token),
  width: 0,
  value: pointedAt(Math.abs),
  paths: uPlot.paths.bars({ size: [0.8, 48] }),
  points: { show: false },
});

const axis = (area, values, more) => ({
  font: `13px ${getComputedStyle(area).fontFamily}`,
  values: (_, places) => places.map(values),
  stroke: colour("--muted"),
  grid: { stroke: colour("--line"), width: 1 },
  ticks: { show: false },
  ...more,
});

function drawn(area) {
  const legend = area.appendChild(document.createElement("div"));
  legend.className = "live-chart-legend";
  const plot = new uPlot({
    width: area.clientWidth,
    height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
    legend: { markers: { show: false }, mount: (_, table) => legend.append(table) },
    cursor: { y: false, drag: { x: false }, points: { show: false } },
    scales: {
      x: { range: (_, first, last) => [first - 30, last + 30] },
      y: { range: (_, least, most) => [Math.min(0, least), Math.max(1, most)] },
    },
    axes: [
      axis(area, clock, { space: 70, size: 30 }),
      axis(area, (count) => Math.abs(count).toLocaleString("en"), { incrs: WHOLE }),
    ],
    series: [
      { label: "Minute, UTC", value: pointedAt(clock) },
      bars("Orders", "--accent"),
      bars("Refused", "--edge"),
    ],
  }, minutes(), area);
  new ResizeObserver(() => plot.setSize({ width: area.clientWidth, height: HEIGHT })).observe(area);
  return plot;
}

function show() {
  const area = document.getElementById("studio-drop-chart");
  if (chart && !chart.root.isConnected) {
    chart.destroy();
    chart = undefined;
  }
  if (!area || !globalThis.uPlot) return; // the server's drawing stays
  if (chart) chart.setData(minutes());
  else chart = drawn(area);
}

document.addEventListener("htmx:after:swap", show);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.redraw());
show();
