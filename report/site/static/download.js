// Downloads the rows of a table that the filters leave, on all its pages, as CSV.
function shownAsCsv(list) {
  const quote = (value) => {
    let text = String(value);
    // nothing that a spreadsheet would run: see files.py
    if (/^(?:[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])/.test(text) && isNaN(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const lines = [list.labels.map(quote)];
  for (const row of list.shown) lines.push(list.columns.map((column, index) => quote(keyOf(list, index, column.at[row]))));
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
