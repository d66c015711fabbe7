// Shows under a date what is understood of it, while someone types.
const { url } = document.getElementById("dates").dataset;
const PAUSE = 400;
const pauses = new WeakMap();

const wordsOf = (field) => (field.closest("label") ?? field).nextElementSibling;

// What is planned may come later than today.
const isAhead = (field, choice) => choice && field.closest("fieldset")?.querySelector(`[value="${choice}"]:checked`);

async function say(field, words) {
  if (!field.form) return; // it went with the incident that was added
  const text = field.value;
  const body = new URLSearchParams({ text, csrfmiddlewaretoken: field.form.elements.csrfmiddlewaretoken.value });
  if (words.dataset.on) body.set("on", words.dataset.on);
  if (isAhead(field, words.dataset.ahead)) body.set("ahead", "");
  for (const name of words.dataset.with?.split(" ") ?? []) body.set(name, "");
  try {
    const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = response.status === 200 && !response.redirected ? await response.json() : { words: "" };
    if (field.value === text) words.textContent = answer.words;
  } catch {
    words.textContent = "";
  }
}

addEventListener("input", ({ target }) => {
  const words = wordsOf(target);
  if (!words?.matches("output.in-words")) return;
  clearTimeout(pauses.get(words));
  if (target.value.trim()) pauses.set(words, setTimeout(say, PAUSE, target, words));
  else words.textContent = "";
});
