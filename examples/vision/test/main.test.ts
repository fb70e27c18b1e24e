import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { PNG } from 'pngjs';
import { drawChart } from '../src/draw-chart.ts';
import { main } from '../src/main.ts';

const shipped = join(import.meta.dirname, '../images/chart.png');

let folder: string;
let endpoint: LocalEndpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vision-'));
  endpoint = await startLocalEndpoint();
});

afterAll(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true });
});

test('the image in the repository is the one that the script draws', () => {
  const pixels = (png: Buffer) => PNG.sync.read(png).data;
  expect(pixels(readFileSync(shipped)).equals(pixels(drawChart()))).toBe(true);
});

test('without arguments, the chart is sent, decoded and described', async () => {
  const { output, code } = await start([]);
  expect(code).toBe(0);
  expect(output).toContain('The image is a PNG of 320 by 200 pixels, on average blue.');
  expect(output).toMatch(/took \d{3,} tokens\.\n$/);
});

test('only the user message contains the image, without changes', async () => {
  await start([]);
  const { messages } = endpoint.requests.at(-1)?.body ?? {};
  const url = `data:image/png;base64,${readFileSync(shipped).toString('base64')}`;
  expect(messages).toEqual([
    expect.objectContaining({ role: 'system', content: expect.any(String) }),
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is in this image?' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ]);
});

test('the path of an image is relative to the current folder, and the question is sent', async () => {
  await writeFile(join(folder, 'mine.png'), drawChart());
  const { output, code } = await start(['mine.png', 'How', 'large is it?']);
  expect(code).toBe(0);
  expect(output).toContain('mine.png: How large is it?');
  expect(output).toContain('320 by 200');
});

test('a padded image is square', async () => {
  const { output } = await start(['--fit', 'pad']);
  expect(output).toContain('320 by 320');
});

test.each([
  ['a missing file', ['none.png'], 'does not exist', 1],
  ['a text', ['notes.png'], 'is not an image', 1],
  ['another way to fit', ['--fit', 'stretch'], '--fit pad', 2],
  ['another option', ['--large'], '--large', 2],
])('%s is refused in one line', async (_, given, text, code) => {
  await writeFile(join(folder, 'notes.png'), 'Only text.');
  const refused = await start(given);
  expect(refused.code).toBe(code);
  expect(refused.errors).toMatch(/^[^\n]+\n$/);
  expect(refused.errors).toContain(text);
});

async function start(given: readonly string[]) {
  const environment = testEnvironment({
    arguments: given,
    folder,
    variables: { TURNWISE_BASE_URL: endpoint.url },
  });
  const code = await runMain(main, environment);
  return { code, output: environment.outputText, errors: environment.errorText };
}
