import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { chunk, done, event, startModelServer, streamsPieces } from '../support/model-server.ts';

const stop = chunk({}, 'stop');
const answer = streamsPieces(chunk({ content: 'Done.' }), stop + done);
type Pieces = readonly (string | Uint8Array)[];

/** What listeners are shown of the first reply, without what becomes void, and the turns of the run. */
async function streamedBy(pieces: Pieces) {
  await using server = await startModelServer(streamsPieces(...pieces), answer);
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
  const parameters = { type: 'object', properties: { path: { type: 'string' } } } as const;
  const read = tool({ name: 'read', description: 'Reads.', parameters, execute: () => 'text' });
  const agent = new Agent({ name: 'reader', model, tools: [read] });
  const isFirst = ({ step, attempt }: { step: number; attempt: number }) => step + attempt === 2;
  let shown = { text: '', reasoning: '', calls: '' };
  agent.on('stream-restarted', (each) => {
    if (isFirst(each)) shown = { text: '', reasoning: '', calls: '' };
  });
  agent.on('text-delta', (each) => {
    if (isFirst(each)) shown.text += each.text;
  });
  agent.on('reasoning-delta', (each) => {
    if (isFirst(each)) shown.reasoning += each.text;
  });
  agent.on('call-delta', (each) => {
    if (isFirst(each)) shown.calls += (each.name ?? '') + (each.arguments ?? '');
  });
  const { transcript, usage } = await agent.stream('Read it.').result;
  return { shown, turns: transcript.turns.slice(1), usage, requests: server.requests.length };
}

/** The bytes of a body in pieces that end at these places. */
function splitAt(body: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(body);
  const ends = [...places.filter((place) => place < bytes.length), bytes.length];
  return ends.sort((one, other) => one - other).map((end, at) => bytes.subarray(ends[at - 1], end));
}

describe.each([
  ['one packet', (body: string): Pieces => [body]],
  ['a packet for each byte', (body: string): Pieces => splitAt(body, [...Array(900).keys()])],
])('in %s,', (_name, split) => {
  const hi = chunk({ content: 'Hi' });
  const there = chunk({ content: ' there.' });
  const noReason = event({ choices: [{ delta: { content: 'Hi there.' } }] });

  test.each([
    ['events without an empty line between them', (hi + there + stop).replaceAll('\n\n', '\n')],
    ['such events and [DONE]', (noReason + done).replaceAll('\n\n', '\n')],
    ['a byte order mark between two events', `${hi}\uFEFF${there}${stop}`],
    ['a space before a field', `${hi} ${there} ${stop}`],
    ['a field in capitals', (hi + there + stop).replaceAll('data', 'Data')],
    ['two spaces before [DONE]', `${noReason}data:  [DONE]\n\n`],
    ['[done] in small letters', `${noReason}data: [done]\n\n`],
    ['"[DONE]" as JSON', `${noReason}data: "[DONE]"\n\n`],
  ])('no text is lost: %s', async (_form, body) => {
    const { shown, turns } = await streamedBy(split(body));
    expect(turns).toEqual([{ role: 'assistant', kind: 'text', text: 'Hi there.' }]);
    expect(shown.text).toBe('Hi there.');
  });

  test('the pieces of a complete reply are shown, also if an error follows it', async () => {
    const named = { index: 0, id: 'a', function: { name: 'read', arguments: '{"path":"a"}' } };
    const call = chunk({ reasoning: 'I read it.' }) + chunk({ tool_calls: [named] });
    const body = call + chunk({}, 'tool_calls') + event({ error: 'The worker has died.' });
    const { shown } = await streamedBy(split(body));
    expect(shown).toEqual({ text: '', reasoning: 'I read it.', calls: 'read{"path":"a"}' });
  });
});

test('texts, reasoning, calls and usage are the same for every split of a stream', async () => {
  const fragment = fc.constantFrom(
    ...['data: ', '\n\n', '[DONE]', '"', '\\', '\\u003c', ' ', '🙂', '\ud83d', '\ude00', '<b>'],
    ...['<think>', '</thi', 'nk>', '\n</think>\n', '"}}]}', 'another piece', '\u2028', ''],
  );
  const word = fc.oneof(fragment, anyText({ maxLength: 4 }));
  const callPiece = word.map((text) => ({
    tool_calls: [{ index: 0, function: { arguments: text } }],
  }));
  const delta = fc.oneof(
    { weight: 4, arbitrary: word.map((content) => ({ content })) },
    { weight: 2, arbitrary: word.map((reasoning) => ({ content: null, reasoning })) },
  );
  const call = [{ tool_calls: [{ index: 0, id: 'a', function: { name: 'read', arguments: '' } }] }];
  const reply = fc.oneof(
    { weight: 3, arbitrary: fc.array(delta, { maxLength: 12 }) },
    fc.array(callPiece, { maxLength: 6 }).map((pieces) => [...call, ...pieces]),
  );
  const form = fc.record({
    before: fc.constantFrom('', '', '\uFEFF', ': ping\n\n', 'id: 1\nevent: chunk\n'),
    lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    changes: fc.constantFrom('none', 'created', 'usage'),
  });
  const cuts = fc.array(fc.nat(2_000), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(reply, form, cuts, async (deltas, { before, lineEnd, changes }, places) => {
      const events = deltas.map((each, at) =>
        event({
          choices: [{ index: 0, delta: each, finish_reason: null }],
          ...(changes === 'created' && { created: at }),
          ...(changes === 'usage' && { usage: { prompt_tokens: 9, completion_tokens: at } }),
        }),
      );
      const body = before + [...events, chunk({ content: 'End.' }), stop, done].join(before);
      const sent = body.replaceAll('\n', lineEnd);
      const whole = await streamedBy([sent]);
      expect(await streamedBy(splitAt(sent, places))).toEqual(whole);
      const [first] = whole.turns;
      if (first?.role === 'assistant' && first.kind === 'text' && whole.requests === 1) {
        expect(whole.shown).toMatchObject({ text: first.text, reasoning: first.reasoning ?? '' });
      }
    }),
    { numRuns: propertyRuns },
  );
});
