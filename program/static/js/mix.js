// Moving people between groups by dragging and by the arrow keys. Without this the form does it:
// select people, choose a group, press the button.

const said = document.getElementById("mix-said");
let dragged = null; // the number of the person
let wanted = null; // who gets the focus when the new groups are there

function arrangement() {
  return document.getElementById("arranging");
}

// The people of the groups, with what the browser needs to drag them.
function prepare() {
  for (const row of document.querySelectorAll(".mixpeople li:has(input:enabled)")) row.draggable = true;
}

async function move(person, group) {
  const form = arrangement();
  wanted = `person-${person}`;
  const values = { do: "move", person, to: group, version: form.elements.version.value };
  values.csrf_token = form.elements.csrf_token.value;
  await htmx.ajax("POST", form.action, { source: form, target: "#arrangement", swap: "outerMorph", values });
}

document.addEventListener("dragstart", (event) => {
  const box = event.target.closest?.(".mixpeople li")?.querySelector("input");
  if (!box) return;
  dragged = box.value;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", box.value);
});

function over(event) {
  return dragged ? event.target.closest?.(".mixcard") : null;
}

document.addEventListener("dragover", (event) => {
  for (const card of document.querySelectorAll(".mixcard.over")) card.classList.remove("over");
  const card = over(event);
  if (!card) return;
  event.preventDefault();
  card.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const card = over(event);
  if (!card) return;
  event.preventDefault();
  const from = document.getElementById(`person-${dragged}`)?.closest(".mixcard");
  if (card !== from) move(dragged, card.dataset.group);
});

document.addEventListener("dragend", () => {
  dragged = null;
  for (const card of document.querySelectorAll(".mixcard.over")) card.classList.remove("over");
});

const ARROWS = { ArrowRight: 1, ArrowLeft: -1 };

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".mixpeople input");
  const step = ARROWS[event.key];
  if (!box || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const cards = [...document.querySelectorAll(".mixcard")];
  const to = cards[cards.indexOf(box.closest(".mixcard")) + step];
  if (to) move(box.value, to.dataset.group);
});

// What happened is said, and who was moved keeps the focus.
document.addEventListener("htmx:after:swap", () => {
  const now = document.getElementById("arrangement");
  if (!now) return;
  prepare();
  for (const box of now.querySelectorAll("input:checked")) box.checked = false;
  const name = wanted && document.getElementById(wanted)?.closest(".mixcard")?.querySelector("legend");
  const where = name ? `${name.firstChild.textContent.trim()}. ` : "";
  said.textContent = where + now.dataset.said.trim();
  if (wanted) document.getElementById(wanted)?.focus();
  wanted = null;
});

prepare();
