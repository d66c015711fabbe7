// Hides the screen: covers it, sends what was typed, locks the session, goes to a neutral page.
const form = document.getElementById("hide-form");
const dialog = document.getElementById("idle");
const leaving = document.getElementById("leaving");
const LIMIT = dialog.dataset.seconds * 1000, WARNING = 75_000, EXTEND_EVERY = 30_000;
const PRESSES = 3, MAX_GAP = 5_000, FLUSH = 3_000, RETRY = 2_000, TIMEOUT = 10_000;
const tabs = new BroadcastChannel("session");

let active = Date.now(); // when someone last did something
let asked = active; // when the server was last asked to extend the session
let hiding = false;
let presses = 0, pressed = 0, alone = false;

// A page that answers a post would ask, on Back and on reload, whether to send that again, and a browser keeps on disk
// what was posted: its place in the history becomes that of the page itself.
history.replaceState(null, "");

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

function post(sent) {
  const body = new URLSearchParams(new FormData(sent));
  const url = sent.getAttribute("action") || location.pathname;
  return fetch(url, { method: "POST", body, signal: AbortSignal.timeout(TIMEOUT) });
}

async function insist(sent) {
  for (;;) {
    const response = await post(sent).catch(() => null);
    if (response && response.status < 500) return;
    await wait(RETRY);
  }
}

function cover() {
  document.body.hidden = true;
  document.title = form.dataset.title;
}

// The form that saves by itself handles "flush"; others are posted, and stored as pending posts. A form or a control
// that came with what somebody typed says so: to the page that is nothing new.
const isTyped = ({ type, value, defaultValue, checked, defaultChecked, ariaInvalid, dataset }) =>
  ariaInvalid === "true" || "unsent" in dataset || (/radio|checkbox/.test(type) ? checked !== defaultChecked : value !== (defaultValue ?? value));
const isUnsent = (sent) =>
  sent.id !== "section" && sent.role !== "search" && !sent.querySelector("[type=password]") && ("unsent" in sent.dataset || [...sent.elements].some(isTyped));

async function hide(locks = true) {
  cover();
  if (hiding) return;
  hiding = true;
  stop();
  if (locks) tabs.postMessage("hide");
  const sent = [], began = Date.now();
  dispatchEvent(new CustomEvent("flush", { detail: sent }));
  await Promise.race([Promise.all(sent), wait(FLUSH)]);
  if (locks) await othersSaved(FLUSH - (Date.now() - began));
  if (locks) await insist(form);
  await Promise.all([...sent, ...[...document.forms].filter(isUnsent).map(insist)]);
  locks ? leave() : location.reload();
}

// Other tabs hold this lock of the browser while something of theirs is under way.
const othersSaved = (time) =>
  navigator.locks?.request("unsent", { signal: AbortSignal.timeout(Math.max(time, 1)) }, () => {}).catch(() => {});

// The neutral page must not know from where one came: an address names an intake.
function leave() {
  const policy = document.createElement("meta");
  policy.name = "referrer";
  policy.content = "no-referrer";
  document.head.append(policy);
  location.replace(form.dataset.page);
}

addEventListener("locked", hide);

document.addEventListener("click", (event) => {
  if (!event.target.closest("#hide, [data-hide], [href='#hide']")) return;
  event.preventDefault();
  hide();
});

// Shift three times, with nothing else between.
addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey }) => {
  alone = key === "Shift" && !ctrlKey && !altKey && !metaKey;
  if (!alone) presses = 0;
}, true);
addEventListener("pointerdown", () => {
  alone = false;
  presses = 0;
}, true);
addEventListener("keyup", ({ key }) => {
  if (key !== "Shift" || !alone) return;
  alone = false;
  const now = Date.now();
  presses = now - pressed <= MAX_GAP ? presses + 1 : 1;
  pressed = now;
  if (presses === PRESSES) hide();
}, true);

// What a page is left with, in forms that no button sent, the server keeps for its person: by a link or another form
// before the next page is asked for, so that it says so; else while the page goes. What cannot be kept is asked about.
const settled = new WeakMap(); // what a form said when it was sent, kept, or let go
const contents = (sent) => new URLSearchParams(new FormData(sent));
const isText = (control) => /^(text|textarea|number|tel|url)$/.test(control.type) && control.autocomplete !== "one-time-code";
const isLeft = (sent) =>
  sent !== form && !sent.closest("dialog") && isUnsent(sent) && settled.get(sent) !== `${contents(sent)}` &&
  (sent.elements._mark || [...sent.elements].some((control) => isText(control) && isTyped(control)));
const left = () => (turned || hiding ? [] : [...document.forms].filter(isLeft));
const settle = (sent) => settled.set(sent, `${contents(sent)}`);

async function keep(sent, options) {
  if (!sent.elements._mark) return false;
  const body = contents(sent);
  body.set("_left", "1");
  const url = sent.getAttribute("action") || location.pathname;
  const response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...options });
  return response.status === 204;
}

function mayGo() {
  leaving.returnValue = "";
  leaving.showModal();
  return new Promise((resolve) => {
    leaving.addEventListener("close", () => resolve(leaving.returnValue === "leave"), { once: true });
  });
}

async function leaveFor(go, but) {
  const forms = left().filter((sent) => sent !== but);
  const answers = forms.map((sent) => keep(sent, { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => false));
  if ((await Promise.all(answers)).includes(false) && !(await mayGo())) return;
  forms.forEach(settle);
  go();
}

addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const { origin, pathname, search, hash } = location;
  const isHere = link.hash !== hash && link.pathname === pathname && link.search === search;
  if (link.target || link.origin !== origin || isHere || !left().length) return;
  event.preventDefault();
  leaveFor(() => location.assign(link.href));
});

addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (target === form || target.closest("dialog")) return;
  if (left().every((sent) => sent === target)) {
    settle(target);
    setTimeout(() => event.defaultPrevented || settle(target)); // what other scripts add as it is sent
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  leaveFor(() => target.requestSubmit(submitter), target);
}, true);

addEventListener("pagehide", () => {
  for (const sent of left()) keep(sent, { keepalive: true }).catch(() => {});
});

// Covered in the back-forward cache, and reloaded when it is restored.
addEventListener("pagehide", ({ persisted }) => persisted && cover());
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  cover();
  location.reload();
});

// Locks an idle session, after a warning.
async function extend() {
  asked = Date.now();
  const now = asked;
  const response = await post(dialog.querySelector("form")).catch(() => null);
  if (!response || response.status >= 500) return;
  if (response.status !== 204) return hide();
  active = now;
  tabs.postMessage("active");
  dialog.close();
}

function watch() {
  const idle = Date.now() - active;
  if (idle >= LIMIT) hide();
  else if (idle < LIMIT - WARNING) dialog.close();
  else if (!dialog.open) dialog.showModal();
}

const act = () => !hiding && !dialog.open && Date.now() - asked > EXTEND_EVERY && extend();
addEventListener("keydown", act);
addEventListener("pointerdown", act);
dialog.addEventListener("cancel", extend);
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  extend();
});
// While the client has the screen, other tabs ask for the password too.
const turned = "turned" in form.dataset;
if (turned) tabs.postMessage("turned");
tabs.addEventListener("message", ({ data }) => {
  if (data === "hide") hide();
  else if (data === "turned") turned || hide(false);
  else active = Date.now();
});
setInterval(watch, 1_000);
