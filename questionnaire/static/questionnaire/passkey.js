// Passkeys: asks the browser for one, and posts what it gives.
const form = document.querySelector("[data-passkey]");
const { passkey, options } = form.dataset;

async function fetched() {
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await response.json()).request_options;
}

async function asked() {
  const { publicKey } = options ? JSON.parse(options) : await fetched();
  return passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await asked());
    form.submit();
  } catch {
    failed.hidden = false;
  }
});

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  form.hidden = false;
  document.querySelectorAll("[data-without]").forEach((words) => { words.hidden = true; });
}
