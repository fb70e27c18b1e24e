import { describe, expect, test } from '@jest/globals';
import { answerOutput } from '../support/answer-call.ts';
import { makePng } from '../support/make-png.ts';

const png = Buffer.from(makePng(20, 10));
const base64 = png.toString('base64');
const image = { type: 'image', image: { mediaType: 'image/png', width: 20 } };

describe('an image inside other JSON', () => {
  test.each<readonly [string, unknown, string]>([
    [
      'base64 in a field',
      { page: 3, shot: base64, next: null },
      '{"page":3,"shot":"[image 1]","next":null}',
    ],
    [
      'a data URL in a list',
      { shots: [`data:image/png;base64,${base64}`] },
      '{"shots":["[image 1]"]}',
    ],
    [
      'a part of MCP in a field',
      { shot: { type: 'image', data: base64, mimeType: 'image/png' } },
      '{"shot":{"type":"image","data":"[image 1]","mimeType":"image/png"}}',
    ],
    [
      'JSON as text',
      `{"id": 12345678901234567890, "shot": "${base64}"}`,
      '{"id": 12345678901234567890, "shot": "[image 1]"}',
    ],
    [
      'base64 with escaped slashes and line breaks',
      `{"shot": "${base64.replaceAll('/', '\\/').replace(/.{40}/g, '$&\\n')}"}`,
      '{"shot": "[image 1]"}',
    ],
    [
      'a text of MCP that is JSON',
      { content: [{ type: 'text', text: `["a","${base64}"]` }] },
      '["a","[image 1]"]',
    ],
  ])('%s becomes a part, and its name stays in the text', async (_what, output, text) => {
    const { result } = await answerOutput(output);
    expect(result).toMatchObject({ status: 'ok', parts: [{ type: 'text', text }, image] });
  });

  test('the program gets the JSON as it was', async () => {
    const { result } = await answerOutput({ shot: base64 });
    expect(result.forApp).toEqual({ shot: base64 });
  });

  test('images are numbered in their order', async () => {
    const { result } = await answerOutput([{ a: base64 }, { b: base64 }]);
    expect(result.parts).toMatchObject([
      { text: '[{"a":"[image 1]"},{"b":"[image 2]"}]' },
      image,
      image,
    ]);
  });

  test('an image that cannot be read is named, and the other fields stay', async () => {
    const broken = png.subarray(0, 30).toString('base64').padEnd(80, 'A');
    const { result } = await answerOutput({ page: 3, shot: broken });
    expect(result.status).toBe('ok');
    expect(result.parts).toMatchObject([
      { type: 'text', text: '{"page":3,"shot":"[image 1]"}' },
      { type: 'text', text: expect.stringMatching(/^\[image 1 was left out: \S.+\]$/) },
    ]);
  });

  test.each<readonly [string, string]>([
    ['source code', `const shot = "data:image/png;base64,${base64}";`],
    [
      'base64 of something else',
      JSON.stringify({ key: Buffer.alloc(90, 'ab').toString('base64') }),
    ],
    ['much white space', `${' '.repeat(200_000)}${base64.slice(0, 40)}${' '.repeat(200_000)}!`],
    ['a path', JSON.stringify({ path: `/9j/${'folder/'.repeat(20)}` })],
  ])('%s stays text', async (_what, text) => {
    const { result } = await answerOutput(text);
    expect(result.parts).toEqual([{ type: 'text', text }]);
  });
});

test('base64 of an image as the whole text is an image', async () => {
  const { result } = await answerOutput(base64);
  expect(result.parts).toMatchObject([image]);
});

test.each([
  ['in JSON', { inlineData: { mimeType: 'image/png', data: base64 } }],
  ['in REST', { inline_data: { mime_type: 'image/png', data: base64 } }],
])('an image as Gemini writes it %s is an image', async (_where, output) => {
  const { result } = await answerOutput(output);
  expect(result).toMatchObject({ status: 'ok', parts: [image] });
});

test('a link to a file is JSON', async () => {
  const link = { type: 'file', url: 'https://files.example/report.csv' };
  const { result } = await answerOutput(link);
  expect(result.parts).toEqual([{ type: 'text', text: JSON.stringify(link) }]);
});

test('a result has at most 50 images, and a text names the number of the others', async () => {
  const { result } = await answerOutput(
    Array.from({ length: 53 }, () => ({ type: 'image', image: png })),
  );
  expect(result.parts.filter((part) => part.type === 'image')).toHaveLength(50);
  expect(result.parts.at(-1)).toEqual({
    type: 'text',
    text: '[3 more images were left out: a result can have at most 50]',
  });
});
