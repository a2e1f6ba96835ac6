// A cell of the board opens its form in the dialog. Without this the link leads to the page.

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener = null; // the address of the cell: the board may be replaced while the dialog is open

document.addEventListener("click", async (event) => {
  const cell = event.target.closest("#board a.cell");
  if (!cell || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    await htmx.ajax("GET", cell.href, { target: body, swap: "innerHTML" });
  } catch {
    // the page says what is wrong
  }
  if (!body.querySelector("form")) {
    location.assign(cell.href);
    return;
  }
  opener = cell.getAttribute("href");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.showModal();
  body.querySelector("#dialog-title").focus();
});

dialog.addEventListener("close", () => {
  document.querySelector(`#board a.cell[href="${opener}"]`)?.focus();
});

// a click beside the dialog that a cell opened closes it
dialog.addEventListener("click", (event) => {
  if (opener && event.target === dialog) dialog.close();
});
