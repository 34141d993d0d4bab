// Opens every card while the page is printed.
function openCardsOnPaper() {
  let closed = [];
  addEventListener("beforeprint", () => {
    for (const card of document.querySelectorAll("details.card:not([open])")) { card.open = true; closed.push(card); }
  });
  addEventListener("afterprint", () => { for (const card of closed) card.open = false; closed = []; });
}
