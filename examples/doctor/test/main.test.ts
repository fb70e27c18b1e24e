import { describe, expect, jest, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testSurroundings } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

jest.setTimeout(120_000);

async function doctor(given: readonly string[], environment: Record<string, string> = {}) {
  const surroundings = testSurroundings({ arguments: given, environment });
  const code = await runMain(main, surroundings);
  return { code, output: surroundings.outputText, errors: surroundings.errorText };
}

describe('the doctor', () => {
  test('measures the embedded endpoint where nothing else is named, and says that it is one', async () => {
    const { code, output, errors } = await doctor([]);
    expect(code).toBe(0);
    expect(errors).toMatch(/not a language model/);
    expect(output).toMatch(/\n {2}tools +yes +get_weather\n/);
    expect(output).toMatch(/\nexport const profile = profiles\.gemma3;\n/);
  });

  test('measures the server of the environment, with its key', async () => {
    const endpoint = await startLocalEndpoint({ quirks: 'ollama', apiKey: 'right' });
    const { code, output, errors } = await doctor([], {
      TURNWISE_BASE_URL: endpoint.url,
      TURNWISE_MODEL: 'gemma3:12b',
      TURNWISE_API_KEY: 'right',
    });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(/^gemma3:12b at http/);
    await endpoint.close();
  });

  test('measures the server of the command line before that of the environment', async () => {
    const endpoint = await startLocalEndpoint({ quirks: 'none' });
    const { output } = await doctor(['--base-url', endpoint.url, '--model', 'stand-in', '--json'], {
      TURNWISE_BASE_URL: 'http://127.0.0.1:1/v1',
      TURNWISE_MODEL: 'other',
    });
    expect(JSON.parse(output)).toMatchObject({ model: 'stand-in', profile: { id: 'openai' } });
    await endpoint.close();
  });

  test('says in one line what is wrong with a server, or with the command line', async () => {
    const gone = await doctor(['--base-url', 'http://127.0.0.1:1/v1', '--model', 'm']);
    expect(gone).toMatchObject({ code: 1, output: '' });
    expect(gone.errors).toMatch(/^No server is listening at http:\/\/127\.0\.0\.1:1\/v1\..*\n$/);
    expect(await doctor(['--base-url', 'http://127.0.0.1:1/v1'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/--model NAME/),
    });
    expect(await doctor(['--imitate', 'banana'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/llama\.cpp-2026/),
    });
    expect(await doctor(['--banana'])).toMatchObject({ code: 2 });
  });

  test('explains itself', async () => {
    const { code, output } = await doctor(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: pnpm run doctor/);
  });
});
