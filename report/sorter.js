// Sorts and filters tables and cards, and keeps the state in the address: #section?table.sort=column,descending&table.q=words&table.column=value
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const lists = new Map();
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function read() {
    const [anchor, query] = location.hash.slice(1).split("?");
    return { anchor: decode(anchor), state: new URLSearchParams(query || "") };
  }
  function decode(text) { try { return decodeURIComponent(text); } catch { return text; } }

  function write(anchor) {
    const state = new URLSearchParams();
    for (const [name, list] of lists) {
      if (list.sort) state.set(name + ".sort", list.sort.join(","));
      for (const field of list.fields) if (field.value) state.set(name + "." + field.dataset.key, field.value);
    }
    const query = state.toString();
    const hash = "#" + encodeURIComponent(anchor) + (query ? "?" + query : "");
    if (hash !== location.hash && (query || location.hash)) history.replaceState(null, "", hash);
  }

  function cell(row, index) {
    const found = row.cells[index];
    return found.dataset.v !== undefined ? found.dataset.v : found.textContent.trim();
  }

  function arrange(list) {
    if (!list.heads.length) return;
    for (const head of list.heads) head.setAttribute("aria-sort", "none");
    let rows = [...list.rows];
    if (list.sort) {
      const index = list.heads.findIndex((head) => head.dataset.key === list.sort[0]);
      if (index < 0) { list.sort = null; return; }
      const sign = list.sort[1] === "descending" ? -1 : 1;
      const numeric = list.heads[index].classList.contains("n");
      const keyed = rows.map((row) => [cell(row, index), row]);
      keyed.sort(([a], [b]) => {
        if (a === "" || b === "") return (a === "") - (b === "");
        return sign * (numeric ? a - b : a.localeCompare(b, "en", { numeric: true }));
      });
      rows = keyed.map(([, row]) => row);
      list.heads[index].setAttribute("aria-sort", list.sort[1]);
    }
    list.body.append(...rows);
  }

  // what can be searched in a row: its cells, and the id that its heading stands for
  function words_of(row) { return [...row.cells].map((one) => one.textContent + " " + (one.tagName === "TH" ? one.dataset.v || "" : "")).join(" "); }

  function filter(list) {
    const words = plain(list.search ? list.search.value : "").split(/\s+/).filter(Boolean);
    const choices = list.fields.filter((field) => field !== list.search && field.value);
    let shown = 0;
    for (const row of list.rows) {
      let keep = choices.every((field) => (row.cells ? cell(row, +field.dataset.column) : row.dataset[field.dataset.key]) === field.value);
      if (keep && words.length) {
        const text = row.plain || (row.plain = plain(row.dataset.text || words_of(row)));
        keep = words.every((word) => text.includes(word));
      }
      row.hidden = !keep;
      shown += keep;
    }
    const all = list.rows.length, what = list.what[all === 1 ? 0 : 1];
    const here = list.every ? `the ${all} ${what} shown here, of ${list.every}` : `${all} ${what}`;
    list.count.textContent = shown === all ? here : `${shown} of ${here}`;
  }

  function csv(list) {
    const quote = (text) => {
      if (/^[=+\-@\t]/.test(text) && isNaN(text)) text = "'" + text;
      return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    };
    const lines = [list.heads.map((head) => quote(head.textContent.trim()))];
    for (const row of list.body.rows) if (!row.hidden) lines.push([...row.cells].map((_, index) => quote(cell(row, index))));
    return lines.map((line) => line.join(",")).join("\n") + "\n";
  }

  for (const element of document.querySelectorAll("[data-list]")) {
    const name = element.dataset.list;
    const table = element.querySelector(":scope > .scroll > table");
    const body = table ? table.tBodies[0] : element;
    const list = {
      body, what: table ? ["row", "rows"] : ["entry", "entries"], sort: null, anchor: element.id,
      rows: table ? [...body.rows] : [...element.querySelectorAll(":scope > details")],
      heads: table ? [...table.tHead.rows[0].cells] : [],
      fields: [...element.querySelectorAll(".tools [data-key]")],
      every: element.dataset.every, search: element.querySelector(".tools input"), count: element.querySelector(".tools output"),
    };
    lists.set(name, list);
    for (const head of list.heads) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const [key, way] = list.sort || [];
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const second = first === "ascending" ? "descending" : "ascending";
        list.sort = key !== head.dataset.key ? [head.dataset.key, first] : way === first ? [key, second] : null;
        arrange(list);
        write(list.anchor);
      });
    }
    for (const field of list.fields) field.addEventListener("input", () => { filter(list); write(list.anchor); });
    const link = element.querySelector("a[data-csv]");
    if (link) link.addEventListener("click", (event) => {
      event.preventDefault();
      const file = document.createElement("a");
      file.href = URL.createObjectURL(new Blob([csv(list)], { type: "text/csv" }));
      file.download = name + ".csv";
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 1000);
    });
  }

  function show(anchor) {
    const target = anchor && document.getElementById(anchor);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  }

  function restore() {
    const { anchor, state } = read();
    if ([...state].length || !arrived) {
      for (const [name, list] of lists) {
        const sort = (state.get(name + ".sort") || "").split(",");
        list.sort = sort.length === 2 && ["ascending", "descending"].includes(sort[1]) ? sort : null;
        for (const field of list.fields) {
          field.value = state.get(name + "." + field.dataset.key) || "";
          if (field.selectedIndex < 0) field.value = "";
        }
        arrange(list);
        filter(list);
      }
    } else if (anchor) write(anchor);
    arrived = true;
    show(anchor);
  }
  let arrived = false;
  restore();
  addEventListener("hashchange", restore);

  // contents: where the reader is
  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [decode(link.hash.slice(1)), link]));
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting) {
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -75% 0px" });
  for (const id of links.keys()) { const section = document.getElementById(id); if (section) watch.observe(section); }

  // on paper, every card is open
  let closed = [];
  addEventListener("beforeprint", () => { for (const card of document.querySelectorAll("details.card:not([open])")) { card.open = true; closed.push(card); } });
  addEventListener("afterprint", () => { for (const card of closed) card.open = false; closed = []; });
})();
