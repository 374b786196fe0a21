// Adds the start of a chat on the reader's own clock; the page says it in words without this.
const start = document.querySelector("dl time[datetime]");
const yours = document.currentScript.dataset.yours;
if (start) {
  const at = new Date(start.dateTime);
  const shape = { dateStyle: "full", timeStyle: "short" };
  const time = document.createElement("time");
  time.dateTime = start.dateTime;
  time.textContent = `${new Intl.DateTimeFormat(document.documentElement.lang, shape).format(at)} (${yours})`;
  start.parentElement.append(document.createElement("br"), time);
}
