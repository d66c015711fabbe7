// Saves a page while someone fills it in, through the same form as its buttons.
const form = document.getElementById("section");
const status = document.getElementById("status");
const PAUSE = 500, LOOK = 1_000, LONGEST_WAIT = 30_000, TIMEOUT = 10_000, MAX_KEEPALIVE = 60_000;
const NO_ANSWER = /__(note|source|reason|absent)$/;

// By these the server recognises posts that come late or twice.
const page = crypto.getRandomValues(new Uint32Array(3)).join("");
let number = 0;
form.addEventListener("formdata", ({ formData }) => formData.set("page", `${page}.${++number}`));

let changed = false; // something is on the page that was not sent
let unsent = null; // what was sent but not confirmed, to send again unchanged
let busy = false;
let failures = 0;
let pressed = null; // the button that waits until saving is done
let leaving = false;
let pause, wake;
let release = null; // lets another tab go on that is to hide the screen

document.getElementById("errors")?.focus();

const wait = (time) => new Promise((resolve) => {
  wake = resolve;
  setTimeout(resolve, time);
});

// While something is not saved, another tab waits with locking the session: that gives it a new cookie, and what
// is under way with the old one is only kept aside.
function hold() {
  if (release || !navigator.locks) return;
  const saved = new Promise((resolve) => { release = resolve; });
  navigator.locks.request("unsent", { mode: "shared" }, () => saved);
}

function letGo() {
  if (changed || unsent) return;
  release?.();
  release = null;
}

// What each control said when somebody was heard, or else as the page came with it. Dictation, text expanders and
// extensions set a value without a word: what differs is then announced as if it was typed.
const heard = new WeakMap();
const isBox = ({ type }) => type === "radio" || type === "checkbox";
const says = (control) => (isBox(control) ? control.checked : control.value);
const came = (control) => {
  if (isBox(control)) return control.defaultChecked;
  if (!control.options) return control.defaultValue ?? control.value;
  return ([...control.options].find((option) => option.defaultSelected) ?? control.options[0])?.value ?? "";
};
const hear = (controls) => {
  for (const control of controls) heard.set(control, says(control));
};

function notice() {
  const silent = [...form.elements].filter((one) => says(one) !== (heard.has(one) ? heard.get(one) : came(one)));
  hear(silent);
  for (const control of silent) {
    // Another of the group that was chosen is announced by itself.
    if (control.type === "radio" && !control.checked) {
      changed = true;
      hold();
    } else control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const isUnsent = () => {
  notice();
  return (changed || unsent) && !leaving;
};
const body = () => new URLSearchParams(new FormData(form));

const post = (data, options) =>
  fetch(location.pathname, { method: "POST", body: data, headers: { Accept: "application/json" }, ...options });

async function send() {
  if (busy || leaving) return;
  busy = true;
  while (unsent || (changed && !pressed)) {
    if (!unsent) {
      unsent = body();
      changed = false;
    }
    try {
      const response = await post(unsent, { signal: AbortSignal.timeout(TIMEOUT) });
      if (!response.ok || response.redirected) throw new Error("not saved");
      if (response.status === 204) lock();
      else confirm(await response.json());
    } catch {
      failures += 1;
      say(status.dataset.failed);
      await wait(Math.min(PAUSE * 2 ** failures, LONGEST_WAIT));
    }
  }
  busy = false;
  letGo();
  if (pressed) form.requestSubmit(pressed);
}

function confirm(answer) {
  unsent = null;
  failures = 0;
  for (const [name, digest] of Object.entries(answer.base)) form.elements[name].value = digest;
  say(answer.status);
  if (answer.sidebar) dispatchEvent(new CustomEvent("saved", { detail: answer.sidebar }));
}

// It was saved, but the session is locked.
function lock() {
  unsent = null;
  letGo();
  dispatchEvent(new Event("locked"));
}

// The screen is hidden: send everything now, also what a button was about to send.
async function flush() {
  notice();
  clearTimeout(pause);
  changed ||= leaving || Boolean(pressed);
  pressed = null;
  leaving = false;
  while (changed || unsent) {
    const again = new Promise((resolve) => setTimeout(resolve, PAUSE));
    await Promise.race(busy ? [again] : [again, send()]);
    wake?.();
  }
}
addEventListener("flush", ({ detail }) => detail.push(flush()));

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

form.addEventListener("input", ({ target }) => {
  if (!NO_ANSWER.test(target.name) && target.value) {
    // An answer takes the place of "prefers not to say".
    const absent = target.closest(".question")?.querySelectorAll("[name$='__absent']") ?? [];
    for (const radio of absent) radio.checked = false;
    hear(absent);
  }
  hear([...form.elements].filter((one) => one === target || target.contains(one) || (one.name && one.name === target.name)));
  changed = true;
  hold();
  clearTimeout(pause);
  pause = setTimeout(send, PAUSE);
});
form.addEventListener("change", () => {
  notice();
  if (changed) send();
});
setInterval(notice, LOOK);

// What the log offers is put in as if it was typed; without this the button posts the page.
form.addEventListener("click", (event) => {
  const press = event.target.closest("[name='_from_log']")?.value;
  if (!press) return;
  event.preventDefault();
  const [name, value] = press.split("=");
  const controls = [...form.querySelectorAll(`[name="${name}"]`)];
  const control = controls.find((one) => one.type === "radio" && one.value === value) ?? controls[0];
  if (control.type === "radio") control.checked = true;
  else control.value = value;
  control.focus();
  for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
});

// So is a table cleared, on the spot.
form.addEventListener("click", (event) => {
  const question = event.target.closest("[name='_clear']")?.closest(".question");
  if (!question) return;
  event.preventDefault();
  for (const radio of question.querySelectorAll("input:checked")) radio.checked = false;
  question.querySelector("input").focus({ preventScroll: true });
  for (const type of ["input", "change"]) question.dispatchEvent(new Event(type, { bubbles: true }));
});

form.addEventListener("submit", (event) => {
  notice();
  if (busy) {
    event.preventDefault();
    pressed = event.submitter;
    wake?.();
  } else {
    leaving = true;
  }
});

addEventListener("online", () => wake?.());
// A button did its work without leaving the page.
addEventListener("stayed", () => {
  leaving = false;
  pressed = null;
  if (changed) send();
});
addEventListener("pageshow", () => {
  leaving = false; // the page was restored, by Back
  pressed = null;
});
// After leaving, a browser sends 64 kB at most. With more, it asks to stay.
addEventListener("beforeunload", (event) => {
  if (isUnsent() && `${body()}`.length > MAX_KEEPALIVE) event.preventDefault();
});
addEventListener("pagehide", () => {
  if (isUnsent()) post(body(), { keepalive: true });
});
