// What stands beside the questions: opened over them on a narrow page, and as new as the last save.
const field = "input:not([type=hidden]), textarea, a[href]";

const first = (panel) => panel.querySelector("[autofocus]") ?? panel.querySelector(field);

// An incident that was begun stands in its column. On a narrow page that is the end of it: there it opens over the
// page too, by itself only to tell what was done with it.
const adding = document.getElementById("add-incident");
const isNarrow = matchMedia("(max-width: 74.99rem)").matches;
if (adding && isNarrow) adding.popover ??= "auto";

for (const panel of document.querySelectorAll("[popover]")) {
  // This event comes late: by then someone may be typing in another field.
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState === "open" && !panel.contains(document.activeElement)) first(panel)?.focus();
  });
}
if (adding?.popover && "told" in adding.dataset) adding.showPopover();
// While an incident is on its way its panel stays open: in it stands what became of it.
adding?.addEventListener("toggle", ({ newState }) => newState === "closed" && adding.inert && adding.showPopover());

// A link to something in a closed panel opens it.
function reveal(id) {
  const panel = document.getElementById(id)?.closest("[popover]");
  if (!panel || panel.checkVisibility()) return false;
  panel.showPopover();
  return true;
}
document.addEventListener("click", (event) => {
  if (reveal(event.target.closest("a[href^='#']")?.hash.slice(1))) event.preventDefault();
});
addEventListener("hashchange", () => reveal(location.hash.slice(1)));
reveal(location.hash.slice(1));

// Adding an incident, and undoing that, leave the page where it is: only what they change is replaced.
const PARTS = [".case-header", "#incidents", "#ask", "#level", "#status"];
const BUSY_AFTER = 1_000;
const OF_INCIDENT = /^(incident-|sketch|_|page$|csrf)/;

document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  const pressed = submitter?.value === "enter" ? document.activeElement : submitter;
  if (event.defaultPrevented || !adding?.contains(pressed)) return;
  event.preventDefault();
  const data = new FormData(target, submitter);
  if (target.id === "section") for (const name of [...data.keys()]) if (!OF_INCIDENT.test(name)) data.delete(name);
  const request = new XMLHttpRequest(); // gives a document; fetch gives text, which no page may parse
  request.open("POST", target.getAttribute("action") ?? location.pathname);
  request.responseType = "document";
  request.timeout = 10_000;
  const busy = setTimeout(tell, BUSY_AFTER, "busy");
  request.addEventListener("loadend", () => {
    clearTimeout(busy);
    bring(request);
  });
  request.send(new URLSearchParams(data));
  told().textContent = "";
  // At once: a browser takes the focus out of what is inert later, and a panel that closes first gives it back to
  // the button that opened it.
  if (adding.contains(document.activeElement)) document.activeElement.blur();
  adding.inert = true;
  // It may have been closed while this waited for a save.
  if (adding.popover && !adding.matches(":popover-open")) adding.showPopover();
});

const told = () => adding.querySelector("[data-failed]");

function tell(what) {
  told().className = what === "failed" ? "error" : "";
  told().textContent = told().dataset[what];
}

function bring({ status, response, responseURL }) {
  const fresh = response?.getElementById("add-incident");
  if (status && status < 500 && !fresh) { // the screen is locked, or the conversation closed
    dispatchEvent(new Event("stayed")); // so that what was typed meanwhile is sent when the page is left
    location.assign(responseURL);
    return;
  }
  adding.inert = false;
  // Someone went on with a question meanwhile. What opened the panel has the focus when it was closed.
  const goesOn = document.activeElement.matches("form :not([popovertarget=add-incident])");
  if (fresh) {
    if (goesOn) for (const error of fresh.querySelectorAll("[id$=_error]")) error.role = "alert";
    for (const script of response.querySelectorAll("script")) script.remove();
    for (const part of PARTS) renew(document.querySelector(part), response.querySelector(part));
    renew(adding, fresh);
    document.title = response.title;
    document.getElementById("undo")?.remove();
    document.getElementById("section").after(response.getElementById("undo") ?? "");
    // A line that the log adds to a question, or takes from it, waits for the next page: it would move the questions.
    for (const { id } of document.querySelectorAll(".question:has(.from-log)")) {
      const [lines, now] = [document, response].map((from) => from.getElementById(id).querySelectorAll(".from-log"));
      if (lines.length === now.length) for (const [place, line] of lines.entries()) line.replaceWith(now[place]);
    }
    // As messages.js does for those that came with the page.
    const said = adding.querySelector(".messages p")?.firstChild;
    if (said) setTimeout(() => said.appendData("\u00a0"), 300);
  } else {
    // It may be in the log all the same: in place of the words that it is not.
    tell("failed");
  }
  dispatchEvent(new Event("stayed"));
  adding.scrollTop = 0;
  if (!goesOn) first(adding).focus();
  // As far as is known nothing was added: what was typed is kept as what was begun.
  if (!fresh) first(adding).dispatchEvent(new Event("input", { bubbles: true }));
}

function renew(part, fresh) {
  part.replaceChildren(...fresh.childNodes);
  part.hidden = fresh.hidden;
}

function item(line) {
  const element = document.createElement("li");
  if (!Array.isArray(line)) element.textContent = line;
  else {
    const link = element.appendChild(document.createElement("a"));
    [link.textContent, link.href] = line;
  }
  return element;
}

// The answer of a save brings all that it changed.
addEventListener("saved", ({ detail }) => {
  const [label, code] = detail.level;
  for (const word of document.querySelectorAll("[data-level]")) {
    word.textContent = label;
    word.className = `urgency-word ${code}`;
  }
  if (!document.getElementById("beside")) return;
  document.querySelector("[data-police]").textContent = detail.police;
  document.querySelector("[data-more]").textContent = detail.more;
  for (const [name, lines] of Object.entries(detail.lines)) {
    const place = document.querySelector(`[data-lines=${name}]`), list = place.querySelector("ul");
    if (list.contains(document.activeElement)) continue;
    place.hidden = !lines.length;
    list.replaceChildren(...lines.map(item));
  }
  for (const [id, state] of Object.entries(detail.parts)) {
    for (const part of document.querySelectorAll(`[data-part=${id}]`)) part.textContent = state;
  }
});
