// Copies a part of a text by its button. A confidential part asks first; without this, people select and copy.
const status = document.getElementById("copied");

async function copy(part) {
  const text = part.querySelector("textarea");
  text.focus();
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    say(status.dataset.done, part);
  } catch {
    say(status.dataset.failed, part); // it is selected, so two keys copy it
  }
}

// Emptied first, as the same words said again are not read out.
function say(words, part) {
  const heading = part.querySelector("h3").textContent.trim();
  for (const other of document.querySelectorAll(".copied-here")) other.textContent = "";
  status.textContent = "";
  setTimeout(() => {
    status.textContent = `${heading}: ${words}`;
    part.querySelector(".copied-here").textContent = words;
  }, 50);
}

function ask(part, asks) {
  part.querySelector(".ask").hidden = !asks;
  part.querySelector(".copy").hidden = asks;
  part.querySelector(asks ? ".leave" : ".copy").focus();
}

for (const part of document.querySelectorAll(".part")) {
  const button = part.querySelector(".copy");
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => ("confidential" in part.dataset ? ask(part, true) : copy(part)));
  part.querySelector(".leave")?.addEventListener("click", () => ask(part, false));
  part.querySelector(".anyway")?.addEventListener("click", async () => {
    ask(part, false);
    await copy(part);
  });
}
