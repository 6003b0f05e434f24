// When the shop is not reached, a page that says so. Nothing of anybody's is kept.

const PAGE = "/offline";
const LOOKS = [
  "{{ asset('app.css') }}",
  "{{ asset('vendor/familjen-grotesk.woff2') }}",
  "{{ asset('vendor/instrument-sans.woff2') }}",
  "{{ asset('img/icon.svg') }}",
];
const CACHE = `offline ${LOOKS[0]}`; // its address changes with every static file

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE)
    .then((cache) => cache.addAll([new Request(PAGE, { credentials: "omit", cache: "reload" }), ...LOOKS]))
    .then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
    self.registration.navigationPreload?.enable(), // so that no page waits for this worker to wake
  ]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (LOOKS.includes(new URL(request.url).pathname)) event.respondWith(kept(request));
});

async function page(event) {
  try {
    return await event.preloadResponse ?? await fetch(event.request);
  } catch {
    return kept(PAGE);
  }
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return await cache.match(request) ?? fetch(request);
}
