import type { ToolSpec } from '@turnwise/core/model';

/** A conversation whose texts can be found again in a rendered prompt. */
export interface Scenario {
  readonly name: string;
  /** Messages in the form of OpenAI. */
  readonly history: readonly Readonly<Record<string, unknown>>[];
  /** Texts that the prompt must contain, once, in this order. */
  readonly markers: readonly string[];
}

export const instructions = 'Answer as the SYSTEMMARK clerk.';

export const rateTool: ToolSpec = {
  name: 'fetch_rate',
  description: 'TOOLMARK: the rate of one currency.',
  parameters: {
    type: 'object',
    properties: { code: { type: 'string', description: 'PARAMETERMARK: its code.' } },
    required: ['code'],
    additionalProperties: false,
  },
};

/** Texts that every prompt must contain, at any place. */
export const everywhere = ['SYSTEMMARK', 'TOOLMARK', 'PARAMETERMARK'];

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const calls = (...codes: readonly string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: codes.map((code) => ({
    id: `call_${code}`,
    type: 'function',
    function: { name: rateTool.name, arguments: JSON.stringify({ code }) },
  })),
});
const result = (code: string, content: string) => ({
  role: 'tool',
  tool_call_id: `call_${code}`,
  content,
});

export const scenarios: readonly Scenario[] = [
  { name: 'question', history: [user('QUESTIONONE')], markers: ['QUESTIONONE'] },
  {
    name: 'next question',
    history: [user('QUESTIONONE'), assistant('ANSWERONE'), user('QUESTIONTWO')],
    markers: ['QUESTIONONE', 'ANSWERONE', 'QUESTIONTWO'],
  },
  {
    name: 'result',
    history: [user('QUESTIONONE'), calls('ARGUMENTONE'), result('ARGUMENTONE', 'RESULTONE')],
    markers: ['QUESTIONONE', 'ARGUMENTONE', 'RESULTONE'],
  },
  {
    name: 'two results',
    history: [
      user('QUESTIONONE'),
      calls('ARGUMENTONE', 'ARGUMENTTWO'),
      result('ARGUMENTONE', 'RESULTONE'),
      result('ARGUMENTTWO', 'RESULTTWO'),
    ],
    // The result of the first call may be between the two calls.
    markers: ['QUESTIONONE', 'ARGUMENTONE', 'RESULTONE', 'RESULTTWO'],
  },
  {
    name: 'second call',
    history: [
      user('QUESTIONONE'),
      calls('ARGUMENTONE'),
      result('ARGUMENTONE', 'RESULTONE'),
      calls('ARGUMENTTWO'),
      result('ARGUMENTTWO', 'RESULTTWO'),
    ],
    markers: ['QUESTIONONE', 'ARGUMENTONE', 'RESULTONE', 'ARGUMENTTWO', 'RESULTTWO'],
  },
  {
    name: 'after an answer',
    history: [
      user('QUESTIONONE'),
      calls('ARGUMENTONE'),
      result('ARGUMENTONE', 'RESULTONE'),
      assistant('ANSWERONE'),
      user('QUESTIONTWO'),
    ],
    markers: ['QUESTIONONE', 'ARGUMENTONE', 'RESULTONE', 'ANSWERONE', 'QUESTIONTWO'],
  },
  {
    name: 'input after a result',
    history: [
      user('QUESTIONONE'),
      calls('ARGUMENTONE'),
      result('ARGUMENTONE', 'RESULTONE'),
      user('QUESTIONTWO'),
    ],
    markers: ['QUESTIONONE', 'ARGUMENTONE', 'RESULTONE', 'QUESTIONTWO'],
  },
  {
    name: 'two users in a row',
    history: [user('QUESTIONONE'), user('QUESTIONTWO')],
    markers: ['QUESTIONONE', 'QUESTIONTWO'],
  },
];
