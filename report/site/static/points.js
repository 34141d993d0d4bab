// Says more about the points of figures: on hover, on focus, and on the first touch.
function explainPoints() {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  let touched = null;
  const hide = () => { tip.hidden = true; };
  const show = (point) => {
    tip.textContent = point.getAttribute("aria-label");
    tip.hidden = false;
    const at = point.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    const above = at.top > tip.offsetHeight + 12;
    tip.style.left = left + scrollX + "px";
    tip.style.top = (above ? at.top - tip.offsetHeight - 6 : at.bottom + 6) + scrollY + "px";
  };
  for (const point of document.querySelectorAll(".point")) {
    point.querySelector("title").remove();
    point.addEventListener("pointerenter", () => show(point));
    point.addEventListener("pointerleave", hide);
    point.addEventListener("focus", () => show(point));
    point.addEventListener("blur", hide);
    point.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch" && tip.dataset.of !== point.getAttribute("aria-label") ? point : null; });
    point.addEventListener("click", (event) => {
      if (touched !== point) return;
      event.preventDefault();
      tip.dataset.of = point.getAttribute("aria-label");
      show(point);
    });
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}
