// The roll at the door: each tap is kept on this device until the server has it.
const form = document.getElementById("roll");
const box = document.getElementById("unsent");
const saved = document.getElementById("saved");
const undo = document.getElementById("undo");
const key = `roll-${form.dataset.meeting}`;
const device = localStorage.getItem("device") || crypto.randomUUID().replaceAll("-", "");
localStorage.setItem("device", device);

const read = () => JSON.parse(localStorage.getItem(key) || "{}");
const write = (marks) =>
  Object.keys(marks).length
    ? localStorage.setItem(key, JSON.stringify(marks))
    : localStorage.removeItem(key);
const row = (person) => document.getElementById(`p${person}`);
const token = () => form.elements.csrf_token.value;
let sending = null; // while marks are on their way: the promise that they arrive
let signedOut = false;

for (const part of document.querySelectorAll("[data-without-script]")) part.remove();
document.querySelector("#rest [name=device]").value = device;

form.addEventListener("change", (event) => {
  if (event.target.type === "radio") keep(event.target.name.slice(1), event.target.value);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("click", (event) => {
  const chosen = event.target.closest("button[data-keep]");
  if (chosen) settle(chosen.closest("li"), chosen.dataset.keep);
});
addEventListener("online", send);
setInterval(() => Object.keys(read()).length && send(), 15000);

for (const other of [undo, document.getElementById("rest")])
  other.addEventListener("submit", async (event) => {
    if (!Object.keys(read()).length) return;
    event.preventDefault();
    await send();
    if (!Object.keys(read()).length) other.submit();
  });

function keep(person, state) {
  const marks = read();
  const number = Number(localStorage.getItem("device-number") || 0) + 1;
  localStorage.setItem("device-number", number);
  marks[person] = { state, stamp: `${device}.${number}`, seen: row(person)?.dataset.seen || 0 };
  write(marks);
  send();
}

function send() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  for (let marks = read(); ; marks = read()) {
    const person = Object.keys(marks).find((id) => !marks[id].held);
    if (!person || !(await sendOne(person, marks[person]))) break;
  }
  show();
}

async function sendOne(person, mark) {
  const body = new URLSearchParams({ ...mark, csrf_token: token() });
  let answer;
  try {
    answer = await fetch(`${form.getAttribute("action")}/${person}/mark`, { method: "POST", body });
  } catch {
    return false;
  }
  signedOut = answer.redirected || [400, 401].includes(answer.status); // 400: another session
  if (signedOut) return false;
  if (answer.status >= 500 || ![200, 409, 422].includes(answer.status)) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  take(person, mark, answer.status, page);
  return true;
}

function take(person, mark, status, page) {
  const marks = read();
  const again = marks[person]?.stamp !== mark.stamp; // tapped anew while this was under way
  if (status === 409 && !again) marks[person] = { ...mark, held: true };
  else if (!again) delete marks[person];
  write(marks);
  document.getElementById("counts").replaceWith(page.getElementById("counts"));
  const now = page.getElementById("tapped");
  const line = row(person);
  if (!now || !line) return;
  line.dataset.seen = now.dataset.seen;
  line.dataset.theirs = now.dataset.segment;
  if (again) return;
  say(line, now.textContent.trim(), status);
  if (status === 200) offerUndo(line, mark);
}

function say(line, text, status) {
  const note = line.querySelector(".note");
  note.textContent = text;
  note.classList.toggle("error", status !== 200);
  if (status === 409)
    for (const [label, state] of [
      [form.dataset.mine, "mine"],
      [form.dataset.theirs, "theirs"],
    ]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sec" });
      button.dataset.keep = state;
      button.textContent = label;
      note.append(" ", button);
    }
  if (status === 422) choose(line, line.dataset.theirs);
}

function settle(line, whose) {
  const person = line.id.slice(1);
  const marks = read();
  const mine = marks[person];
  delete marks[person];
  write(marks);
  line.querySelector(".note").textContent = "";
  if (whose === "mine" && mine) keep(person, mine.state);
  else choose(line, line.dataset.theirs);
  line.querySelector("input:checked")?.focus();
  show();
}

function choose(line, state) {
  for (const input of line.querySelectorAll("input[type=radio]")) input.checked = input.value === state;
}

function offerUndo(line, mark) {
  const name = line.querySelector(".n a").textContent;
  const state = line.querySelector("input:checked + span")?.textContent || "";
  saved.textContent = `${saved.dataset.saved}: ${name}, ${state}`;
  undo.elements.stamp.value = mark.stamp;
  undo.hidden = false;
}

function show() {
  const marks = read();
  const waiting = Object.keys(marks).filter((id) => !marks[id].held);
  for (const line of form.querySelectorAll("li.unsent")) {
    line.classList.remove("unsent");
    if (!waiting.includes(line.id.slice(1)) && line.querySelector(".note").textContent === form.dataset.late)
      line.querySelector(".note").textContent = "";
  }
  for (const person of waiting) {
    const line = row(person);
    if (!line) continue;
    line.classList.add("unsent");
    line.querySelector(".note").textContent = form.dataset.late;
  }
  box.hidden = waiting.length === 0;
  const text = waiting.length === 1 ? box.dataset.one : box.dataset.many.replace("{n}", waiting.length);
  if (waiting.length) box.textContent = signedOut ? box.dataset.signedOut : text;
}

// A look for new answers does not lead away from the roll: who is signed out hears it at a mark.
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.status === 401) event.preventDefault();
});

// names on this page as you type: each word, in any order, without accents
const search = document.getElementById("q");
search.addEventListener("input", () => {
  const wanted = search.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const parts = wanted.split(/\s+/);
  for (const line of form.querySelectorAll("li"))
    line.hidden = !parts.every((part) => line.dataset.key.includes(part));
});
search.form.addEventListener("submit", (event) => event.preventDefault());

// what was left unsent when the page was last closed
for (const [person, mark] of Object.entries(read())) {
  const line = row(person);
  if (!line) continue;
  choose(line, mark.state);
  delete mark.held;
}
const left = read();
for (const mark of Object.values(left)) delete mark.held;
write(left);
send();
