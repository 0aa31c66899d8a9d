// What is pressed and said goes to the debugger as a line of its console.
const editor = acquireVsCodeApi();
for (const button of document.querySelectorAll("button[data-line]")) {
  button.addEventListener("click", () => editor.postMessage({ line: button.dataset.line }));
}
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = document.querySelector("input");
  if (words.value.trim()) editor.postMessage({ line: `say ${words.value}` });
  words.value = "";
});
