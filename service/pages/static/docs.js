// Sends the requests of the reference, and opens the shape that a link leads to.

async function send(box) {
  const [text, answer] = [box.querySelector("textarea"), box.querySelector("pre")];
  const headers = { "Content-Type": "application/json" };
  const init = text ? { method: box.dataset.method, body: text.value, headers } : {};
  let said;
  try {
    const response = await fetch(box.dataset.path, init);
    const body = await response.text();
    const json = /json/.test(response.headers.get("Content-Type"));
    said = `${response.status}\n${json ? JSON.stringify(JSON.parse(body), null, 1) : body}`;
  } catch (error) {
    said = String(error);
  }
  answer.textContent = said;
  answer.hidden = false;
}

function open() {
  const shape = document.getElementById(location.hash.slice(1));
  if (shape?.matches("details")) shape.open = true;
}

for (const box of document.querySelectorAll(".try")) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => send(box));
}
addEventListener("hashchange", open);
open();
