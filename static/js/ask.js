// The page of one's own drop asks at once when it is told that something happened there. What it
// shows is its creator's alone, so nothing of it comes over the socket.

function open() {
  const socket = new WebSocket("/live?topic=creator:");
  socket.onmessage = ({ data }) => {
    const panel = document.querySelector("#studio-drop[data-asks]");
    if (!panel) socket.close();
    else if (data === "ask") htmx.trigger(panel, "live:ask");
  };
  socket.onclose = () => {
    if (document.querySelector("#studio-drop[data-asks]")) setTimeout(open, Math.random() * 30_000); // ms
  };
}

if (document.querySelector("#studio-drop[data-asks]")) open();
