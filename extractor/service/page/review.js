"use strict";
const $ = (id) => document.getElementById(id);
let WORDS = {}, FIELDS = {}, language = document.documentElement.lang, queue = [], verdicts = {}, current = null, busy = false;
const t = (key) => (WORDS[key] || [key, key])[language === "vi" ? 0 : 1];
const ACTS = [["accept", "a"], ["reject", "r"], ["correct", "c"], ["missed", "m"], ["skip", "s"], ["undo", "u"]];
const LABEL = { reject: "reject_fact", missed: "missed_fact", skip: "skip_fact" };

// Asked and not yet answered; `desk` says so to screen readers.
let pending = 0, shows = 0, loads = 0;
const waits = (by) => $("desk").setAttribute("aria-busy", (pending += by) > 0);
async function ask(path, body) {
  waits(1);
  try { return await asked(path, body); } finally { setTimeout(() => waits(-1), 0); }
}
async function asked(path, body) {
  const answer = await fetch("api/" + path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.detail || data.error || answer.status);
  return data;
}
let toasted = 0;
function toast(words) { $("toast").textContent = words; clearTimeout(toasted); toasted = setTimeout(() => ($("toast").textContent = ""), 2500); }

function option(select, pairs) {
  const kept = select.value;
  select.replaceChildren(...pairs.map(([value, label]) => make("option", { value }, label)));
  if (pairs.some(([v]) => v === kept)) select.value = kept;
}
let rules = [];
function speak() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const [id, key] of ACTS) $(id).replaceChildren(t(LABEL[id] || id), make("kbd", {}, key));
  $("language").textContent = t("language_other");
  option($("kind"), [["", t("all_kinds")], ...KINDS.map((k) => [k, t(k)])]);
  option($("rule"), [["", t("all_rules")], ...rules.map((r) => [r, r])]);
  option($("order"), ["article", "rule", "confidence", "random"].map((o) => [o, t("order_" + o)]));
  for (const [id, key] of [["kind", "kind"], ["rule", "rule"], ["order", "order"]]) $(id).setAttribute("aria-label", t(key));
}

async function load(keep) {
  const q = new URLSearchParams({ kind: $("kind").value, rule: $("rule").value, order: $("order").value, sample: $("sample").value || 0, open: $("open").checked });
  const mine = ++loads, data = await ask("queue?" + q);
  if (mine !== loads) return; // a later question is under way
  queue = data.items; verdicts = data.verdicts;
  $("left").textContent = t("left_to_judge").replace("{left}", counted(data.left)).replace("{total}", counted(data.total));
  const wanted = keep && queue.some((i) => i.id === keep) ? keep : queue.length ? queue[0].id : null;
  await show(wanted);
}
function listed() {
  $("queue").replaceChildren(...queue.map((i) => make("li", {}, make("button", { type: "button", "aria-current": current && i.id === current.fact.id ? "true" : null,
    class: verdicts[i.id] ? "done" : null, on: { click: () => show(i.id) } }, make("b", {}, `${sign(verdicts[i.id])}${shown(i.said)}`),
    make("small", {}, ` ${t(i.kind)} · ${i.rule}${i.confidence === null ? "" : " · " + i.confidence}`)))));
  const here = document.querySelector("#queue [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest" });
}
const sign = (v) => ({ accept: "✓ ", reject: "✗ ", correct: "✎ " }[v] || "");

async function show(id) {
  closeForm();
  if (id === null) {
    current = null; listed();
    $("said").replaceChildren(t("done_all")); $("text").replaceChildren(); $("rule-said").replaceChildren();
    return;
  }
  const mine = ++shows, data = await ask("fact/" + encodeURIComponent(id));
  if (mine !== shows) return;
  current = data; listed();
  const f = data.fact, rows = told(f);
  $("said").replaceChildren(make("b", {}, `${t(f.kind)}: ${shown(summary(f))}`),
    data.verdict ? make("p", { class: data.verdict.outdated ? "warn" : "meta" }, sign(data.verdict.verdict), data.verdict.reason || "", data.verdict.outdated ? " " + t("outdated_one") : "") : "",
    make("dl", {}, ...rows.map(([n, v]) => make("div", {}, make("dt", {}, n), make("dd", { dir: "auto" }, shown(v), f.inferred && f.inferred[n] ? make("small", {}, ` ← ${t(f.inferred[n].by)}`) : "")))),
    make("p", { class: "meta" }, shown([data.article.title, data.article.published, data.article.source].filter(Boolean).join(" · "))));
  const spans = [...data.others.flatMap((o) => o.evidence.map((e) => [e.start, e.end, o.id, o.kind])), ...f.evidence.map((e) => [e.start, e.end, f.id, f.kind])];
  $("text").replaceChildren();
  markedText(data.article.text || "", spans, $("text"));
  for (const s of document.querySelectorAll("#text .span")) s.classList.add(s.dataset.facts.split(" ").includes(f.id) ? "this" : "aside");
  const r = data.rule;
  $("rule-said").replaceChildren(...(r ? [make("h3", {}, `${t("rule")}: ${r.id}`), make("p", {}, r.description),
    make("details", {}, make("summary", {}, t("pattern")), make("pre", {}, r.pattern))] : []));
  const first = document.querySelector("#text .this");
  if (first) { const box = first.getBoundingClientRect(); if (box.top < 0 || box.bottom > innerHeight) first.scrollIntoView({ block: "center" }); }
}

async function judge(body, words) {
  if (busy) return;
  busy = true;
  try {
    const at = current ? queue.findIndex((i) => i.id === current.fact.id) : -1;
    const next = queue[at + 1] ? queue[at + 1].id : null;
    const made = await ask("judge", body);
    toast(`${t("saved")}: ${t(words)}`);
    closeForm();
    if (body.verdict === "undo") { await load(made.fact); if (made.fact && !String(made.fact).startsWith("missed") && current && current.fact.id !== made.fact) await show(made.fact); }
    else await load(body.verdict === "missed" ? current.fact.id : next);
  } catch (error) { toast(`${t("not_saved")}: ${error.message}`); } finally { busy = false; }
}

// Where the selection stands in the article, in code points.
function selection() {
  const s = getSelection();
  if (!s.rangeCount || s.isCollapsed || !$("text").contains(s.anchorNode) || !$("text").contains(s.focusNode)) return null;
  const range = s.getRangeAt(0);
  const place = (node, offset) => {
    const span = (node.nodeType === 3 ? node.parentNode : node).closest("[data-from]");
    if (!span) return null;
    return Number(span.dataset.from) + Array.from((node.nodeType === 3 ? node.data : span.textContent).slice(0, offset)).length;
  };
  const start = place(range.startContainer, range.startOffset), end = place(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) return null;
  const words = Array.from(current.article.text).slice(start, end).join("");
  return { start, end, words };
}
function counted(n) { return n.toLocaleString(document.documentElement.lang); }
let kept = null;
document.addEventListener("selectionchange", () => { const s = current && selection(); if (s) kept = s; });

function closeForm() { $("form").hidden = true; $("form").replaceChildren(); }
// Lists are edited a line each: an office as “chức vụ — cơ quan”, a former one with “*” behind it.
const LISTS = { positions: { out: (p) => `${p.title}${p.organisation ? " — " + p.organisation : ""}${p.former ? " *" : ""}`,
  in: (l) => { const former = /\*\s*$/.test(l), [title, ...rest] = l.replace(/\s*\*\s*$/, "").split(/\s+[—–-]\s+/);
    return { title, organisation: rest.join(" - ") || null, former }; } }, parties: { out: String, in: (l) => l } };
function row(name, value) {
  const input = LISTS[name] ? make("textarea", { name, id: "in-" + name, rows: 2, placeholder: name === "positions" ? "chức vụ — cơ quan" : "" }) : make("input", { name, value: value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value), id: "in-" + name });
  if (LISTS[name]) input.value = (value || []).map(LISTS[name].out).join("\n");
  return make("div", { class: "row" }, make("label", { for: "in-" + name }, name), input,
    make("button", { type: "button", on: { click: () => { if (!kept) return toast(t("select_first")); input.value = (LISTS[name] && input.value ? input.value + "\n" : "") + kept.words.trim(); input.focus(); } } }, t("set_from_selection")));
}
function openForm(rows, done) {
  const form = make("form", { id: "form" }, ...rows, make("div", { class: "row" }, make("button", { type: "submit", class: "go" }, t("save")),
    make("button", { type: "button", on: { click: closeForm } }, t("cancel"))));
  form.addEventListener("submit", (e) => { e.preventDefault(); done(new FormData(form)); });
  $("form").replaceWith(form);
  const input = form.querySelector("input,textarea,select"); if (input) input.focus();
}
const valued = (name, text) => (LISTS[name] ? text.split("\n").map((l) => l.trim()).filter(Boolean).map(LISTS[name].in) : parsed(text));
const parsed = (text) => { const s = text.trim(); if (s === "") return null; if (/^[[{]/.test(s)) { try { return JSON.parse(s); } catch { return s; } } return s; };

const acts = {
  accept: () => current && judge({ verdict: "accept", fact: current.fact.id }, "accepted"),
  reject: () => {
    if (!current) return;
    openForm([make("div", { class: "row" }, make("label", { for: "in-reason" }, t("why_wrong")), make("input", { id: "in-reason", name: "reason" }))],
      (data) => judge({ verdict: "reject", fact: current.fact.id, reason: data.get("reason") }, "rejected_one"));
  },
  correct: () => {
    if (!current) return;
    const names = FIELDS[current.fact.kind];
    openForm(names.map((n) => row(n, current.fact[n])), (data) => {
      const fields = {};
      for (const n of names) {
        const was = current.fact[n] === undefined ? null : current.fact[n], is = valued(n, data.get(n));
        if (JSON.stringify(was) !== JSON.stringify(is) && (Array.isArray(is) || String(was) !== String(is))) fields[n] = is;
      }
      judge({ verdict: "correct", fact: current.fact.id, fields }, "corrected");
    });
  },
  missed: () => {
    if (!current) return;
    const place = selection() || kept;
    if (!place) return toast(t("select_first"));
    const pick = make("select", { name: "kind", id: "in-kind" }, ...KINDS.map((k) => make("option", { value: k }, t(k))));
    const rows = make("div", {});
    const fill = () => rows.replaceChildren(...FIELDS[pick.value].map((n) => row(n, null)));
    pick.addEventListener("change", fill); fill();
    openForm([make("p", {}, `${t("new_fact")}: “${shown(place.words)}”`), pick, rows], (data) => {
      const fields = {};
      for (const n of FIELDS[pick.value]) { const v = valued(n, data.get(n) || ""); if (v !== null && !(Array.isArray(v) && !v.length)) fields[n] = v; }
      judge({ verdict: "missed", article: current.article.id, kind: pick.value, start: place.start, end: place.end, fields }, "missed_fact");
    });
  },
  skip: () => move(1),
  undo: () => judge({ verdict: "undo" }, "undone"),
};
function move(by) {
  const at = current ? queue.findIndex((i) => i.id === current.fact.id) : -1;
  const next = queue[at + by];
  if (next) show(next.id);
}
for (const [id] of ACTS) $(id).addEventListener("click", () => acts[id]());
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape") return closeForm();
  if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName) || $("box").open) return;
  const act = ACTS.find(([, key]) => key === e.key);
  if (act) { e.preventDefault(); acts[act[0]](); }
  else if (e.key === "j" || e.key === "ArrowDown") { e.preventDefault(); move(1); }
  else if (e.key === "k" || e.key === "ArrowUp") { e.preventDefault(); move(-1); }
});
for (const id of ["kind", "rule", "order", "sample", "open"]) $(id).addEventListener("change", (e) => { e.target.blur(); load(null); });
$("language").addEventListener("click", () => { language = language === "vi" ? "en" : "vi"; speak(); load(current && current.fact.id); });
$("agree").addEventListener("click", async () => {
  const { pairs } = await ask("agreement");
  $("box").replaceChildren(make("h2", {}, t("agreement")), make("ul", {}, ...(pairs.length ? pairs : [null]).map((p) => make("li", {}, p === null ? "–" :
    t("agreement_line").replace("{a}", p.pair[0]).replace("{b}", p.pair[1]).replace("{same}", p.same).replace("{both}", p.both).replace("{kappa}", p.kappa === null ? "–" : p.kappa),
    p && p.disputed.length ? make("p", {}, ...p.disputed.slice(0, 50).map((id) => make("button", { type: "button", class: "rule", on: { click: () => { $("box").close(); show(id); } } }, id))) : ""))),
    make("button", { type: "button", on: { click: () => $("box").close() } }, t("close")));
  $("box").showModal();
});
ask("start").then((data) => {
  WORDS = data.words; FIELDS = data.fields; rules = data.rules;
  $("who").textContent = `${data.kb} · ${data.who}`;
  speak();
  return load(null);
}).then(() => (document.documentElement.dataset.ready = "yes")).catch((error) => toast(String(error)));
