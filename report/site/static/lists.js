// Lists of a page (tables, entries): finds them, sorts and filters their rows.
const lists = new Map();

function simplified(text) { return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }

function cellText(row, index) {
  const cell = row.cells[index];
  return cell.dataset.v !== undefined ? cell.dataset.v : cell.textContent.trim();
}

// what can be searched in a row: its cells, and the id behind its heading
function searchText(row) {
  if (row.dataset.text) return row.dataset.text;
  return [...row.cells].map((cell) => cell.textContent + " " + (cell.tagName === "TH" ? cell.dataset.v || "" : "")).join(" ");
}

function sortRows(list) {
  if (!list.heads.length) return;
  for (const head of list.heads) head.setAttribute("aria-sort", "none");
  let rows = [...list.rows];
  if (list.sort) {
    const index = list.heads.findIndex((head) => head.dataset.key === list.sort[0]);
    if (index < 0) { list.sort = null; return; }
    const sign = list.sort[1] === "descending" ? -1 : 1;
    const numeric = list.heads[index].classList.contains("n");
    const keyed = rows.map((row) => [cellText(row, index), row]);
    keyed.sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === "");
      return sign * (numeric ? a - b : a.localeCompare(b, "en", { numeric: true }));
    });
    rows = keyed.map(([, row]) => row);
    list.heads[index].setAttribute("aria-sort", list.sort[1]);
  }
  list.body.append(...rows);
}

function filterRows(list) {
  const words = simplified(list.search ? list.search.value : "").split(/\s+/).filter(Boolean);
  const choices = list.fields.filter((field) => field !== list.search && field.value);
  const chosen = (row, field) => (row.cells ? cellText(row, +field.dataset.column) : row.dataset[field.dataset.key]) === field.value;
  let shown = 0;
  for (const row of list.rows) {
    let keep = choices.every((field) => chosen(row, field));
    if (keep && words.length) {
      row.simplified ||= simplified(searchText(row));
      keep = words.every((word) => row.simplified.includes(word));
    }
    row.hidden = !keep;
    shown += keep;
  }
  const all = list.rows.length, noun = list.nouns[all === 1 ? 0 : 1];
  const here = list.every ? `the ${all} ${noun} shown here, of ${list.every}` : `${all} ${noun}`;
  list.count.textContent = shown === all ? here : `${shown} of ${here}`;
}

// a button in each heading: first click, other way round, original order
function makeSortable(list, changed) {
  for (const head of list.heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const [key, direction] = list.sort || [];
      const first = head.classList.contains("n") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      list.sort = key !== head.dataset.key ? [head.dataset.key, first] : direction === first ? [key, second] : null;
      sortRows(list);
      changed(list);
    });
  }
}

function findLists(changed) {
  for (const element of document.querySelectorAll("[data-list]")) {
    const table = element.querySelector(":scope > .scroll > table");
    const body = table ? table.tBodies[0] : element.querySelector(":scope > ol");
    const list = {
      name: element.dataset.list, element, anchor: element.id, body, sort: null, every: element.dataset.every,
      nouns: table ? ["row", "rows"] : ["entry", "entries"],
      rows: table ? [...body.rows] : [...element.querySelectorAll(":scope > ol > li")],
      heads: table ? [...table.tHead.rows[0].cells] : [],
      fields: [...element.querySelectorAll(".tools [data-key]")],
      search: element.querySelector(".tools input"), count: element.querySelector(".tools output"),
    };
    lists.set(list.name, list);
    makeSortable(list, changed);
    for (const field of list.fields) field.addEventListener("input", () => { filterRows(list); changed(list); });
  }
}
