import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import type { ToolOutput } from '../../src/tool/tool-output.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { answerCall } from '../support/answer-call.ts';
import { tinyPng } from '../support/tiny-image.ts';

function toolThatReturns(output: unknown) {
  return tool({
    name: 'act',
    description: 'Acts.',
    parameters: z.object({}),
    execute: () => output as ToolOutput,
  });
}

describe('the model gets the output of a tool:', () => {
  test.each<[string, unknown, string]>([
    ['text as it is', 'Sunny.', 'Sunny.'],
    ['an object as JSON', { sky: 'blue' }, '{"sky":"blue"}'],
    ['a list as JSON', [1, 2], '[1,2]'],
    ['a number as JSON', 0, '0'],
    ['false as JSON', false, 'false'],
    ['null as JSON', null, 'null'],
    ['a date by its toJSON', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['undefined as "Done."', undefined, 'Done.'],
    ['an empty text as it is', '', ''],
    ['a list of texts as JSON', ['a', 'b'], '["a","b"]'],
  ])('%s', async (_what, output, text) => {
    const answered = await answerCall(toolThatReturns(output));
    expect(answered).toMatchObject({ status: 'ok', text });
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['an object that contains itself', circular],
    ['a function for the program', { forModel: 'ok', forApp: () => 1 }],
  ])('%s becomes an error result', async (_what, output) => {
    expect((await answerCall(toolThatReturns(output))).status).toBe('error');
  });
});

describe('forModel and forApp', () => {
  test('the model gets forModel and the program gets forApp', async () => {
    const { result, text } = await answerCall(
      toolThatReturns({ forModel: 'Two rows.', forApp: { rows: [1, 2] } }),
    );
    expect(text).toBe('Two rows.');
    expect(result.forApp).toEqual({ rows: [1, 2] });
    expect(text).not.toContain('rows:');
  });

  test('the program gets a copy, so that the tool can keep using its object', async () => {
    const cache = { rows: [1] };
    const { result } = await answerCall(toolThatReturns({ forModel: 'ok', forApp: cache }));
    Transcript.of([
      { role: 'user', inputs: [{ parts: [{ type: 'text', text: 'Go' }] }] },
      { role: 'assistant', kind: 'calls', calls: [{ id: '1.0', name: 'act', arguments: {} }] },
      { role: 'tool', results: [result] },
    ]);
    cache.rows.push(2);
    expect(result.forApp).toEqual({ rows: [1] });
  });

  test('bytes for the program are an error: JSON cannot represent them', async () => {
    const { status, text } = await answerCall(
      toolThatReturns({ forModel: 'ok', forApp: { bytes: new Uint8Array([1, 2]) } }),
    );
    expect(status).toBe('error');
    expect(text).toContain('bytes at "bytes"');
  });
});

describe('images in results', () => {
  test('an image is stored in the blob store, and the result holds its hash', async () => {
    const blobs = memoryBlobStore();
    const output = [
      { type: 'text', text: 'Here:' },
      { type: 'image', image: tinyPng },
    ];
    const { result } = await answerCall(toolThatReturns(output), {}, { blobs });
    const image = result.parts[1];
    expect(image).toMatchObject({ type: 'image', image: { mediaType: 'image/png', width: 1 } });
    const sha256 = image?.type === 'image' ? image.image.sha256 : '';
    expect(await blobs.get(sha256)).toEqual(tinyPng);
  });

  test('a single image may be a data URL', async () => {
    const url = `data:image/png;base64,${Buffer.from(tinyPng).toString('base64')}`;
    const { result } = await answerCall(toolThatReturns({ type: 'image', image: url }));
    expect(result.parts).toMatchObject([{ type: 'image' }]);
  });

  test('bytes that are not an image become an error result', async () => {
    const output = { type: 'image', image: new Uint8Array([1, 2, 3]) };
    expect((await answerCall(toolThatReturns(output))).status).toBe('error');
  });

  test('the result is a copy of the parts that the tool returned', async () => {
    const kept = [
      { type: 'text', text: 'Here:' },
      { type: 'image', image: tinyPng },
    ];
    const { result } = await answerCall(toolThatReturns(kept));
    Object.assign(kept[0] ?? {}, { text: 'There:' });
    expect(result.parts[0]).toEqual({ type: 'text', text: 'Here:' });
  });
});
