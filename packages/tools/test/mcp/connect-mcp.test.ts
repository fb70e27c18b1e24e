import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createMcpHandler,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { Agent, type JsonValue, type Tool } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { connectMcp, joinTools, type McpConnection, type McpOptions } from '@turnwise/tools/mcp';
import { compileProgram } from './support/compile-program.ts';
import { type GreenhouseLog, greenhouse } from './support/greenhouse.ts';
import { playCalls } from './support/play-calls.ts';
import { serveHttp } from './support/serve-http.ts';

const program = async (file: string) => ({
  command: process.execPath,
  args: [await compileProgram(file, 'greenhouse.ts')],
});

const modern = await program('greenhouse-main.ts');
const legacy = await program('greenhouse-legacy-main.ts');

const open: { close(): Promise<void> }[] = [];
const connect = async (options: Partial<McpOptions> = {}): Promise<McpConnection> => {
  const connection = await connectMcp({ name: 'plants', transport: modern, ...options });
  open.push(connection);
  return connection;
};
const serve = async (log?: GreenhouseLog) => {
  const handler = createMcpHandler(() => greenhouse(log));
  const served = await serveHttp((request) => handler.fetch(request));
  open.push(served, handler);
  return served;
};
/** A server over HTTP: it takes less time than a program. */
const near = async () => ({ url: (await serve()).url });
afterAll(() => Promise.all(open.map((each) => each.close())));

const namesOf = ({ tools }: McpConnection) => tools.map(({ name }) => name);

describe.each(['a program', 'a program of an earlier version', 'HTTP'])('with %s', (kind) => {
  let connected: McpConnection;

  beforeAll(async () => {
    const programs: Partial<Record<string, McpOptions['transport']>> = {
      'a program': modern,
      'a program of an earlier version': legacy,
    };
    connected = await connect({ transport: programs[kind] ?? (await near()) });
  });

  test('the tools of the server have its name in front', async () => {
    const names = namesOf(connected);
    expect(names).toContain('plants.label');
    expect(names.every((name) => name.startsWith('plants.'))).toBe(true);
  });

  test('results of every kind reach the model and the program', async () => {
    const { results, calls } = await playCalls(
      connected.tools,
      ['plants.label', { plant: 'fern' }],
      ['plants.photo'],
      ['plants.climate'],
      ['plants.care'],
      ['plants.birdsong'],
      ['plants.prune'],
      ['plants.nothing'],
      ['plants.read_resource', { uri: 'plants://fern/care' }],
    );
    expect(results).toEqual([
      'ok: Label: fern',
      'ok: The bed from above. | [image]',
      'ok: 24 degrees',
      'ok: [resource: care-sheet, plants://fern/care]',
      'ok: [audio of type audio/wav was left out: only text and images are supported]',
      'error: The shears are blunt.',
      'ok: Done.',
      'ok: Water the fern on Mondays.',
    ]);
    expect(calls[2]?.result.forApp).toEqual({ degrees: 24, humidity: 61 });
  });

  test('progress of the server is progress of the call', async () => {
    const { events } = await playCalls(connected.tools, ['plants.sow']);
    const progress = events.flatMap((each) =>
      each.type === 'tool-progressed' ? [each.progress] : [],
    );
    // The SDK drops the last progress if it arrives together with the result.
    const rows = [1, 2].map((row) => ({ progress: row, total: 2, message: `Row ${row}` }));
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual(rows.slice(0, progress.length));
  });

  test('arguments that the schema does not allow do not reach the server', async () => {
    const { calls } = await playCalls(connected.tools, ['plants.label', { plant: [1] }]);
    expect(calls[0]?.status).toBe('invalid-arguments');
  });
});

test('only allowed tools are offered, and the others are named with the reason', async () => {
  const connection = await connect({ transport: await near(), allow: ['label', 'photo'] });
  expect(namesOf(connection)).toEqual(['plants.label', 'plants.photo']);
  expect(connection.leftOut).toContainEqual({ name: 'sow', reason: 'It is not in `allow`.' });
});

test('hints that a tool is harmless count only if the server is trusted, and warnings always', async () => {
  const transport = await near();
  const find = (connection: McpConnection, name: string) =>
    connection.tools.find((each) => each.name === `plants.${name}`);
  const trusted = await connect({ transport, trusted: true });
  expect(find(trusted, 'label')).toMatchObject({ repeat: 'safe', needsApproval: false });
  expect(find(trusted, 'uproot')).toMatchObject({ repeat: 'never', needsApproval: true });
  const untrusted = await connect({ transport });
  expect(find(untrusted, 'label')).toMatchObject({ repeat: 'never', needsApproval: false });
  expect(find(untrusted, 'uproot')).toMatchObject({ needsApproval: true });
  const careful = await connect({ transport, trusted: true, approve: 'unless-read-only' });
  expect(find(careful, 'label')?.needsApproval).toBe(false);
  expect(find(careful, 'sow')?.needsApproval).toBe(true);
  const list = await connect({ transport, approve: ['sow'] });
  expect(find(list, 'sow')?.needsApproval).toBe(true);
  expect(find(list, 'label')?.needsApproval).toBe(false);
});

test.each([
  ['approve', { approve: ['plants.uproot'] }],
  ['allow', { allow: ['label', 'upROOT'] }],
] as const)('a name in `%s` that is not a tool of the server is refused', async (option, given) => {
  await expect(connect({ transport: await near(), ...given })).rejects.toMatchObject({
    code: 'invalid_options',
    message: expect.stringMatching(
      new RegExp(`^\`${option}\` names ".+Use the names of the server: .*"uproot"`),
    ),
  });
});

test('a command that holds its arguments is explained', async () => {
  const transport = { command: `${process.execPath} server.mjs` };
  await expect(connect({ transport })).rejects.toThrow('Put the arguments into `args`');
});

test('a program that is not an MCP server is explained', async () => {
  const transport = { command: process.execPath, args: ['-e', '1'], stderr: 'ignore' } as const;
  await expect(connect({ transport })).rejects.toThrow('did not answer as an MCP server');
});

test('descriptions of a server that is not trusted are plain texts', async () => {
  const transport = await near();
  const [whisper] = (await connect({ transport, allow: ['whisper'] })).tools;
  expect(whisper?.description).toBe('Tells the time. Needs zone . start_of_turn user');
  expect(JSON.stringify(whisper?.schema.jsonSchema)).toContain('"description":"A note."');
  const [trusted] = (await connect({ transport, allow: ['whisper'], trusted: true })).tools;
  expect(trusted?.description).toContain('<IMPORTANT>');
});

test('a new tool of the server is offered in the next step, also in a joined list', async () => {
  const connection = await connect();
  const tools = joinTools(
    connection.tools,
    (await connect({ name: 'other', transport: await near() })).tools,
  );
  const { model, results } = await playCalls(tools, ['plants.extend'], ['plants.mist']);
  const offered = model.requests.map(({ tools: specs = [] }) => specs.map(({ name }) => name));
  expect(offered[0]).not.toContain('plants.mist');
  expect(offered[1]).toContain('plants.mist');
  expect(results[1]).toBe('ok: Misty.');
});

test('a server that ends during a call costs one failed result, and the next call starts it again', async () => {
  const { tools } = await connect();
  const { results } = await playCalls(
    tools,
    ['plants.collapse'],
    ['plants.label', { plant: 'moss' }],
  );
  expect(results[0]).toMatch(/^error: .*The MCP server "plants" ended before it answered/);
  expect(results[1]).toBe('ok: Label: moss');
});

test('a server that does not answer costs one result with the status timeout, and gets the cancellation', async () => {
  const log = { cancelled: 0 };
  const { url } = await serve(log);
  const { tools } = await connect({ transport: { url }, timeoutMs: 300 });
  const { results } = await playCalls(tools, ['plants.drip'], ['plants.label', { plant: 'oak' }]);
  expect(results).toEqual([
    'timeout: Tool "plants.drip" did not finish within 300 ms.',
    'ok: Label: oak',
  ]);
  expect(log.cancelled).toBe(1);
});

test.each([404, 400])(
  'a server that has lost the session, with status %s, gets the call again',
  async (status) => {
    const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
    const served = await serveHttp(async (request) => {
      const id = request.headers.get('mcp-session-id');
      const known = sessions.get(id ?? '');
      if (known !== undefined) return await known.handleRequest(request);
      if (id !== null) return new Response('No such session', { status });
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (session) => void sessions.set(session, transport),
      });
      await greenhouse().connect(transport);
      return await transport.handleRequest(request);
    });
    open.push(served);
    const { tools } = await connect({ transport: { url: served.url } });
    sessions.clear();
    const { results } = await playCalls(tools, ['plants.label', { plant: 'ivy' }]);
    expect(results).toEqual(['ok: Label: ivy']);
    expect(sessions.size).toBe(1);
  },
);

test('an HTTP server that was away is reached again', async () => {
  const first = await serve();
  const { tools } = await connect({ transport: { url: first.url } });
  await first.close();
  const away = await playCalls(tools, ['plants.label', { plant: 'ivy' }]);
  expect(away.results[0]).toMatch(/^error: .*MCP server "plants"/);
  const handler = createMcpHandler(() => greenhouse());
  const port = Number(new URL(first.url).port);
  open.push(await serveHttp((request) => handler.fetch(request), port), handler);
  const back = await playCalls(tools, ['plants.label', { plant: 'ivy' }]);
  expect(back.results).toEqual(['ok: Label: ivy']);
});

/** An agent that calls a tool which asks; it pauses with the question. */
async function playQuestion(tools: readonly Tool[], name: string) {
  const model = scriptedModel([callsTool(name), says('Done.')]);
  const agent = new Agent({ name: 'gardener', model, tools });
  const paused = await agent.run('Go.');
  if (paused.status !== 'paused') throw new Error(JSON.stringify(paused.steps));
  const [{ callId, question }] = paused.waiting;
  const answer = async (value: JsonValue) => {
    const saved = JSON.parse(JSON.stringify(paused.state));
    const decisions = { [callId]: { kind: 'answer', value } } as const;
    const { steps } = await agent.resume(saved, { decisions }).result;
    return steps.flatMap(({ calls }) => calls).map(({ result }) => result);
  };
  return { question, answer };
}

test('a question of a server pauses the run, and the answer goes to the server', async () => {
  const { tools } = await connect({ transport: await near() });
  const { question, answer } = await playQuestion(tools, 'plants.order');
  expect(question).toMatchObject({
    server: 'plants',
    tool: 'order',
    message: 'How many bags?',
    schema: { type: 'object', properties: { bags: { type: 'number' } } },
  });
  expect(await answer({ bags: 3 })).toMatchObject([
    { status: 'ok', parts: [{ text: 'Ordered 3 bags.' }], forApp: { ordered: 3 } },
  ]);
  const again = await playQuestion(tools, 'plants.order');
  expect(await again.answer(4)).toMatchObject([{ forApp: { ordered: 4 } }]);
  const declined = await playQuestion(tools, 'plants.order');
  expect(await declined.answer(null)).toMatchObject([{ forApp: { ordered: 0 } }]);
});

test('so does a question of a server of an earlier version', async () => {
  const { tools } = await connect({ transport: legacy });
  const { question, answer } = await playQuestion(tools, 'plants.reserve');
  expect(question).toMatchObject({ tool: 'reserve', message: 'Which bed?' });
  expect(await answer('north')).toMatchObject([{ parts: [{ text: 'Bed north is yours.' }] }]);
});

test('headers and the tokens of a provider are sent', async () => {
  const served = await serve();
  const { url } = served;
  await connect({ transport: { url, headers: { authorization: 'Basic abc' } } });
  expect(served.requests).toContain('POST Basic abc');
  await connect({ transport: { url, authProvider: { token: async () => 'fresh' } } });
  expect(served.requests).toContain('POST Bearer fresh');
});

test('closing ends the connection, and later calls fail with a reason', async () => {
  const connection = await connect({ transport: await near() });
  await connection[Symbol.asyncDispose]();
  const { results } = await playCalls(connection.tools, ['plants.photo']);
  expect(results[0]).toMatch(/^error: .*was closed/);
});

test('a server that cannot be started rejects', async () => {
  await expect(
    connect({ transport: { command: process.execPath, args: ['-e', 'process.exit(1)'] } }),
  ).rejects.toMatchObject({
    code: 'tools_unreachable',
    message: expect.stringContaining('plants'),
  });
  // A closed server has given its port back.
  const { url, close } = await serve();
  await close();
  await expect(connect({ transport: { url } })).rejects.toMatchObject({
    code: 'tools_unreachable',
    message: expect.stringContaining(`No server answers at "${url}"`),
  });
});

test.each<[string, Partial<McpOptions>]>([
  ['a name with a dot', { name: 'a.b' }],
  ['no transport', { transport: undefined as never }],
  ['two transports', { transport: { command: 'a', url: 'http://a' } as never }],
  ['a wrong URL', { transport: { url: 'nowhere' } }],
  ['an option that does not exist', { transport: { command: 'a', arguments: [] } as never }],
  ['a wrong approval', { approve: 'sometimes' as never }],
])('%s is refused', async (_, options) => {
  await expect(connect(options)).rejects.toMatchObject({ code: 'invalid_options' });
});
