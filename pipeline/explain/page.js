"use strict";
{
  let lit = [];
  const show = (target) => {
    const at = target?.closest("[data-row], [data-q], [data-e]");
    for (const node of lit) node.classList.remove("lit", "hot");
    lit = [];
    if (!at) return;
    const { row, q, e } = at.dataset;
    const article = at.closest("article");
    for (const number of new Set(`${row ?? ""} ${q ?? ""} ${row || q ? "" : e ?? ""}`.split(" ").filter(Boolean))) {
      for (const node of article.querySelectorAll(`[data-row="${number}"], [data-q~="${number}"]`)) {
        node.classList.add("lit");
        lit.push(node);
      }
      for (const node of article.querySelectorAll(`[data-e~="${number}"]`)) {
        node.classList.add("hot");
        lit.push(node);
      }
    }
  };
  document.addEventListener("mouseover", (event) => show(event.target));
  document.addEventListener("focusin", (event) => show(event.target));
  const reveal = () => {
    const at = document.getElementById(location.hash.slice(1));
    if (at instanceof HTMLDetailsElement) at.open = true;
    show(at ?? document.querySelector("details.row[open]"));
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => {
    for (const row of document.querySelectorAll("details.row")) row.open = true;
  });
}
