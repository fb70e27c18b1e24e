import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, type AgentRun, openaiCompatible } from '@turnwise/core';
import { files } from '../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'search-'));

beforeAll(() => {
  mkdirSync(join(root, 'logs'));
  for (let number = 0; number < 400; number += 1) {
    writeFileSync(join(root, 'logs', `${number}.txt`), 'a line of a log\n'.repeat(8_000));
  }
});
afterAll(() => rmSync(root, { recursive: true }));

/** A model server whose first reply calls `search_text`; it records the bodies of its requests. */
async function startServer() {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    bodies.push(body);
    const call = {
      id: 'x',
      type: 'function',
      function: { name: 'search_text', arguments: '{"text":"needle"}' },
    };
    const message =
      bodies.length === 1 ? { content: null, tool_calls: [call] } : { content: 'Not found.' };
    const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: null }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseURL: `http://127.0.0.1:${port}/v1`, bodies, [Symbol.dispose]: close };
}

describe('a run that is aborted while search_text reads many files', () => {
  test.each<[string, (run: AgentRun, controller: AbortController) => void]>([
    ['by its signal', (_run, controller) => controller.abort()],
    ['by abort()', (run) => run.abort()],
    ['by a signal with a reason', (_run, controller) => controller.abort(new Error('enough'))],
  ])(
    'ends %s; the server gets no request until it is resumed, and then a cancelled call',
    async (_name, abort) => {
      using server = await startServer();
      const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
      const search = files({ root }).filter(({ name }) => name === 'search_text');
      const agent = new Agent({ name: 'reader', model, tools: search });
      const controller = new AbortController();
      const run = agent.stream('Search.', { signal: controller.signal });
      let finished = 0;
      for await (const event of run) {
        if (event.type === 'tool-started') setImmediate(() => abort(run, controller));
        if (event.type === 'tool-finished') finished += 1;
      }
      const result = await run.result;
      expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
      expect(finished).toBe(1);
      expect(server.bodies).toHaveLength(1);
      const resumed = await agent.resume(JSON.parse(JSON.stringify(result.state))).result;
      expect(resumed).toMatchObject({ status: 'completed', output: 'Not found.' });
      const sent = JSON.parse(server.bodies[1] ?? '{}');
      const answers = sent.messages.filter(({ role }: { role: string }) => role === 'tool');
      expect(answers).toHaveLength(1);
      expect(answers[0].content).not.toContain('line of a log');
    },
  );

  test.each<[string, (controller: AbortController) => AbortSignal]>([
    ['its signal', ({ signal }) => signal],
    ['one of two signals', ({ signal }) => AbortSignal.any([signal, new AbortController().signal])],
    ['a signal that follows another', ({ signal }) => AbortSignal.any([signal])],
  ])('also ends by %s if its reply is not streamed', async (_name, signalOf) => {
    using server = await startServer();
    const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
    const search = files({ root }).filter(({ name }) => name === 'search_text');
    const agent = new Agent({ name: 'reader', model, tools: search });
    const controller = new AbortController();
    agent.on('tool-started', () => setImmediate(() => controller.abort()));
    const result = await agent.run('Search.', { signal: signalOf(controller) });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(server.bodies).toHaveLength(1);
  });
});
