// Adds the start of a chat on the reader's own clock; without this the page tells it on the host's, and in UTC.
const start = document.querySelector("dl time[datetime]");
const yours = document.currentScript.dataset.yours;
if (start) {
  const at = new Date(start.dateTime);
  const shape = {
    weekday: "short", month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
  };
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, shape).format(at);
  const time = document.createElement("time");
  time.dateTime = start.dateTime;
  time.textContent = `${shown} (${yours})`;
  const told = start.parentElement.textContent.replaceAll("\u202f", " ");
  if (!told.includes(shown.replaceAll("\u202f", " "))) start.parentElement.append(document.createElement("br"), time);
}
