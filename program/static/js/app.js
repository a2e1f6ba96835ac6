// Upgrades of pages that work without them: dialogs, menus that close, tables that scroll by
// keyboard, and where the focus goes after a part of the page was replaced.

const dialog = document.getElementById("dialog");

// <a data-opens="some-dialog"> or <button data-opens="…">; a link without JavaScript just leads on.
// With hx-get and hx-target="#dialog-body" the link's page comes into the shared dialog.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const opened = document.getElementById(opener.dataset.opens);
    if (opened && !opened.open) {
      event.preventDefault();
      opened.showModal();
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A new part asks for attention: first wrong field, then what wants focus; and if what had the
// focus is gone with the old part, the new one itself, so that a keyboard does not fall back to the
// top. A part that comes by itself (a count, a live answer) leaves the focus where it is.
let held = null; // the part that had the focus before it was replaced
document.addEventListener("htmx:before:swap", (event) => {
  const target = event.detail.ctx?.target;
  held = target instanceof Element && target.contains(document.activeElement) ? target : null;
});
document.addEventListener("htmx:after:swap", (event) => {
  const swapped = event.detail.ctx?.target;
  if (!(swapped instanceof Element)) return;
  // with outerHTML the target itself is gone: its successor has the same id
  const target = swapped.isConnected ? swapped : document.getElementById(swapped.id);
  if (!target) return;
  const wanted = target.querySelector('[aria-invalid="true"], [autofocus]');
  if (wanted) wanted.focus();
  else if (swapped === held && document.activeElement === document.body) {
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
  }
});

dialog?.addEventListener("close", () => {
  document.getElementById("dialog-body").replaceChildren();
});

// A table too wide for the screen scrolls in its frame: then the frame is a stop for the keyboard.
function reachable() {
  for (const frame of document.querySelectorAll(".tablewrap, .boardwrap")) {
    const scrolls = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
    if (!scrolls || frame.hasAttribute("tabindex")) continue;
    frame.tabIndex = 0;
    if (frame.hasAttribute("role")) continue;
    frame.setAttribute("role", "group");
    const name = frame.querySelector("caption")?.textContent.trim();
    frame.setAttribute("aria-label", name || document.querySelector("h1")?.textContent.trim() || "");
  }
}

// A field that must be filled for the first choice of a list only: said before files are sent.
for (const field of document.querySelectorAll("[data-needed-for]")) {
  const list = document.getElementById(field.dataset.neededFor);
  const need = () => (field.required = list.selectedIndex === 0);
  list.addEventListener("change", need);
  need();
}

// On a narrow screen the menus scroll sideways: show where we are.
for (const here of document.querySelectorAll("nav.main [aria-current], .tabs [aria-current]")) {
  const strip = here.closest(".tabs, nav.main");
  strip.scrollLeft = here.offsetLeft - strip.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}

reachable();
addEventListener("resize", reachable);
document.addEventListener("htmx:after:settle", reachable);
