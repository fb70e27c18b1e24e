import { describe, expect, test } from '@jest/globals';
import type { WireBody, WireMessage } from '../../src/dialect/wire.ts';
import { bodyBytes } from '../../src/transport/body-bytes.ts';

const hello: WireMessage = { role: 'user', content: 'Say "hi"\n✓' };
const picture: WireMessage = {
  role: 'user',
  content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
};
const tools: WireBody['tools'] = [
  {
    type: 'function',
    function: { name: 'f', description: 'A tool.', parameters: { type: 'object' } },
  },
];

function bodyText(...input: Parameters<typeof bodyBytes>): string {
  return bodyBytes(...input).toString();
}

describe('bodyBytes', () => {
  test('encodes the body with the fields merged into it, also when the same body is encoded again', () => {
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

  test('omits undefined values, like JSON.stringify', () => {
    expect(bodyText({ messages: [hello] }, { model: 'm', top_k: undefined })).toBe(
      JSON.stringify({ model: 'm', messages: [hello] }),
    );
  });

  test('uses a field that replaces the tools, not the cached tools', () => {
    bodyText({ messages: [hello], tools }, {});
    expect(JSON.parse(bodyText({ messages: [hello], tools }, { tools: [] }))).toEqual({
      messages: [hello],
      tools: [],
    });
  });

  test('encodes the new messages of a conversation, and none of another branch', () => {
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
