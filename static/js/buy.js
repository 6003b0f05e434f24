// Lets the order form be sent the moment its drop starts: whoever chose before need not load
// anything at zero. The server decides by its own clock anyway.

document.addEventListener("countdown:zero", ({ detail }) => {
  if (detail.kind !== "start") return;
  for (const button of document.querySelectorAll("button[data-buyable-at-zero]")) {
    button.disabled = false;
    button.querySelector(".label").textContent = button.dataset.label;
    delete button.dataset.buyableAtZero;
  }
});
