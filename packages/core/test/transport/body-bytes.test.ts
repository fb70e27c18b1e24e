import { describe, expect, test } from '@jest/globals';
import type { WireBody, WireMessage } from '../../src/dialect/wire.ts';
import { bodyBytes } from '../../src/transport/body-bytes.ts';

const hello: WireMessage = { role: 'user', content: 'Say "hi"\n✓' };
const picture: WireMessage = {
  role: 'user',
  content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
};
const tools: WireBody['tools'] = [
  { type: 'function', function: { name: 'f', description: '', parameters: { type: 'object' } } },
];

function bodyText(...said: Parameters<typeof bodyBytes>): string {
  return bodyBytes(...said).toString();
}

describe('the bytes of a request', () => {
  test('is the JSON of the body with the fields laid over it, the first time and every time after', () => {
    const body: WireBody = {
      messages: [hello, picture],
      tools,
      response_format: { type: 'json_object' },
      seed: 7,
    };
    for (const time of [1, 2]) {
      const fields = { model: 'm', time, seed: 8, stop: ['x'] };
      expect(JSON.parse(bodyText(body, fields))).toEqual({ ...body, ...fields });
    }
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(bodyText({ messages: [hello] }, { model: 'm', top_k: undefined })).toBe(
      JSON.stringify({ model: 'm', messages: [hello] }),
    );
  });

  test('takes a field that lies over the tools, not the kept tools', () => {
    bodyText({ messages: [hello], tools }, {});
    expect(JSON.parse(bodyText({ messages: [hello], tools }, { tools: [] }))).toEqual({
      messages: [hello],
      tools: [],
    });
  });

  test('says what came since in a conversation that goes on, and nothing of another that branched off', () => {
    const first: WireMessage = { role: 'user', content: 'Grüße 🙂' };
    const answer: WireMessage = { role: 'assistant', content: '…' };
    const lists: WireMessage[][] = [
      [hello, first],
      [hello, first, answer, { role: 'user', content: 'one' }],
      [hello, first, answer, { role: 'user', content: 'two' }],
      [hello, first],
      [hello, first, answer, picture],
      [hello, first, answer, picture, answer, hello],
    ];
    for (const messages of [...lists, ...lists]) {
      expect(JSON.parse(bodyText({ messages }, { model: 'm' })).messages).toEqual(messages);
    }
  });
});
