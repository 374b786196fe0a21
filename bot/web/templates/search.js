// Looks for words in the index beside the pages: nothing typed leaves the reader's browser. What is found is put on the
// page as text, never as HTML.
const AROUND = 20;
const PER_CHAT = 5;
const CHATS = 20;
const field = document.querySelector("#q");
const status = document.querySelector("#status");
const hits = document.querySelector("#hits");

function marked(words, places, from, to) {
  const text = document.createElement("p");
  text.dir = "auto";
  words.slice(from, to).forEach((word, at) => {
    const part = document.createElement(places.has(from + at) ? "mark" : "span");
    part.textContent = word;
    text.append(part, " ");
  });
  return text;
}

// Where the message begins and ends that has a word, and the question it stands under.
function around(page, place, count) {
  const anchors = page.anchors.filter((one) => /^(?:[mq]\d|asides$)/.test(one.id)).sort((a, b) => a.location - b.location);
  const before = anchors.filter((one) => one.location <= place);
  const section = before.filter((one) => !one.id.startsWith("m")).pop();
  const question = section && section.id.startsWith("q") ? section : undefined;
  const next = anchors.find((one) => one.location > place);
  return { anchor: before.pop(), question, end: next ? next.location : count };
}

function item(page, place, places, words) {
  const { anchor, question, end } = around(page, place, words.length);
  const begin = anchor ? anchor.location : 0;
  const from = Math.max(begin, place - AROUND);
  const to = Math.min(end, place + AROUND);
  const link = document.createElement("a");
  const line = document.createElement("li");
  const text = marked(words, places, from, to);
  link.href = page.url + (anchor ? `#${anchor.id}` : "");
  link.textContent = page.meta.title.replace(/^(#\S+) /, "$1: ") + (question ? ` (${question.id.toUpperCase()})` : "");
  if (from > begin) text.prepend("… ");
  if (to < end) text.append("…");
  line.append(link, text);
  return { line, end: to };
}

function items(page) {
  const words = page.content.split(/[\r\n\s]+/g);
  const places = [...new Set(page.weighted_locations.map((one) => one.location))].sort((a, b) => a - b);
  const found = [];
  let done = -1;
  for (const place of places) {
    if (place < done || found.length >= PER_CHAT) continue;
    const { line, end } = item(page, place, new Set(places), words);
    done = end;
    found.push(line);
  }
  return found;
}

async function look() {
  const typed = new URLSearchParams(location.search).get("q") ?? "";
  field.value = typed;
  if (!typed.trim()) return field.focus();
  const engine = await import("./pagefind/pagefind.js");
  const found = await engine.search(typed);
  const pages = await Promise.all(found.results.slice(0, CHATS).map((one) => one.data()));
  hits.replaceChildren(...pages.flatMap(items));
  const count = found.results.length;
  const said = count === 0 ? status.dataset.none : count === 1 ? status.dataset.one : status.dataset.many;
  status.textContent = said.replace("#", count);
}

look().catch(() => { status.textContent = status.dataset.failed; });
