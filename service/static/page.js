// The interview: the questions of the page, one screen at a time, in the order of /v1/next.
// Every answer is in the form and nowhere else; every word is in the page.

const $ = (id) => document.getElementById(id);
const form = $("form");
const questions = [...form.querySelectorAll("fieldset")];
const sections = [...form.querySelectorAll("section")];
const NO = ["no", "none", "none_known", "normal"].map((x) => `[value=${x}]`).join();
const shown = new Set(); // questions that were on a screen; what is not known is not asked again
let whole = false; // all questions on one page
let past = false; // beyond the point where /v1/next would stop
let turn = 0; // of the latest request for what is shown while answering

const visible = () => questions.filter((question) => !question.hidden);
const given = (question) => new FormData(form).get(question.id)?.trim();

function answers() {
  const all = {};
  for (const question of questions) {
    const value = given(question);
    if (!value) continue;
    if (question.classList.contains("yn")) all[question.id] = value === "yes";
    else all[question.id] = question.querySelector("[type=number]") ? Number(value) : value;
  }
  return all;
}

async function ask(url, init) {
  try {
    const response = await fetch(url, { method: "POST", ...init });
    $("lost").hidden = response.ok;
    return response.ok && (await response.text());
  } catch {
    $("lost").hidden = false;
  }
  return null;
}

function part(name) {
  const body = new URLSearchParams(new FormData(form));
  body.set("part", name);
  return ask("/", { body });
}

// --- one screen, or all of them ---------------------------------------------------------------

function arrange(findings) {
  for (const question of questions) question.hidden = findings && !findings.includes(question.id);
  for (const section of sections) section.hidden = !section.querySelector("fieldset:not([hidden])");
  $("answer").hidden = $("enough").hidden = true;
  form.hidden = false;
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
}

function show(screen, focus = true) {
  whole = false;
  arrange(screen.findings);
  const [only, another] = visible();
  $("screen").textContent = another ? screen.question : only.querySelector("legend").textContent;
  if (screen.left) {
    const text = screen.left > 1 ? $("left").dataset.text : $("left").dataset.one;
    $("left").textContent = text.replace("{n}", screen.left);
  }
  if (focus) arrive($("screen"));
}

function arrive(heading) {
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

async function next(first = false) {
  for (const question of first ? [] : visible()) shown.add(question.id);
  const text = await ask("/v1/next", {
    body: JSON.stringify({ answers: answers() }),
    headers: { "Content-Type": "application/json" },
  });
  if (!text) return first && all();
  const { done, screens, screens_left_estimate: left } = JSON.parse(text);
  const screen = screens.find(({ findings }) => findings.some((id) => !shown.has(id)));
  const stop = !screen || (done && !past);
  $("enough").hidden = !stop;
  past ||= stop;
  if (stop) return answer();
  const state = { findings: screen.findings, question: screen.question, left };
  history[first ? "replaceState" : "pushState"](state, "");
  show(state, !first);
}

function all() {
  whole = true;
  arrange(null);
  search();
}

function search() {
  const words = $("find").value.toLowerCase().split(/\s+/);
  for (const question of questions) {
    const text = question.textContent.toLowerCase();
    question.hidden = !words.every((word) => text.includes(word));
  }
  for (const section of sections) section.hidden = !section.querySelector("fieldset:not([hidden])");
  const { text } = $("found").dataset;
  $("found").textContent = text.replace("{n}", visible().length).replace("{all}", questions.length);
}

// --- what is said -----------------------------------------------------------------------------

async function live() {
  const mine = ++turn;
  if (!questions.some(given)) return;
  const text = await part("live");
  if (!text || mine !== turn) return;
  const box = document.createElement("template");
  box.innerHTML = text;
  const flags = box.content.querySelector(".flags").innerHTML;
  if ($("alert").innerHTML !== flags) $("alert").innerHTML = flags;
  move(box.content.querySelector(".now"));
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

async function answer(push = true) {
  const text = await part("answer");
  if (!text) return;
  turn++;
  if (push) history.pushState({ answer: true }, "");
  $("answer").innerHTML = text;
  settle();
  arrive($("urgency"));
}

function settle() {
  $("alert").replaceChildren();
  $("answer").hidden = $("after").hidden = false;
  form.hidden = $("intro").hidden = true;
  for (const button of $("answer").querySelectorAll("[data-do=copy]")) button.hidden = false;
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
  answer: () => answer(),
  more: () => ((past = true), next()),
  print: () => print(),
  again: () => location.assign("/"),
  copy,
};

function change(id) {
  const state = { findings: [id], then: "answer" };
  history.pushState(state, "");
  show(state);
}

// --- what people do ---------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const wrong = visible().flatMap((q) => [...q.querySelectorAll(":invalid")]);
  if (wrong.length) wrong[0].reportValidity();
  else if (whole || history.state?.then) answer();
  else next();
});
form.addEventListener("change", live);
$("on").addEventListener("change", () => ($("bars").hidden = !$("on").checked));
$("all").addEventListener("click", () => (whole ? next(true) : all()));
$("find").addEventListener("input", search);
$("now").addEventListener("click", () => answer());
$("back").addEventListener("click", () => history.back());
$("rest").addEventListener("click", () => {
  for (const question of visible()) {
    const no = question.querySelector(NO);
    if (no && !given(question)) no.checked = true;
  }
  live();
  form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  event.preventDefault();
  const what = button.dataset.do;
  if (DO[what]) DO[what](button);
  else change(what);
});
addEventListener("popstate", ({ state }) => {
  if (state?.answer) answer(false);
  else if (state?.findings) show(state);
});

form.noValidate = true;
for (const id of ["tools", "live"]) $(id).hidden = false;
if ($("answer").childElementCount) settle();
else await next(true);
document.body.classList.add("ready");
