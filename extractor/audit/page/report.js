"use strict";
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const WORDS = read("words"), INDEX = read("index"), RULES = read("rules");
const $ = (id) => document.getElementById(id);
const cache = new Map();
let language = document.documentElement.lang, shownArticles = [], current = -1, chosen = null, token = 0;
const t = (key) => (WORDS[key] || [key, key])[language === "vi" ? 0 : 1];
const PAGE = 100;

function article(n) {
  if (!cache.has(n)) {
    if (cache.size > 40) cache.delete(cache.keys().next().value);
    cache.set(n, read("a" + n));
  }
  return cache.get(n);
}

function speak() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-n]:not(button)")) node.textContent = counted(Number(node.dataset.n));
  for (const node of document.querySelectorAll("[data-p]")) node.placeholder = t(node.dataset.p);
  $("language").textContent = language === "vi" ? "English" : "Tiếng Việt";
}

// Filters. Everything but the words is known from the index; words are looked for in slices, so that nothing freezes.
const kindsOn = () => KINDS.filter((k) => $("kind-" + k).checked);
function passes(n) {
  const [, , province, , counts, rules] = INDEX[n];
  if ($("province").value && province !== $("province").value) return false;
  const kinds = kindsOn();
  if (kinds.length < KINDS.length && !kinds.some((k) => counts[KINDS.indexOf(k)])) return false;
  const rule = $("rule").value;
  return !rule || rules.includes(RULES.findIndex((r) => r.id === rule));
}

function filter() {
  const mine = ++token, query = $("words-in").value.trim();
  const candidates = INDEX.map((_, n) => n).filter(passes);
  if (!query) return list(candidates);
  const found = [];
  let at = 0;
  (function slice() {
    if (mine !== token) return;
    const until = performance.now() + 25;
    while (at < candidates.length && performance.now() < until) {
      const n = candidates[at++], block = document.getElementById("a" + n).textContent;
      if (has(INDEX[n][1] || "", query) || (quick(block, query) && has(article(n).text, query))) found.push(n);
    }
    count(found.length, at < candidates.length);
    if (at < candidates.length) setTimeout(slice, 0);
    else list(found);
  })();
}
// A cheap test on the raw block: the query's longest run of letters that JSON writes as they are.
function quick(block, query) {
  const word = unaccented(query).split(/[^a-z0-9]+/).sort((a, b) => b.length - a.length)[0] || "";
  return !word || unaccented(block).includes(word);
}
function counted(n) { return n.toLocaleString(document.documentElement.lang); }
function count(n, going) { $("count").textContent = `${counted(n)} ${t("articles")}${going ? " …" : ""}`; }

function list(found) {
  shownArticles = found;
  count(found.length, false);
  $("list").replaceChildren();
  more();
}
function more() {
  const from = $("list").childElementCount;
  for (const n of shownArticles.slice(from, from + PAGE)) {
    const [id, title, province, month, counts] = INDEX[n];
    const total = counts.reduce((a, b) => a + b, 0);
    $("list").append(make("li", {}, make("button", { type: "button", "data-n": n, "aria-current": n === current ? "true" : null,
      on: { click: () => open(n, true) } }, make("b", {}, shown(title || id)),
      make("small", {}, [month, province, `${total} ${t("facts")}`].filter(Boolean).join(" · ")))));
  }
  $("more").hidden = $("list").childElementCount >= shownArticles.length;
}

function open(n, focus) {
  current = n; chosen = null;
  const a = article(n);
  for (const b of document.querySelectorAll("#list button")) {
    if (Number(b.dataset.n) === n) b.setAttribute("aria-current", "true"); else b.removeAttribute("aria-current");
  }
  const rule = $("rule").value, kinds = kindsOn();
  const own = a.facts.map((f, i) => [f, i]).filter(([f]) => kinds.includes(f.kind) && (!rule || f.evidence.some((e) => e.rule === rule)));
  const text = make("div", { class: "text", dir: "auto", id: "text" });
  const spans = own.flatMap(([f, i]) => f.evidence.map((e) => [e.start, e.end, i, f.kind]));
  markedText(a.text, spans, text);
  text.addEventListener("click", (e) => fromText(e.target));
  text.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); fromText(e.target); } });
  const facts = make("ol", { class: "facts" });
  for (const [f, i] of own) facts.append(factItem(f, i));
  const meta = [a.published, a.outlet, a.province, a.source].filter(Boolean).join(" · ");
  const link = a.url && /^https?:\/\//.test(a.url) ? make("a", { href: a.url, rel: "noopener noreferrer nofollow" }, shown(a.url)) : null;
  $("article").replaceChildren(make("h2", { tabindex: "-1", id: "head" }, shown(a.title || a.id)), make("p", { class: "meta" }, shown(meta), " ", link || ""),
    make("div", { class: "both" }, text, make("section", { "aria-label": t("facts") }, make("h3", {}, `${own.length} ${t("facts")}`), facts)));
  location.hash = "a=" + encodeURIComponent(a.id);
  if (focus) { $("head").focus({ preventScroll: true }); $("article").scrollIntoView({ block: "start" }); }
}

function factItem(f, i) {
  const rules = [...new Set(f.evidence.map((e) => e.rule))];
  const rows = told(f).map(([n, v]) => make("div", {}, make("dt", {}, n), make("dd", { dir: "auto" }, shown(v),
    f.inferred[n] ? make("small", {}, ` ← ${t(f.inferred[n].by)}`) : "")));
  return make("li", { id: "f" + i, class: f.kind },
    make("button", { type: "button", class: "fact", on: { click: () => choose(i, true) } }, make("b", {}, t(f.kind)), " ", shown(summary(f))),
    make("dl", {}, ...rows),
    make("p", {}, ...rules.map((r) => make("button", { type: "button", class: "rule", on: { click: () => showRule(r) } }, r)),
      f.confidence === null ? "" : make("small", {}, ` ${t("confidence")}: ${f.confidence}`)));
}

function fromText(node) {
  const facts = (node.dataset && node.dataset.facts || "").split(" ").filter(Boolean).map(Number);
  if (!facts.length) return;
  choose(facts[(facts.indexOf(chosen) + 1) % facts.length], false);
}
function choose(i, scrollText) {
  chosen = i;
  for (const s of document.querySelectorAll("#text .span")) s.classList.toggle("on", s.dataset.facts.split(" ").includes(String(i)));
  for (const li of document.querySelectorAll(".facts > li")) li.classList.toggle("on", li.id === "f" + i);
  const target = scrollText ? document.querySelector("#text .on") : $("f" + i);
  if (target) target.scrollIntoView({ block: "center" });
}

function showRule(id) {
  const rule = RULES.find((r) => r.id === id);
  const examples = (name, sign) => make("ul", {}, ...(rule[name] || []).map((e) => make("li", {}, `${sign} ${shown(e.text)}`, e.why ? make("small", {}, ` — ${e.why}`) : "")));
  $("rule-box").replaceChildren(make("h2", {}, id), ...(rule.description ? [make("p", {}, rule.description),
    (rule.references || []).length ? make("p", { class: "meta" }, `${t("references")}: ${rule.references.join("; ")}`) : "",
    make("h3", {}, t("pattern")), make("pre", { tabindex: "0" }, rule.pattern), make("h3", {}, t("examples")), examples("examples", "+"),
    make("h3", {}, t("counterexamples")), examples("counterexamples", "−")] : [make("p", {}, t("rule_gone_page"))]),
    make("button", { type: "button", on: { click: () => $("rule-box").close() } }, t("close")));
  $("rule-box").showModal();
}

function step(by) {
  const at = shownArticles.indexOf(current);
  const next = shownArticles[Math.min(shownArticles.length - 1, Math.max(0, at + by))];
  if (next === undefined) return;
  while ($("list").childElementCount <= shownArticles.indexOf(next) && !$("more").hidden) more();
  open(next, true);
}
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName) || $("rule-box").open) return;
  if (e.key === "j") step(1);
  else if (e.key === "k") step(-1);
  else if (e.key === "/") { e.preventDefault(); $("words-in").focus(); }
});
for (const k of KINDS) $("kind-" + k).addEventListener("change", () => { filter(); if (current >= 0) open(current); });
for (const id of ["province", "rule"]) $(id).addEventListener("change", () => { filter(); if (current >= 0) open(current); });
let waiting = 0;
$("words-in").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 200); });
$("more").addEventListener("click", more);
$("language").addEventListener("click", () => { language = language === "vi" ? "en" : "vi"; speak(); filter(); if (current >= 0) open(current); });
for (const b of document.querySelectorAll("[data-rule]")) b.addEventListener("click", () => { $("rule").value = b.dataset.rule; filter(); $("articles").scrollIntoView(); });
for (const b of document.querySelectorAll("[data-find]")) b.addEventListener("click", () => { $("words-in").value = b.dataset.find; filter(); $("articles").scrollIntoView(); });
for (const b of document.querySelectorAll("[data-province]")) b.addEventListener("click", () => { $("province").value = b.dataset.province; filter(); $("articles").scrollIntoView(); });
speak();
filter();
const wanted = decodeURIComponent((location.hash.match(/^#a=(.*)$/) || [])[1] || "");
const first = INDEX.findIndex((a) => a[0] === wanted);
if (INDEX.length) open(first >= 0 ? first : 0, false);
document.documentElement.dataset.ready = "yes";
