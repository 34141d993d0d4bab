// A button at each text that is there to be copied; without it, a click selects the whole text.
function offerCopies() {
  for (const text of document.querySelectorAll("pre[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + text.dataset.copy);
    const said = document.createElement("span");
    said.className = "said";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent.trimEnd() + "\n");
        said.textContent = "copied";
      } catch {
        getSelection().selectAllChildren(text);
        said.textContent = "selected";
      }
      setTimeout(() => { said.textContent = ""; }, 3000);
    });
    const row = document.createElement("div");
    row.className = "copying";
    row.append(button, said);
    text.before(row);
  }
}
