// What stands beside the questions: opened over them on a narrow page, and as new as the last save.
const field = "input:not([type=hidden]), textarea, a[href]";

for (const panel of document.querySelectorAll("[popover]")) {
  panel.addEventListener("toggle", ({ newState }) => newState === "open" && panel.querySelector(field)?.focus());
}

// A link to something in a closed panel opens it.
function reveal() {
  const panel = document.getElementById(location.hash.slice(1))?.closest("[popover]");
  if (panel && !panel.checkVisibility()) panel.showPopover();
}
addEventListener("hashchange", reveal);
reveal();

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
