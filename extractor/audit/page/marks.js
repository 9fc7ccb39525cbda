"use strict";
// What report and review share: texts with crossing spans, folding, small helpers. Scraped text is only ever textContent.
const KINDS = ["date", "document", "official", "indicator", "program"];
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

// Marks of direction are shown as ¤, so that they turn nothing; every other character is itself.
const shown = (text) => text.replace(BIDI, "¤");

// A key without capitals and marks: "Đồng chí" and "dong chi" meet. `exact` keeps the marks.
const folded = (text) => text.normalize("NFC").toLowerCase();
const unaccented = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d");
const has = (text, query) => (unaccented(query) === folded(query) ? unaccented(text) : folded(text)).includes(
  unaccented(query) === folded(query) ? unaccented(query) : folded(query));

// spans: [start, end, number, kind] in code points. The text is cut where any of them begins or ends; a piece knows all
// facts that it belongs to, so nested and crossing spans both show.
function markedText(text, spans, target) {
  const points = Array.from(text);
  const cuts = [...new Set([0, points.length, ...spans.flatMap(([s, e]) => [s, e])])].sort((a, b) => a - b);
  const ordered = [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    const piece = shown(points.slice(from, to).join(""));
    const over = ordered.filter(([s, e]) => s <= from && to <= e);
    const node = over.length ? make("span", { class: "span " + [...new Set(over.map((o) => o[3]))].join(" "),
      "data-facts": [...new Set(over.map((o) => o[2]))].join(" "), tabindex: over.some((o) => o[0] === from) ? "0" : null,
      role: "button" }) : make("span", {});
    node.dataset.from = from;
    node.textContent = piece;
    // One line for each fact over the piece, one below the other.
    const layers = [...new Map(over.map((o) => [o[2], o[3]])).values()].slice(0, 4);
    if (layers.length) node.style.boxShadow = layers.map((kind, n) => `0 ${2 + 4 * n}px 0 var(--${kind}),0 ${4 + 4 * n}px 0 var(--paper)`).join(",");
    target.append(node);
  }
}

// What a fact says, for people; rows of [field, value].
function told(fact) {
  const skip = new Set(["schema", "id", "kind", "article_id", "evidence", "inferred", "confidence", "first_day", "last_day"]);
  const rows = [];
  for (const [name, value] of Object.entries(fact)) {
    if (skip.has(name) || value === null || (Array.isArray(value) && !value.length)) continue;
    rows.push([name, Array.isArray(value) ? value.map(line).join("; ") : String(value)]);
  }
  return rows;
}
const line = (item) => (item && typeof item === "object" ? Object.values(item).filter((v) => v && v !== true).join(", ") : String(item));
const summary = (fact) => told(fact).filter(([n, v]) => !(n === "measure" && v === "level") && !(n === "status" && v === "actual") && !(n === "type" && v === "DATE"))
  .map(([, v]) => v).join(" · ");
