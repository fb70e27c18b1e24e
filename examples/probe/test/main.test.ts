import { describe, expect, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

async function probe(given: readonly string[], variables: Record<string, string> = {}) {
  const environment = testEnvironment({ arguments: given, variables });
  const code = await runMain(main, environment);
  return { code, output: environment.outputText, errors: environment.errorText };
}

describe('pnpm probe', () => {
  test('measures the embedded endpoint by default, and reports that it is not a model', async () => {
    const { code, output, errors } = await probe([]);
    expect(code).toBe(0);
    expect(errors).toMatch(/not a language model/);
    expect(output).toMatch(/\n {2}tools +yes +get_weather\n/);
    expect(output).toMatch(/\nexport const profile = profiles\.gemma3;\n/);
  });

  test('measures the server of the environment, with its key', async () => {
    const endpoint = await startLocalEndpoint({ quirks: 'ollama', apiKey: 'right' });
    const { code, output, errors } = await probe([], {
      TURNWISE_BASE_URL: endpoint.url,
      TURNWISE_MODEL: 'gemma3:12b',
      TURNWISE_API_KEY: 'right',
    });
    expect(code).toBe(0);
    expect(errors).toMatch(/^system role +yes/);
    expect(output).toMatch(/^gemma3:12b at http/);
    await endpoint.close();
  });

  test('prefers the server of the command line over that of the environment', async () => {
    const endpoint = await startLocalEndpoint({ quirks: 'none' });
    const { output } = await probe(['--base-url', endpoint.url, '--model', 'stand-in', '--json'], {
      TURNWISE_BASE_URL: 'http://127.0.0.1:1/v1',
      TURNWISE_MODEL: 'other',
    });
    expect(JSON.parse(output)).toMatchObject({ model: 'stand-in', profile: { id: 'openai' } });
    await endpoint.close();
  });

  test('reports a problem with the server or the command line in one line', async () => {
    const gone = await probe(['--base-url', 'http://127.0.0.1:1/v1', '--model', 'm']);
    expect(gone).toMatchObject({ code: 1, output: '' });
    expect(gone.errors).toMatch(/^No server is listening at http:\/\/127\.0\.0\.1:1\/v1\..*\n$/);
    expect(await probe(['--base-url', 'http://127.0.0.1:1/v1'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/--model NAME/),
    });
    expect(await probe(['--imitate', 'banana'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/llama\.cpp-2026/),
    });
    expect(await probe(['--banana'])).toMatchObject({ code: 2 });
    expect(await probe(['--budget-seconds', 'many'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/whole number/),
    });
  });

  test('prints its usage for --help', async () => {
    const { code, output } = await probe(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: pnpm probe/);
  });
});
