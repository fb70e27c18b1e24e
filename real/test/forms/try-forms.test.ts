import { expect, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { formatForms, tryForms } from '../../src/forms/try-forms.ts';

test('each form of request is tried whole and streamed, and an image that is refused has its own ending', async () => {
  const endpoint = await startLocalEndpoint({ quirks: 'llama.cpp-2026' });
  const results = await tryForms({
    baseURL: endpoint.url,
    model: endpoint.models[0] as string,
    apiKey: 'unused',
    maxTokens: 200,
  });
  await endpoint.close();
  const endings = results.map(({ form, ending, calls }) => [form, ending, calls.length > 0]);
  const twice = <Row>(row: Row) => [row, row];
  expect(endings).toEqual([
    ...twice(['text', 'completed', false]),
    ...twice(['call', 'max-steps', true]),
    ...twice(['named call', 'max-steps', true]),
    ...twice(['required call', 'max-steps', true]),
    ...twice(['parallel calls', 'max-steps', true]),
    ...twice(['structured output', 'completed', false]),
    ...twice(['image', 'model_refused', false]),
  ]);
  const lines = formatForms(results).split('\n');
  expect(lines[2]).toBe('| text | whole | completed | 0 | 1 | 0 |');
  expect(lines.at(-1)).toBe('| image | streamed | model_refused | 0 | 1 | 1 |');
});
