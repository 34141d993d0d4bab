// Downloads the rows of a table that are shown, as CSV.
function shownAsCsv(list) {
  const quote = (text) => {
    if (/^[=+\-@\t]/.test(text) && isNaN(text)) text = "'" + text;
    return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const lines = [list.heads.map((head) => quote(head.textContent.trim()))];
  for (const row of list.body.rows) if (!row.hidden) lines.push([...row.cells].map((_, index) => quote(cellText(row, index))));
  return lines.map((line) => line.join(",")).join("\n") + "\n";
}

function offerDownloads() {
  for (const list of lists.values()) {
    const link = list.element.querySelector("a[data-csv]");
    if (link) link.addEventListener("click", (event) => {
      event.preventDefault();
      const file = document.createElement("a");
      file.href = URL.createObjectURL(new Blob([shownAsCsv(list)], { type: "text/csv" }));
      file.download = list.name + ".csv";
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 1000);
    });
  }
}
