import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { deskCases } from '../../../../scripts/desk-cases.ts';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { chunk, done, startModelServer } from '../support/model-server.ts';
import { keepTimers, passTime, stopClock } from '../support/stopped-time.ts';

afterEach(keepTimers);

const line = 'x'.repeat(16_384);
const lines = 1_000;

/** Streams 16 MB as fast as the client accepts it; `progress` counts the accepted lines. */
function streamsMuch(progress: { written: number }) {
  return async (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < lines && !response.destroyed; at++) {
      const isAccepted = response.write(chunk({ content: line }));
      if (!isAccepted) await new Promise((resolve) => response.once('drain', resolve));
      progress.written += 1;
    }
    response.end(chunk({}, 'stop') + done);
  };
}

/** Resolves when nothing was written during many turns of the event loop, or everything was. */
async function whenStill(progress: { readonly written: number }): Promise<void> {
  let last = -1;
  let stillTurns = 0;
  while (stillTurns < 2_000 && progress.written < lines) {
    stillTurns = progress.written === last ? stillTurns + 1 : 0;
    last = progress.written;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a reader that stops after the first piece', () => {
  test.each(deskCases(['openai', 'qwen-3', 'gemma-3'] as const, 3))(
    'pauses the socket, and later gets the whole text with the profile %s',
    async (profile) => {
      const progress = { written: 0 };
      await using server = await startModelServer(streamsMuch(progress));
      const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile });
      const run = new Agent({ name: 'a', model }).stream('Write much.');
      let length = 0;
      for await (const event of run) {
        if (event.type !== 'text-delta') continue;
        if (length === 0) {
          await whenStill(progress);
          expect(progress.written).toBeLessThan(lines);
        }
        length += event.text.length;
      }
      expect(length).toBe(line.length * lines);
    },
  );

  test('does not cause model_timeout, no matter how long it takes', async () => {
    stopClock();
    let sendRest: () => void = () => undefined;
    const isRead = new Promise<void>((resolve) => {
      sendRest = resolve;
    });
    await using server = await startModelServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'One ' }));
      await isRead;
      response.end(chunk({ content: 'two.' }, 'stop') + done);
    });
    const timeouts = { betweenTokensMs: 50, firstTokenMs: 50 };
    const model = openaiCompatible({
      baseURL: server.baseURL,
      model: 'm',
      profile: 'openai',
      timeouts,
      retry: { maxRetries: 0 },
    });
    const run = new Agent({ name: 'a', model }).stream('Count.');
    for await (const event of run) {
      if (event.type !== 'text-delta') continue;
      passTime(10_000);
      sendRest();
    }
    expect(await run.result).toMatchObject({ status: 'completed', output: 'One two.' });
  });
});
