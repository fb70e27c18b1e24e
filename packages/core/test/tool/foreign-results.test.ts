import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import type { ToolOutput } from '../../src/tool/tool-output.ts';
import { answerCall } from '../support/answer-call.ts';
import { tinyPng } from '../support/tiny-image.ts';

const base64 = Buffer.from(tinyPng).toString('base64');
const image = 'image';

/** The texts of a result, and the word `image` for each image. */
async function partsOf(output: unknown): Promise<readonly string[]> {
  const act = tool({
    name: 'act',
    description: 'Acts.',
    parameters: z.object({}),
    execute: () => output as ToolOutput,
  });
  const { result } = await answerCall(act);
  return result.parts.map((part) => (part.type === 'text' ? part.text : image));
}

describe('every spelling of an image is an image', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['a data: URL in capitals', `DATA:image/PNG;base64,${base64}`, [image]],
    ['a data: URL with a name', `data:image/png;name=a.png;base64,${base64}`, [image]],
    ['a data: URL between line breaks', `\n data:image/png;base64,${base64}\n`, [image]],
    ['a URL object', new URL(`data:image/png;base64,${base64}`), [image]],
    [
      'base64 as the image of a part',
      { type: 'image', image: base64, mediaType: 'image/png' },
      [image],
    ],
    ['base64 without a media type', { type: 'image', image: base64 }, [image]],
    [
      'base64url of MCP',
      {
        content: [
          {
            type: 'image',
            data: Buffer.from(tinyPng).toString('base64url'),
            mimeType: 'image/png',
          },
        ],
      },
      [image],
    ],
    [
      'a media type in capitals',
      { content: [{ type: 'image', data: base64, mimeType: 'IMAGE/PNG' }] },
      [image],
    ],
    [
      'a resource without a media type',
      { content: [{ type: 'resource', resource: { uri: 'file:///a', blob: base64 } }] },
      [image],
    ],
    ['a list of bytes', [tinyPng, Buffer.from(tinyPng)], [image, image]],
    ['texts and bytes', ['before', tinyPng, 'after'], ['before', image, 'after']],
    [
      'a text part and a data: URL',
      [{ type: 'text', text: 'see' }, `data:image/png;base64,${base64}`],
      ['see', image],
    ],
    [
      'a buffer that was JSON in between',
      JSON.parse(JSON.stringify(Buffer.from(tinyPng))),
      [image],
    ],
  ])('%s', async (_what, output, parts) => {
    expect(await partsOf(output)).toEqual(parts);
  });
});

describe('texts and files', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['a data: URL with a character set', 'data:text/plain;charset=utf-8;base64,aGk=', ['hi']],
    ['a data: URL without base64', 'data:text/plain,hi%20there', ['hi there']],
    [
      'a resource of bytes that are a text',
      { content: [{ type: 'resource', resource: { uri: 'a', blob: 'aGk=' } }] },
      ['hi'],
    ],
    ['structured content alone', { structuredContent: { a: 1 } }, ['{"a":1}']],
    ['the first version of MCP', { toolResult: { a: 1 } }, ['{"a":1}']],
    [
      'a result of MCP with keys of the server',
      { content: [{ type: 'text', text: 'hi' }], isError: false, took: 4 },
      ['hi'],
    ],
    [
      'a tool_result of Anthropic',
      { type: 'tool_result', tool_use_id: 'x', content: [{ type: 'text', text: 'hi' }] },
      ['hi'],
    ],
    [
      'an output_text with logprobs',
      [{ type: 'output_text', text: 'hi', logprobs: [], annotations: [] }],
      ['hi'],
    ],
  ])('%s', async (_what, output, parts) => {
    expect(await partsOf(output)).toEqual(parts);
  });

  test('a file in a data: URL is named, and does not reach the model as base64', async () => {
    const [text] = await partsOf('data:application/pdf;base64,JVBERi0=');
    expect(text).toContain('application/pdf');
    expect(text).not.toContain('JVBERi0');
  });

  test('an image at a URL is not fetched, and its URL is not lost', async () => {
    const [text] = await partsOf({ type: 'image', url: 'https://pictures.example/a.png' });
    expect(text).toContain('https://pictures.example/a.png');
  });
});

test.each<readonly [string, unknown]>([
  [
    'a picture record',
    { type: 'image', url: 'https://pictures.example/a.png', alt: 'A cat', likes: 3 },
  ],
  ['a file record', { type: 'file', url: 'https://files.example/a', size: 3 }],
  ['a song', { type: 'audio', title: 'Blue', artist: 'Joni' }],
  ['songs', [{ type: 'audio', title: 'Blue' }]],
  ['a list of texts', ['a', 'data of the program']],
  ['a page of posts', { content: [{ type: 'post', id: 4 }], total: 1 }],
])('data that only looks like a part is JSON: %s', async (_what, output) => {
  expect(await partsOf(output)).toEqual([JSON.stringify(output)]);
});

describe('a resource of MCP whose fields are next to its type', () => {
  test.each<readonly [string, object, string]>([
    ['a text', { mimeType: 'text/plain', text: 'Line one' }, 'Line one'],
    ['bytes', { blob: Buffer.from('Line two').toString('base64') }, 'Line two'],
    ['only an address', { name: 'notes' }, '[resource: notes, file:///notes]'],
  ])('%s', async (_what, fields, text) => {
    const content = [{ type: 'resource', uri: 'file:///notes', ...fields }];
    expect(await partsOf({ content })).toEqual([text]);
  });

  test('is JSON if it has other fields', async () => {
    const data = { type: 'resource', uri: 'file:///notes', owner: 'Io' };
    expect(await partsOf(data)).toEqual([JSON.stringify(data)]);
  });
});
