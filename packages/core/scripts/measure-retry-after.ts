/**
 * Counts the runs that fail because they all retry at the same time:
 *
 *   npx tsx --conditions @turnwise/source packages/core/scripts/measure-retry-after.ts [runs] [slots] [msPerReply]
 *
 * Starts all runs at once (1,000 by default) against a local HTTP server that answers 8 requests at a time, each after
 * 20 ms, and refuses the others with 429: first with `Retry-After: 1`, then without that header. The retry options have
 * their defaults.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, openaiCompatible, TurnwiseError } from '../src/index.ts';

const [runs = 1_000, slots = 8, msPerReply = 20] = process.argv.slice(2).map(Number);

for (const headers of [{ 'retry-after': '1' }, {}]) {
  const { lost, refusals, seconds } = await measure(headers);
  const label = 'retry-after' in headers ? 'Retry-After: 1' : 'no Retry-After';
  console.log(`${label}: ${lost} of ${runs} runs lost, ${refusals} refusals, ${seconds} s`);
}

async function measure(headers: Record<string, string>) {
  let busy = 0;
  let refusals = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (busy >= slots) {
      refusals += 1;
      response.writeHead(429, headers).end('{"error":{"message":"Too many requests."}}');
      return;
    }
    busy += 1;
    setTimeout(() => {
      busy -= 1;
      const choice = {
        index: 0,
        message: { role: 'assistant', content: 'Hi.' },
        finish_reason: 'stop',
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [choice] }));
    }, msPerReply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const model = openaiCompatible({
    model: 'any',
    baseURL: `http://127.0.0.1:${port}/v1`,
    profile: 'openai',
  });
  const agent = new Agent({ name: 'many', model });
  const start = performance.now();
  const codes = await Promise.all(
    Array.from({ length: runs }, () =>
      agent.run('Hi').then(
        () => undefined,
        (error: unknown) => (error instanceof TurnwiseError ? error.code : 'unknown'),
      ),
    ),
  );
  server.close();
  server.closeAllConnections();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  return { lost: codes.filter((code) => code !== undefined).length, refusals, seconds };
}
