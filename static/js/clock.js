// The server's clock, whatever the device's says: a few probes of /clock, each assumed to have
// been stamped halfway between question and answer, give an offset to the monotonic clock of this
// page. Of a 300 ms round trip split 200/100 that assumption is wrong by 50 ms.

const PROBES = 3;
const RETRY = 2000; // ms until the next try while /clock does not answer
const OFTEN_ENOUGH = 600_000; // ms after which the two clocks may have drifted apart
const SLEPT = 250; // ms the device's clock may move against the monotonic one

let offset = null; // ms to add to performance.now()
let syncing = null;
let leap = 0; // device clock minus monotonic clock at the last probe
let syncedAt = 0;

// Milliseconds since 1970 on the server, or null until the first answer of /clock.
export function now() {
  return offset === null ? null : performance.now() + offset;
}

// Measure anew; those who ask meanwhile share the measurement. Resolves when there is an offset.
export function sync() {
  syncing ??= measure().finally(() => { syncing = null; });
  return syncing;
}

// Measure if never done, long ago, or if the device seems to have slept: asleep, the monotonic
// clock of some browsers stands still while the device's goes on.
export function keepInSync() {
  const old = performance.now() - syncedAt > OFTEN_ENOUGH;
  if (offset === null || old || Math.abs(lead() - leap) > SLEPT) sync();
}

async function measure() {
  const offsets = [];
  while (offsets.length < PROBES) {
    const measured = await probe();
    if (measured === null) {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    } else {
      offsets.push(measured);
      offset ??= measured; // better than nothing until the others are there
    }
  }
  offset = offsets.sort((a, b) => a - b)[Math.floor(PROBES / 2)];
  syncedAt = performance.now();
  leap = lead();
}

async function probe() {
  try {
    const asked = performance.now();
    const answer = await fetch("/clock", { cache: "no-store", credentials: "omit" });
    const answered = performance.now();
    if (!answer.ok) return null;
    const { now: stamped } = await answer.json();
    return stamped + (answered - asked) / 2 - answered;
  } catch {
    return null;
  }
}

function lead() {
  return Date.now() - performance.now();
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) sync(); });
