// The interview: the questions of the page, one screen at a time, in the order of /v1/next.
// Answers are in the form, words in the page, and where somebody is, in history.state.
// What is shown follows from these alone, whichever way somebody came: start() and update().

const $ = (id) => document.getElementById(id);
const form = $("form");
const questions = [...form.querySelectorAll("fieldset")];
const sections = [...form.querySelectorAll("section")];
const NO = ["no", "none", "none_known", "normal"].map((x) => `[value=${x}]`).join();
const [SLOW, LATE, PAUSE] = [3, 20, 32]; // seconds: to say so, to ask again, between tries at most
const BUSY = [408, 429, 504]; // statuses that say: not now, or not in time
const shown = new Set(history.state?.shown); // questions that were on a screen: not asked again
let whole = true; // all questions on one page
let past = false; // beyond the point where /v1/next would stop
let turn = 0; // of the latest question to the service
let going = "live"; // part of the page that is waited for: more than that after a press
let giveUp = () => {}; // the latest request

const visible = () => questions.filter((question) => !question.hidden);
const given = (question) => new FormData(form).get(question.id)?.trim();

// --- asking -----------------------------------------------------------------------------------

// The one way to anything that is said: it is asked of the form as it is now, until it is there or
// something newer is asked. A press that is still waited for is not forgotten over it.
async function update(part = going) {
  const mine = ++turn;
  going = part;
  keep();
  giveUp();
  for (let pause = 1; mine === turn; pause = Math.min(2 * pause, PAUSE)) {
    const [what, text] = await ask(part);
    if (mine !== turn) return;
    trouble(what);
    if (!what) {
      going = "live";
      return SAID[part](text);
    }
    await new Promise((done) => setTimeout(done, 1000 * pause));
  }
}

// What went wrong, or nothing; and the text.
async function ask(part) {
  const stop = new AbortController();
  giveUp = () => stop.abort();
  const timers = [setTimeout(trouble, 1000 * SLOW, "slow"), setTimeout(giveUp, 1000 * LATE)];
  const body = new URLSearchParams(new FormData(form));
  body.set("part", part);
  try {
    const response = await fetch("/", { method: "POST", body, signal: stop.signal });
    const text = await response.text();
    if (response.ok && response.headers.has("X-Request-Id")) return ["", text];
    if (BUSY.includes(response.status)) return ["slow"];
    return [response.status >= 400 && response.status < 500 ? "refused" : "broken"];
  } catch {
    return [stop.signal.aborted ? "slow" : "lost"];
  } finally {
    timers.forEach(clearTimeout);
  }
}

function trouble(what) {
  const [box, said] = [$("trouble"), $("trouble").firstElementChild];
  box.hidden = !what;
  if (!what) return;
  if (said.textContent !== box.dataset[what]) said.textContent = box.dataset[what];
  if (document.body.classList.contains("ready")) return;
  if (history.state.kind) all(); // these need no service
  else visit({ kind: "all" });
}

// --- where somebody is ------------------------------------------------------------------------

// The tab's own history keeps a copy of the form, which a reload or a restored tab would lose.
function keep() {
  history.replaceState({ ...history.state, form: [...new FormData(form)], shown: [...shown] }, "");
}

function restore() {
  if (questions.some(given)) return;
  for (const [name, value] of history.state?.form ?? []) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }
}

function go(state) {
  history[history.state.kind ? "pushState" : "replaceState"](state, "");
  keep();
}

function start(focus) {
  const kind = history.state?.kind;
  if (kind === "screen") show(history.state, focus);
  if (kind === "all") all();
  if (kind === "screen" || kind === "all") update("live");
  else update(kind || $("answer").childElementCount ? "answer" : "next");
}

function arrange(findings) {
  only((question) => !findings || findings.includes(question.id));
  $("answer").hidden = $("enough").hidden = true;
  form.hidden = $("alert").hidden = $("verdict").hidden = false;
  form.classList.toggle("one", Boolean(findings));
  form.classList.toggle("only", findings?.length === 1);
  for (const id of ["screen", "now"]) $(id).hidden = !findings;
  $("back").hidden = !findings || !shown.size;
  $("intro").hidden = findings && shown.size > 0;
  $("left").hidden = !findings;
  $("search").hidden = Boolean(findings);
  $("rest").hidden = visible().filter((q) => q.querySelector(NO)).length < 2 || !findings;
  $("all").setAttribute("aria-pressed", !findings);
  $("go").textContent = $("go").dataset[findings ? "next" : "show"];
  whole = !findings;
  document.body.classList.add("ready");
}

function show(screen, focus) {
  arrange(screen.findings);
  const [first, another] = visible();
  $("screen").textContent = another ? screen.question : first.querySelector("legend").textContent;
  if (screen.left) {
    const text = screen.left > 1 ? $("left").dataset.text : $("left").dataset.one;
    $("left").textContent = text.replace("{n}", screen.left);
  }
  if (focus) arrive($("screen"));
}

function all() {
  arrange(null);
  search();
}

function only(fits) {
  for (const question of questions) question.hidden = !fits(question);
  for (const section of sections) section.hidden = !section.querySelector("fieldset:not([hidden])");
}

function arrive(heading) {
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function search() {
  const words = $("find").value.toLowerCase().split(/\s+/);
  const holds = (text) => words.every((word) => text.includes(word));
  only((question) => holds(question.textContent.toLowerCase()));
  const { text } = $("found").dataset;
  $("found").textContent = text.replace("{n}", visible().length).replace("{all}", questions.length);
}

// --- what is said -----------------------------------------------------------------------------

const SAID = { live, next, answer };

function live(text) {
  const box = document.createElement("template");
  box.innerHTML = text;
  const part = (name) => box.content.querySelector(name);
  for (const id of ["alert", "verdict", "again"]) {
    const { innerHTML } = part(`.${id}`); // what stays the same is not announced again
    if ($(id).innerHTML !== innerHTML) $(id).innerHTML = innerHTML;
  }
  for (const field of form.querySelectorAll("[inputmode]")) {
    const wrong = $("again").querySelector(`[data-of=${field.name}] span`)?.textContent ?? "";
    field.setAttribute("aria-invalid", Boolean(wrong));
    $(`w-${field.name}`).textContent = wrong;
  }
  move(part(".now"));
  return part(".next")?.dataset.next;
}

function move(now) {
  const width = (item) => item.querySelector(".fill").getAttribute("width");
  const before = new Map();
  for (const item of $("bars").querySelectorAll("li")) before.set(item.dataset.cause, width(item));
  $("bars").replaceChildren(now);
  for (const item of now.querySelectorAll("li")) {
    const [fill, after] = [item.querySelector(".fill"), width(item)];
    fill.setAttribute("width", before.get(item.dataset.cause) ?? "0%");
    fill.getBoundingClientRect(); // the bar starts where it was
    fill.setAttribute("width", after);
  }
}

function next(text) {
  const { done, screens, left } = JSON.parse(live(text));
  const asked = whole ? [] : visible();
  const wrong = asked.map((question) => question.querySelector("[aria-invalid=true]"));
  if (!form.hidden && wrong.some(Boolean)) return wrong.find(Boolean).focus();
  for (const question of asked) shown.add(question.id);
  const screen = screens.find(({ findings }) => findings.some((id) => !shown.has(id)));
  const stop = !screen || (done && !past);
  past ||= stop;
  $("enough").hidden = !stop;
  if (stop) return update("answer");
  const first = !history.state.kind;
  go({ kind: "screen", ...screen, left });
  show(history.state, !first);
}

function answer(text) {
  if (history.state.kind !== "answer") go({ kind: "answer" });
  $("answer").innerHTML = text;
  $("answer").hidden = $("after").hidden = false;
  form.hidden = $("intro").hidden = $("alert").hidden = $("verdict").hidden = true;
  for (const button of $("answer").querySelectorAll("[data-do=copy]")) button.hidden = false;
  document.body.classList.add("ready");
  arrive($("urgency"));
}

// --- what people do ---------------------------------------------------------------------------

function visit(state) {
  go(state);
  start(true);
}

async function copy(button) {
  const text = $(button.dataset.of);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = button.dataset.done;
  } catch {
    getSelection().selectAllChildren(text);
  }
}

const DO = {
  answer: () => update("answer"),
  more: () => ((past = true), update("next")),
  print: () => print(),
  again: () => (history.replaceState(null, ""), location.assign("/")),
  copy,
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  update(whole || history.state.then ? "answer" : "next");
});
form.addEventListener("change", () => update());
$("on").addEventListener("change", () => ($("bars").hidden = !$("on").checked));
$("all").addEventListener("click", () => (whole ? update("next") : visit({ kind: "all" })));
$("find").addEventListener("input", search);
$("now").addEventListener("click", () => update("answer"));
$("back").addEventListener("click", () => history.back());
$("rest").addEventListener("click", () => {
  for (const question of visible()) {
    const no = question.querySelector(NO);
    if (no && !given(question)) no.checked = true;
  }
  form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  event.preventDefault();
  const what = button.dataset.do;
  if (DO[what]) DO[what](button);
  else visit({ kind: "screen", findings: [what], then: "answer" });
});
// The second click of a double click would press what has just come there.
addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest("button, [data-do]")) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
addEventListener("popstate", () => start(true));
addEventListener("pageshow", () => start(false)); // browsers that restore a form have done so
addEventListener("online", () => $("trouble").hidden || update());

restore();
for (const id of ["tools", "live"]) $(id).hidden = false;
