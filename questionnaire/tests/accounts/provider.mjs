// An OpenID Connect provider on loopback, by the npm package oidc-provider, for test_real_provider.
// Arguments: the path of the package, the port, the file that says who signs in with which claims, and the
// address that it may send people back to.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [path, port, file, redirect] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(path));
const person = () => JSON.parse(readFileSync(file, "utf8"));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "intake",
      client_secret: "hush-hush-hush-hush-hush",
      redirect_uris: [redirect],
      token_endpoint_auth_method: "client_secret_post",
    },
  ],
  claims: { openid: ["sub", "oid", "groups", "preferred_username", "name", "amr"] },
  // Otherwise all claims but `sub` are told at another address.
  conformIdTokenClaims: false,
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...person().claims }) }),
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

const server = createServer(async (request, response) => {
  if (!request.url.startsWith("/sign-in/")) {
    return answer(request, response);
  }
  const { account, amr } = person();
  await provider.interactionFinished(request, response, { login: { accountId: account, amr } });
});
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
