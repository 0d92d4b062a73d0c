"use strict";
// A click or Enter on a cell of the matrix shows its pictures and goes there; Escape goes back to the
// cell, arrows walk from cell to cell.
const told = JSON.parse(document.getElementById("told").textContent);
const panel = document.getElementById("cell");
const title = document.getElementById("cell-title");
const list = document.getElementById("cell-pictures");
const more = document.getElementById("cell-more");
const buttons = [...document.querySelectorAll("button[data-truth]")];
const AT_ONCE = 1000;

const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

function line(text, kind) {
  const span = document.createElement("span");
  span.textContent = text;
  if (kind) span.className = kind;
  return span;
}

function entry(row) {
  const item = document.createElement("li");
  const truth = told.classes[told.truths[row]];
  const predicted = told.classes[told.predicted[row]];
  if (row in told.pictures) {
    const image = document.createElement("img");
    image.src = told.pictures[row];
    image.alt = filled(told.words.alt, { truth });
    item.append(image);
  } else {
    item.append(line(told.words.none, "gone"));
  }
  item.append(line(told.files[row], "file"));
  item.append(line(filled(told.words.said, { predicted, share: told.shares[row] })));
  if (truth !== predicted) {
    item.append(line(filled(told.words.own, { truth, share: told.own[row] })));
  }
  return item;
}

function add(rows) {
  const shown = rows.splice(0, AT_ONCE);
  list.append(...shown.map(entry));
  more.hidden = rows.length === 0;
  more.textContent = filled(told.words.more, { count: rows.length });
  more.onclick = () => add(rows);
}

function open(button) {
  const truth = Number(button.dataset.truth);
  const predicted = Number(button.dataset.predicted);
  const rows = [...told.files.keys()].filter(
    (row) => told.truths[row] === truth && told.predicted[row] === predicted,
  );
  for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
  const text = truth === predicted ? told.words.right : told.words.wrong;
  const pictures = rows.length === 1 ? told.words.one : filled(told.words.some, { count: rows.length });
  const names = { truth: told.classes[truth], predicted: told.classes[predicted], pictures };
  title.textContent = filled(text, names);
  list.replaceChildren();
  panel.hidden = false;
  add(rows);
  // who cannot see the panel open is told by the focus, and finds back with Escape
  title.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
  panel.onkeydown = (event) => {
    if (event.key === "Escape") button.focus();
  };
}

function step(from, key) {
  const cells = [...from.closest("tr").querySelectorAll("button[data-truth]")];
  const place = cells.indexOf(from);
  if (key === "ArrowRight") return cells[place + 1];
  if (key === "ArrowLeft") return cells[place - 1];
  const column = from.closest("td").cellIndex;
  let row = from.closest("tr");
  do {
    row = key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    const found = row?.cells[column]?.querySelector("button[data-truth]");
    if (found) return found;
  } while (row);
  return undefined;
}

buttons.forEach((button, place) => {
  button.tabIndex = place === 0 ? 0 : -1; // one stop of the Tab key; arrows do the rest
  button.addEventListener("click", () => open(button));
  button.addEventListener("focus", () => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  });
  button.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    const target = step(button, event.key);
    event.preventDefault();
    target?.focus();
  });
});
