// Looks for words in the index beside the pages: nothing typed leaves the reader's browser. What is found is put on the
// page as text, never as HTML.
const AROUND = 14;
const PER_CHAT = 5;
const CHATS = 20;
const field = document.querySelector("#q");
const status = document.querySelector("#status");
const hits = document.querySelector("#hits");

function item(page, places, words, name) {
  const first = Math.max(0, places[0] - AROUND);
  const shown = words.slice(first, places[0] + AROUND);
  const anchor = page.anchors.filter((one) => one.location <= places[0] && /^[mq]\d/.test(one.id)).pop();
  const link = document.createElement("a");
  const text = document.createElement("p");
  const line = document.createElement("li");
  link.href = page.url + (anchor ? `#${anchor.id}` : "");
  link.textContent = name;
  text.dir = "auto";
  if (first > 0) text.append("… ");
  shown.forEach((word, at) => {
    const part = places.includes(first + at) ? document.createElement("mark") : document.createElement("span");
    part.textContent = word;
    text.append(part, " ");
  });
  if (first + shown.length < words.length) text.append("…");
  line.append(link, text);
  return line;
}

function items(page) {
  const words = page.content.split(/[\r\n\s]+/g);
  const places = [...new Set(page.weighted_locations.map((one) => one.location))].sort((a, b) => a - b);
  const found = [];
  let end = -1;
  for (const place of places) {
    if (place <= end || found.length >= PER_CHAT) continue;
    end = place + AROUND;
    found.push(item(page, places.filter((one) => one >= place && one < end), words, page.meta.title));
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
