// An OpenID provider for tests: node provider.mjs MODULES REDIRECT. Says its port. Whoever types a name is that person.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, redirect] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));
const groups = (name) => (name.startsWith('auditor') ? ['sluice-auditors', 'staff'] : ['staff']);

const server = createServer();
await new Promise((bound) => server.listen(0, '127.0.0.1', bound));
const { port } = server.address();
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'sluice-console',
      client_secret: 'console-secret',
      redirect_uris: [redirect],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
    ...['auditor-program', 'clerk-program'].map((name) => ({
      client_id: name,
      client_secret: 'program-secret',
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
    })),
  ],
  claims: { openid: ['sub', 'groups'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, groups: groups(id), email: 'x@example.org' }) }),
  extraTokenClaims: (ctx, token) => ({ groups: groups(token.clientId) }),
  pkce: { required: () => true, methods: ['S256'] },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        audience: resource.split(':').pop(),
        scope: 'read',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
      }),
    },
  },
});
server.on('request', provider.callback());
console.log(`ready ${port}`);
