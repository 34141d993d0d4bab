// Keeps the state of the lists in the address:
// #section?table.sort=column,descending&table.q=words&table.column=value&table.page=2
let arrived = false;

function decode(text) { try { return decodeURIComponent(text); } catch { return text; } }

function readAddress() {
  const [anchor, query] = location.hash.slice(1).split("?");
  return { anchor: decode(anchor), state: new URLSearchParams(query || "") };
}

function writeAddress(anchor) {
  const state = new URLSearchParams();
  for (const [name, list] of lists) {
    if (list.sort) state.set(name + ".sort", list.sort.join(","));
    for (const field of list.fields) if (field.value) state.set(name + "." + field.dataset.key, field.value);
    if (list.page > 1) state.set(name + ".page", list.page);
  }
  const query = state.toString();
  const hash = "#" + encodeURIComponent(anchor) + (query ? "?" + query : "");
  if (hash !== location.hash && (query || location.hash)) history.replaceState(null, "", hash);
}

// opens whatever is closed around a target, and scrolls to it
function showTarget(anchor) {
  const target = anchor && document.getElementById(anchor);
  if (!target) return;
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target.scrollIntoView();
}

function followAddress() {
  const { anchor, state } = readAddress();
  if ([...state].length || !arrived) {
    for (const [name, list] of lists) {
      const sort = (state.get(name + ".sort") || "").split(",");
      list.sort = sort.length === 2 && ["ascending", "descending"].includes(sort[1]) ? sort : null;
      list.page = parseInt(state.get(name + ".page"), 10) || 1;
      for (const field of list.fields) {
        field.value = state.get(name + "." + field.dataset.key) || "";
        if (field.selectedIndex < 0) field.value = "";
      }
      update(list);
    }
  } else if (anchor) writeAddress(anchor);
  arrived = true;
  showTarget(anchor);
}
