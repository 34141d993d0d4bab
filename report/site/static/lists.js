// Lists of a page (tables, entries): finds them, sorts, filters and pages their rows. Rows are elements of the page,
// or data of which elements are made when they are shown: see row_data.py. Both have columns: a dictionary of texts
// and keys (what sorts, if not the text), and for each row its place in the dictionary.
const lists = new Map();
const collator = new Intl.Collator("en", { numeric: true });
const narrow = matchMedia("(max-width: 40rem)");
const counted = (n) => n.toLocaleString("en");

function simplified(text) { return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); }

function ownColumn(texts, keys) { return { texts, keys, at: texts.map((_, row) => row) }; }

function rowsOfTable(list, table) {
  const rows = [...list.body.rows];
  const cells = list.heads.map((_, index) => rows.map((row) => row.cells[index]));
  const columns = cells.map((some) => ownColumn(some.map((cell) => cell.textContent.trim()), some.map((cell) => cell.dataset.v ?? "")));
  rows.forEach((row) => labelCells(list, row));
  return { columns, count: rows.length, row: (i) => rows[i] };
}

function rowsOfItems(list) {
  const items = [...list.body.children];
  const columns = list.fields.map((field) => ownColumn(items.map((item) => item.dataset[field.dataset.key] || ""), null));
  list.fields.forEach((field, index) => { field.dataset.column = index; });
  return { columns, count: items.length, row: (i) => items[i], searched: (i) => items[i].dataset.text };
}

function rowsOfData(list, block) {
  const data = JSON.parse(block.textContent), made = [];
  for (const column of data.columns) {
    const { at, width } = column;
    column.at = Array.from({ length: data.rows }, (_, row) => parseInt(at.slice(row * width, (row + 1) * width), 36));
  }
  return { columns: data.columns, count: data.rows, row: (i) => made[i] ||= makeRow(list, data, block.dataset.root, i) };
}

// what cells.py makes of the same cells
function makeRow(list, data, root, row) {
  const element = document.createElement("tr");
  data.columns.forEach((column, index) => {
    const place = column.at[row], text = column.texts[place], key = column.keys ? column.keys[place] : "";
    const cell = document.createElement(index ? "td" : "th");
    if (!index) cell.scope = "row";
    else if (column.kind === "number") cell.className = "n";
    else if (text.length > 20) cell.className = text.length > 60 ? "long" : "some";
    if (key !== "") cell.dataset.v = key;
    let inner = document.createTextNode(text);
    const wrap = (tag) => { const outer = document.createElement(tag); outer.append(inner); inner = outer; return outer; };
    if (text && ["verdict", "status"].includes(column.kind)) wrap("span").className = "mark " + text.replace(/[^A-Za-z0-9_.+-]+/g, "-");
    if (text && column.kind === "confidence") wrap("abbr").title = data.meanings[text] || "";
    const link = column.links && column.links[place] >= 0 ? data.links[column.links[place]] : "";
    if (/^https?:\/\//.test(link)) Object.assign(wrap("a"), { href: link, rel: "noopener noreferrer external" });
    else if (/^[a-z]+(\/[\w.+-]+)?\.html(#|$)/.test(link)) wrap("a").setAttribute("href", root + link);
    cell.append(inner);
    element.append(cell);
  });
  labelCells(list, element);
  return element;
}

// Narrow screens show a row as a paragraph, where each value needs its heading.
function labelCells(list, row) {
  [...row.cells].forEach((cell, index) => { if (index) cell.dataset.label = list.labels[index]; });
}

function isNumeric(list, index) { return list.heads[index].classList.contains("n"); }

// what a cell is sorted by and saved as; of a number only the number counts
function keyOf(list, index, place) {
  const { texts, keys } = list.columns[index];
  const key = keys ? keys[place] : "";
  return key !== "" || isNumeric(list, index) ? key : texts[place];
}

// place in the dictionary -> rank, -1 for blanks
function ranks(list, index) {
  const numeric = isNumeric(list, index), ranked = list.columns[index].texts.map(() => -1);
  const keys = ranked.map((_, place) => keyOf(list, index, place));
  const order = [...keys.keys()].filter((place) => keys[place] !== "");
  const compare = (a, b) => numeric ? keys[a] - keys[b] : collator.compare(keys[a], keys[b]);
  order.sort(compare);
  order.forEach((place, i) => { ranked[place] = i && !compare(order[i - 1], place) ? ranked[order[i - 1]] : i; });
  return ranked;
}

function filteredRows(list) {
  const words = simplified(list.search ? list.search.value : "").split(/\s+/).filter(Boolean);
  const choices = list.fields.filter((field) => field !== list.search && field.value).map((field) => {
    const column = list.columns[+field.dataset.column];
    // the value of an option has its blanks joined
    return { at: column.at, kept: column.texts.map((text) => text.replace(/\s+/g, " ").trim() === field.value) };
  });
  if (words.length && !list.searched) {
    for (const column of list.columns) column.simple = column.texts.map((text, place) => simplified(text + " " + (column === list.columns[0] && column.keys ? column.keys[place] : "")));
    list.searched = (row) => list.columns.map((column) => column.simple[column.at[row]]).join(" ");
  }
  const found = (row) => { const text = list.texts[row] ??= simplified(list.searched(row)); return words.every((word) => text.includes(word)); };
  const rows = [];
  for (let row = 0; row < list.count; row++) if (choices.every(({ at, kept }) => kept[at[row]]) && (!words.length || found(row))) rows.push(row);
  return rows;
}

function sortedRows(list, rows) {
  const index = list.sort ? list.heads.findIndex((head) => head.dataset.key === list.sort[0]) : -1;
  if (index < 0) list.sort = null;
  list.heads.forEach((head, i) => head.setAttribute("aria-sort", i === index ? list.sort[1] : "none"));
  if (list.sorter) list.sorter.value = list.sort ? list.sort.join(",") : "";
  if (index < 0) return rows;
  const { at } = list.columns[index], ranked = ranks(list, index), sign = list.sort[1] === "descending" ? -1 : 1;
  return rows.sort((a, b) => {
    const x = ranked[at[a]], y = ranked[at[b]];
    return x < 0 || y < 0 ? (x < 0) - (y < 0) : sign * (x - y);
  });
}

// filters, sorts, and shows the page that the list is at
function update(list) {
  list.shown = sortedRows(list, filteredRows(list));
  const all = `${counted(list.count)} ${list.nouns[list.count === 1 ? 0 : 1]}`;
  const here = list.every ? `the ${all} shown here, of ${counted(+list.every)}` : all;
  list.output.textContent = list.shown.length === list.count ? here : `${counted(list.shown.length)} of ${here}`;
  turnPage(list, list.page);
}

function turnPage(list, page) {
  const size = !list.pager ? list.count || 1 : narrow.matches ? Math.min(25, list.pageRows) : list.pageRows, n = list.shown.length, pages = Math.max(1, Math.ceil(n / size));
  list.page = Math.min(Math.max(1, page), pages);
  const from = (list.page - 1) * size, to = Math.min(n, from + size);
  list.body.replaceChildren(...list.shown.slice(from, to).map(list.row));
  if (!list.pager) return;
  list.pager.hidden = pages === 1;
  list.pager.querySelector("span").textContent = `Rows ${counted(from + 1)} to ${counted(to)} of ${counted(n)}`;
  for (const button of list.pager.querySelectorAll("button")) {
    const there = +button.dataset.by < 0 ? list.page > 1 : list.page < pages;
    button.setAttribute("aria-disabled", !there);
  }
}

// buttons that turn the pages of a table
function makePager(list, changed) {
  list.pager = list.element.querySelector(":scope > .pager");
  if (!list.pager) {
    list.pager = document.createElement("nav");
    list.pager.className = "pager";
    list.pager.setAttribute("aria-label", `Pages of ${list.name}`);
    list.element.append(list.pager);
  }
  list.pager.replaceChildren(document.createElement("span"));
  for (const [words, by] of [["First", -1e9], ["Previous", -1], ["Next", 1], ["Last", 1e9]]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: words });
    button.dataset.by = by;
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      turnPage(list, list.page + by);
      list.scroll.scrollTop = 0;
      if (narrow.matches) list.element.scrollIntoView();
      changed(list);
    });
    list.pager.append(button);
  }
}

// a button in each heading: first click, other way round, original order; and on narrow screens, which have no headings, a choice
function makeSortable(list, changed) {
  const sortBy = (sort) => { Object.assign(list, { sort, page: 1 }); update(list); changed(list); };
  list.sorter = document.createElement("select");
  list.sorter.append(new Option("as given", ""));
  for (const head of list.heads) {
    const first = head.classList.contains("n") ? "descending" : "ascending", key = head.dataset.key;
    const second = first === "ascending" ? "descending" : "ascending";
    for (const direction of [first, second]) list.sorter.append(new Option(`${head.textContent} ${direction === "ascending" ? "↑" : "↓"}`, `${key},${direction}`));
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const [at, direction] = list.sort || [];
      sortBy(at !== key ? [key, first] : direction === first ? [key, second] : null);
    });
  }
  list.sorter.addEventListener("input", () => sortBy(list.sorter.value ? list.sorter.value.split(",") : null));
  const label = document.createElement("label");
  label.className = "sorter";
  label.append("sort", list.sorter);
  list.output.before(label);
}

function findLists(changed) {
  for (const element of document.querySelectorAll("[data-list]")) {
    const table = element.querySelector(":scope > .scroll > table"), block = element.querySelector(":scope > script");
    const heads = table ? [...table.tHead.rows[0].cells] : [];
    const list = {
      name: element.dataset.list, element, anchor: element.id, heads, labels: heads.map((head) => head.textContent),
      body: table ? table.tBodies[0] : element.querySelector(":scope > ol"), scroll: element.querySelector(":scope > .scroll"),
      sort: null, page: 1, pager: null, every: element.dataset.every, pageRows: +element.dataset.page, nouns: table ? ["row", "rows"] : ["entry", "entries"],
      fields: [...element.querySelectorAll(".tools [data-key]")], texts: [],
      search: element.querySelector(".tools input"), output: element.querySelector(".tools output"),
    };
    Object.assign(list, block ? rowsOfData(list, block) : table ? rowsOfTable(list, table) : rowsOfItems(list));
    lists.set(list.name, list);
    if (table) { makeSortable(list, changed); makePager(list, changed); }
    for (const field of list.fields) field.addEventListener("input", () => { list.page = 1; update(list); changed(list); });
  }
  narrow.addEventListener("change", () => { for (const list of lists.values()) turnPage(list, 1); });
}
