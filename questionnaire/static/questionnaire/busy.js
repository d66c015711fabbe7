// Says that a form is being worked on when that takes more than a second, and sends it once.
// An answer that is a file leaves the page as it is: a cookie then says that the file has come.
const AFTER = 1_000, LOOK = 300;
const ending = new Map(); // how each form that is being worked on is ready again
const statuses = new WeakMap();

function begin(form, button) {
  const token = crypto.randomUUID().replaceAll("-", "");
  const field = form.querySelector("[name=_busy]") ?? document.createElement("input");
  Object.assign(field, { type: "hidden", name: "_busy", value: token });
  form.append(field);
  const status = statuses.get(form) ?? document.createElement("p");
  statuses.set(form, status);
  status.className = "hint";
  status.setAttribute("role", "status");
  button.closest(".actions, form").after(status);
  button.setAttribute("aria-disabled", "true");
  const shown = setTimeout(() => { status.textContent = form.dataset.busy; }, AFTER);
  const looks = setInterval(() => document.cookie.includes(token) && end(form.dataset.done), LOOK);
  const end = (said = "") => {
    clearTimeout(shown);
    clearInterval(looks);
    status.textContent = said;
    button.removeAttribute("aria-disabled");
    ending.delete(form);
  };
  ending.set(form, end);
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (ending.has(form)) event.preventDefault();
    else begin(form, event.submitter ?? form.querySelector("button"));
  });
}
// There was no room: the page that says so holds what was sent, and sends it again by itself, once.
for (const form of document.querySelectorAll("form[data-retry]")) {
  const note = form.querySelector("[hidden].hint");
  note.hidden = false;
  const again = setTimeout(() => form.requestSubmit(), form.dataset.retry * 1_000);
  form.addEventListener("submit", () => { clearTimeout(again); note.hidden = true; });
}
// Back: the page is as it was left.
addEventListener("pageshow", () => { for (const end of [...ending.values()]) end(); });
