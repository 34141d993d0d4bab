// Marks in the table of contents where the reader is.
function followReader() {
  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [decode(link.hash.slice(1)), link]));
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) {
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -75% 0px" });
  for (const id of links.keys()) { const section = document.getElementById(id); if (section) watch.observe(section); }
}
