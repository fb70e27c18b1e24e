import { expect, test } from '@jest/globals';
import { FaultQueue, type LocalEndpointOptions, Script, startLocalEndpoint } from '../src/index.ts';

type Given = Readonly<Record<string, unknown>>;

const entries: Readonly<Record<string, (given: Given) => unknown>> = {
  'startLocalEndpoint()': async (given) => {
    const endpoint = await startLocalEndpoint(given as LocalEndpointOptions);
    await endpoint.close();
  },
  'the option faults': (given) => startLocalEndpoint({ faults: [given] as never }),
  'the option script': (given) => startLocalEndpoint({ script: [given] as never }),
  'FaultQueue.push()': async (given) => new FaultQueue().push(given as never),
  'FaultQueue.always()': async (given) => new FaultQueue().always(given as never),
  'Script.push()': async (given) => new Script().push(given as never),
};

test.each<[entry: string, given: Given, message: string]>([
  [
    'startLocalEndpoint()',
    { quirk: 'vllm' },
    'Unknown option "quirk" in startLocalEndpoint(). Did you mean "quirks"?',
  ],
  [
    'startLocalEndpoint()',
    { context_window: 9 },
    'Unknown option "context_window" in startLocalEndpoint(). Did you mean "contextWindow"?',
  ],
  ['startLocalEndpoint()', { zzz: 1 }, 'Known options: "port", "host", "quirks", "profile"'],
  [
    'the option faults',
    { kind: 'rate-limit', retryAfterMs: 5 },
    'Unknown option "retryAfterMs" in the fault "rate-limit". Did you mean "retryAfter"?',
  ],
  ['FaultQueue.push()', { kind: 'crlf', time: 2 }, 'Did you mean "times"?'],
  ['FaultQueue.always()', { kind: 'slow-tokens', delay: 2 }, 'Did you mean "delayMs"?'],
  ['FaultQueue.push()', { kind: 'slow' }, 'Unknown fault "slow". Known: rate-limit, '],
  ['the option script', { txt: 'Hello.' }, 'Did you mean "text"?'],
  ['Script.push()', { calls: [{ name: 'f', args: {} }] }, 'Unknown option "args" in a call'],
  ['Script.push()', { error: { statusCode: 500 } }, 'Did you mean "status"?'],
])('%s refuses %j', async (entry, given, message) => {
  await expect(Promise.resolve().then(() => entries[entry]?.(given))).rejects.toMatchObject({
    name: 'LocalEndpointError',
    code: 'invalid_options',
    message: expect.stringContaining(message),
  });
});

test('an option that is undefined is not set', async () => {
  const options = { port: undefined, quirks: undefined, other: undefined };
  const endpoint = await startLocalEndpoint(options as object);
  expect(endpoint.quirks).toBe('vllm');
  await endpoint.close();
});
