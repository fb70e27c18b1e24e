import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type DialectName,
  type ModelProfile,
  type OutputInvalidError,
  openaiCompatible,
  profiles,
  type RunResult,
  type TurnwiseError,
} from '@turnwise/core';
import {
  type LocalEndpoint,
  type LocalEndpointOptions,
  quirksNames,
  startLocalEndpoint,
} from '@turnwise/local';
import { deskCases } from '../../../scripts/desk-cases.ts';
import { createReporter, type Report } from '../src/create-reporter.ts';

const question = 'What is the weather in Paris?';
const report = { city: 'Paris', celsius: 21, sky: 'sunny' };
const correct = JSON.stringify(report);

/** Every server, with the detected dialect and with the dialects that every server supports. */
const servers = quirksNames.filter((name) => name !== 'small-model');
const combinations = servers.flatMap((quirks) =>
  ([undefined, 'prompted', 'guided'] as const).map((dialect) => ({ quirks, dialect })),
);

let endpoint: LocalEndpoint | undefined;
afterEach(() => endpoint?.close());

interface Asked {
  readonly end: RunResult<Report> | TurnwiseError;
  /** Bodies of the chat requests that a model answered. */
  readonly chats: readonly LocalEndpoint['requests'][number]['body'][];
}

async function ask(
  options: LocalEndpointOptions,
  { dialect, stream = true }: { dialect?: DialectName | undefined; stream?: boolean } = {},
): Promise<Asked> {
  endpoint = await startLocalEndpoint({ contextWindow: 8_192, ...options });
  const agent = createReporter({
    model: openaiCompatible({
      baseURL: endpoint.url,
      model: endpoint.models[0] ?? '',
      ...(dialect === undefined ? {} : { dialect, profile: profileOf(endpoint.quirks) }),
      retry: { maxRetries: 0 },
    }),
  });
  const running = stream ? agent.stream(question).result : agent.run(question);
  const end = await running.catch((error: TurnwiseError) => error);
  const chats = endpoint.requests.filter(
    ({ path, status }) => path.endsWith('/chat/completions') && status === 200,
  );
  return { end, chats: chats.map(({ body }) => body) };
}

/** Without information from the server, the detected profile could have control tokens that a dialect uses in its text. */
function profileOf(quirks: LocalEndpoint['quirks']): ModelProfile | 'auto' {
  return quirks === 'none' ? profiles.openai : 'auto';
}

function expectSeparate({ chats }: Asked): void {
  for (const { tools, response_format } of chats) {
    expect(tools !== undefined && response_format !== undefined).toBe(false);
  }
}

describe.each(deskCases(combinations, 4))('on $quirks, dialect $dialect', ({ quirks, dialect }) => {
  test.each([true, false])('the output is correct, streamed: %s', async (stream) => {
    const asked = await ask({ quirks }, { dialect, stream });
    expect(asked.end).toMatchObject({ status: 'completed', output: report });
    expectSeparate(asked);
    // A call, a draft, and an answer as JSON if the draft was prose.
    expect(asked.chats.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['fenced', { text: `\`\`\`json\n${correct}\n\`\`\`` }],
    ['in prose', { text: `The report:\n${correct}\nAnything else?` }],
    ['wrong in one type', { text: correct.replace('21', '"warm"') }],
    ['cut', { text: correct.slice(0, 20), finishReason: 'length' as const }],
    ['empty', { text: '' }],
    ['refused by validateOutput', { text: correct.replace('21', '35') }],
  ])(
    'an answer that is %s leads to a correct output within the limit of retries',
    async (_, wrong) => {
      const calls = [{ name: 'get_weather', arguments: { city: 'Paris' } }];
      const draft = { text: 'Let me think.' };
      const asked = await ask({ quirks, script: [{ calls }, asAct(draft), wrong] }, { dialect });
      expect(asked.end).toMatchObject({ status: 'completed', output: report });
      expectSeparate(asked);
      // A call, a draft, an answer, and two retries.
      expect(asked.chats.length).toBeLessThanOrEqual(5);
    },
  );

  test('a reply that is never correct ends in an error with the text and the issues', async () => {
    const wrong = { text: '{"city":"Paris","celsius":"warm","sky":5}' };
    const calls = [{ name: 'get_weather', arguments: { city: 'Paris' } }];
    const script = [{ calls }, asAct({ text: 'Warm.' }), wrong, wrong, wrong, wrong];
    const asked = await ask({ quirks, script }, { dialect });
    expect(asked.end).toMatchObject({ code: 'output_invalid', text: wrong.text });
    expect((asked.end as OutputInvalidError).issues).toEqual([
      expect.stringMatching(/^celsius: /),
      expect.stringMatching(/^sky: /),
    ]);
    expect(asked.chats).toHaveLength(5);
    expectSeparate(asked);
  });

  /** In the guided dialect the grammar makes a draft JSON. */
  function asAct({ text }: { text: string }) {
    return { text: dialect === 'guided' ? JSON.stringify({ answer: text }) : text };
  }
});
