// The host's side of web/src/host.ts. The address says which pages: /?pages=phone,graph&start={…}&only
const given = new URLSearchParams(location.search);
const start = JSON.parse(given.get("start") ?? "{}");
const pages = (given.get("pages") ?? "phone").split(",");
const script = document.getElementById("script");
window.revealed = [];
window.kept = {};
document.body.classList.toggle("only", given.has("only"));

const frames = pages.map((name) => {
  const frame = document.createElement("iframe");
  frame.name = name;
  frame.title = name;
  return frame;
});
const tell = (frame, message) => frame.contentWindow.postMessage(message, location.origin);
const post = async (path, body) => (await fetch(path, { method: "POST", body: JSON.stringify(body) })).json();

async function edited() {
  await post("/edit", { script: script.value });
  for (const frame of frames) tell(frame, { kind: "changed" });
}

window.addEventListener("message", async (event) => {
  const frame = frames.find((one) => one.contentWindow === event.source);
  const message = event.data;
  if (!frame) return;
  switch (message.kind) {
    case "ready":
      tell(frame, { kind: "start", title: "menu.call", state: window.kept[frame.name], ...start });
      break;
    case "ask":
      tell(frame, { kind: "answer", id: message.id, ...(await post("/ask", message)) });
      break;
    case "reveal":
      window.revealed.push(message.location);
      break;
    case "insert":
      script.value = `${script.value.trimEnd()}\n\n${message.text}`;
      await edited();
      break;
    case "walked":
      for (const other of frames) if (other.name === "graph") tell(other, message);
      break;
    case "keep":
      window.kept[frame.name] = message.state;
      break;
  }
});

script.addEventListener("input", edited);
script.value = await (await fetch("/script")).json();
for (const frame of frames) {
  frame.src = `/page/${frame.name}`;
  document.body.append(frame);
}
