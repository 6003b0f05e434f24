// Lets the browser keep a page for when the shop is not reached, and leaves that page as soon as
// there is a connection again.

if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "all" }).catch(() => {});
  });
}

const kept = document.querySelector("[data-offline]");
const shown = kept && location.pathname !== "/offline"; // in the place of a page
if (shown) window.addEventListener("online", () => location.reload());
