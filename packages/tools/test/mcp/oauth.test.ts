import { afterEach, expect, jest, test } from '@jest/globals';
import {
  auth,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { Agent } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { connectMcp, type McpConnection, type McpOptions } from '@turnwise/tools/mcp';
import { type OAuthServer, serveWithOAuth } from './support/oauth-server.ts';
import { playCalls } from './support/play-calls.ts';

type HttpTransport = Extract<McpOptions['transport'], { readonly url: string | URL }>;

/** What a program keeps for a user: the client, the tokens, and where the user must sign in. */
class UserOfProgram implements OAuthClientProvider {
  readonly redirectUrl = 'http://localhost:9/callback';
  readonly clientMetadata = {
    client_name: 'Greenhouse helper',
    redirect_uris: [this.redirectUrl],
    token_endpoint_auth_method: 'none',
  };
  client: StoredOAuthClientInformation | undefined;
  stored: StoredOAuthTokens | undefined;
  discovered: OAuthDiscoveryState | undefined;
  verifier = '';
  signInPage: URL | undefined;

  clientInformation = () => this.client;
  saveClientInformation = (client: StoredOAuthClientInformation) => {
    this.client = client;
  };
  tokens = () => this.stored;
  saveTokens = (tokens: StoredOAuthTokens) => {
    this.stored = tokens;
  };
  redirectToAuthorization = (page: URL) => {
    this.signInPage = page;
  };
  saveCodeVerifier = (verifier: string) => {
    this.verifier = verifier;
  };
  codeVerifier = () => this.verifier;
  discoveryState = () => this.discovered;
  saveDiscoveryState = (state: OAuthDiscoveryState) => {
    this.discovered = state;
  };
  invalidateCredentials = () => {
    this.stored = undefined;
  };

  /** Signs in as the guide explains it: the page redirects the user back with a code. */
  async signIn(serverUrl: string): Promise<void> {
    const page = this.signInPage;
    if (page === undefined) throw new Error('The user was not asked to sign in.');
    this.signInPage = undefined;
    const { headers } = await fetch(page, { redirect: 'manual' });
    const authorizationCode = new URL(String(headers.get('location'))).searchParams.get('code');
    await auth(this, { serverUrl, authorizationCode: String(authorizationCode) });
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(): Promise<{ server: OAuthServer; user: UserOfProgram }> {
  const server = await serveWithOAuth();
  open.push(server);
  return { server, user: new UserOfProgram() };
}

async function connect(server: OAuthServer, user: UserOfProgram): Promise<McpConnection> {
  const connection = await connectMcp({
    name: 'plants',
    transport: { url: server.url, authProvider: user },
  });
  open.push(connection);
  return connection;
}

async function signedIn() {
  const { server, user } = await start();
  await connect(server, user).catch(() => undefined);
  await user.signIn(server.url);
  return { server, user, connection: await connect(server, user) };
}

const label = ['plants.label', { plant: 'fern' }] as const;

test('the first connection sends the user to the page of the authorization server', async () => {
  const { server, user } = await start();
  await expect(connect(server, user)).rejects.toBeInstanceOf(UnauthorizedError);
  const asked = Object.fromEntries(user.signInPage?.searchParams ?? []);
  expect(user.signInPage?.pathname).toBe('/authorize');
  expect(asked).toMatchObject({
    client_id: 'client-1',
    redirect_uri: user.redirectUrl,
    code_challenge_method: 'S256',
    resource: server.url,
  });
});

test('after the user has signed in, the calls of an agent carry the token', async () => {
  const { server, user, connection } = await signedIn();
  const { results } = await playCalls(connection.tools, [...label]);
  expect(results).toEqual(['ok: Label: fern']);
  expect(server.requests.at(-1)).toBe(`POST Bearer ${user.stored?.access_token}`);
  expect(server.grants).toEqual(['authorization_code']);
});

test('a token that has expired in the middle of a run is refreshed, and the user is not asked', async () => {
  const { server, user, connection } = await signedIn();
  server.expireTokens();
  const { results } = await playCalls(connection.tools, [...label], [...label]);
  expect(results).toEqual(['ok: Label: fern', 'ok: Label: fern']);
  expect(server.grants).toEqual(['authorization_code', 'refresh_token']);
  expect(user.signInPage).toBeUndefined();
});

test('if the access was revoked, the model gets the reason, and the same connection works after the next sign-in', async () => {
  const { server, user, connection } = await signedIn();
  // The SDK prints that it forgets the tokens.
  const warn = jest.spyOn(console, 'warn').mockReturnValue();
  server.expireTokens();
  server.revokeAccess();
  const failed = await playCalls(connection.tools, [...label]);
  expect(failed.results[0]).toMatch(/^error: .*"plants".*sign in again/);
  warn.mockRestore();
  await user.signIn(server.url);
  const { results } = await playCalls(connection.tools, [...label]);
  expect(results).toEqual(['ok: Label: fern']);
});

type Access = Pick<HttpTransport, 'headers' | 'authProvider'>;
const inHeader = (token: string): Access => ({ headers: { authorization: `Bearer ${token}` } });
const fromFunction = (token: string): Access => ({ authProvider: { token: async () => token } });

test.each([
  ['a header', inHeader, 'give the program a new token'],
  ['a function', fromFunction, 'must sign in again'],
])(
  'a token of %s that is refused in the middle of a run gives error results that name the server and the cure',
  async (_, access, cure) => {
    const { server, user } = await signedIn();
    const transport = { url: server.url, ...access(String(user.stored?.access_token)) };
    const connection = await connectMcp({ name: 'plants', transport });
    open.push(connection);
    const call = callsTool(...label);
    const model = scriptedModel([call, call, call, says('Please sign in again.')]);
    const agent = new Agent({ name: 'gardener', model, tools: connection.tools });
    const run = agent.stream('Label the fern three times.');
    for await (const { type } of run) if (type === 'tool-finished') server.expireTokens();
    const result = await run.result;
    const statuses = result.steps.flatMap(({ calls }) => calls.map(({ status }) => status));
    expect(statuses).toEqual(['ok', 'error', 'error']);
    const texts = result.steps.flatMap(({ calls }) => calls.map((each) => each.result?.parts[0]));
    for (const part of texts.slice(1)) {
      expect(part).toMatchObject({
        text: expect.stringMatching(/MCP server "plants" does not accept/),
      });
      expect(part).toMatchObject({ text: expect.stringContaining(cure) });
    }
    expect(result).toMatchObject({ status: 'completed', text: 'Please sign in again.' });
  },
);

test.each<[string, Access, string]>([
  ['without a token', {}, 'Pass a token in `headers`, or an `authProvider`.'],
  [
    'with an old token in a header',
    inHeader('old'),
    'Renew the token in `headers` or `authProvider`.',
  ],
  [
    'with an old token of a function',
    fromFunction('old'),
    'Renew the token in `headers` or `authProvider`.',
  ],
])('a first connection %s names the server and the cure', async (_, access, cure) => {
  const { server } = await start();
  await expect(
    connectMcp({ name: 'plants', transport: { url: server.url, ...access } }),
  ).rejects.toMatchObject({
    code: 'tools_unreachable',
    message: `The MCP server "plants" cannot be used. "${server.url}" refused the access (HTTP 401). ${cure}`,
  });
});
