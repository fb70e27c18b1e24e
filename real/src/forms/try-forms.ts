import {
  Agent,
  type AgentInput,
  type DialectName,
  jsonSchema,
  openaiCompatible,
  type RunOptions,
  TurnwiseError,
  tool,
} from '@turnwise/core';
import { report } from '../setup/report.ts';
import { startCountingProxy } from '../solve/counting-proxy.ts';
import type { Counts } from '../solve/counts.ts';

/** Which server, and how. */
export interface FormsCommand {
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey: string;
  readonly maxTokens: number;
  /** `undefined` for Turnwise as it comes. */
  readonly dialect?: DialectName;
}

/** The result of one form of request. */
export interface FormResult {
  readonly form: string;
  readonly isStreamed: boolean;
  /** `completed`, the reason of a run that was stopped, or the code of an error. */
  readonly ending: string;
  /** The calls whose tool was executed. */
  readonly calls: readonly string[];
  /** The answer, or the message of the error. */
  readonly text: string;
  readonly counts: Counts;
}

/** A form of request: what is asked, and with which options. */
interface Form {
  readonly name: string;
  readonly input: AgentInput;
  readonly hasOutput?: boolean;
  readonly hasTools?: boolean;
  readonly toolChoice?: RunOptions<unknown>['toolChoice'];
}

/** A PNG of one pixel. */
const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const city = jsonSchema<{ readonly city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
});

const place = jsonSchema({
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'number' } },
  required: ['city', 'people'],
});

const forms: readonly Form[] = [
  { name: 'text', input: 'The capital of France is' },
  { name: 'call', input: 'What is the weather in Oslo?', hasTools: true },
  {
    name: 'named call',
    input: 'What is the weather in Oslo?',
    hasTools: true,
    toolChoice: { tool: 'get_weather' },
  },
  {
    name: 'required call',
    input: 'What is the weather in Oslo?',
    hasTools: true,
    toolChoice: 'required',
  },
  {
    name: 'parallel calls',
    input: 'What is the weather in Oslo, and what is the weather in Rome?',
    hasTools: true,
    toolChoice: 'required',
  },
  { name: 'structured output', input: 'Oslo has 700,000 people.', hasOutput: true },
  {
    name: 'image',
    input: [
      { type: 'text', text: 'Which colour has this image?' },
      { type: 'image', image: onePixel },
    ],
  },
];

/**
 * Sends each form of request once whole and once streamed. A model that never ends a reply is cut at `maxTokens`, which is an ending
 * like others here.
 */
export async function tryForms(command: FormsCommand): Promise<readonly FormResult[]> {
  const proxy = await startCountingProxy(command.baseURL);
  try {
    const results: FormResult[] = [];
    for (const form of forms) {
      for (const isStreamed of [false, true]) {
        const tried = await tryForm(form, isStreamed, { ...command, baseURL: proxy.url });
        const result = { form: form.name, isStreamed, ...tried, counts: proxy.takeCounts() };
        results.push(result);
        report(formatForm(result));
      }
    }
    return results;
  } finally {
    await proxy.close();
  }
}

async function tryForm(
  { input, hasOutput, hasTools, toolChoice }: Form,
  isStreamed: boolean,
  { baseURL, model: name, apiKey, maxTokens, dialect }: FormsCommand,
): Promise<Pick<FormResult, 'ending' | 'calls' | 'text'>> {
  const calls: string[] = [];
  const model = openaiCompatible({
    baseURL,
    model: name,
    apiKey,
    ...(dialect !== undefined && { dialect }),
  });
  const shared = {
    name: 'guide',
    model,
    tools: hasTools === true ? [weatherTool(calls)] : [],
    settings: { temperature: 0, maxOutputTokens: maxTokens },
    limits: { maxSteps: 1 },
    ...(toolChoice !== undefined && { toolChoice }),
  };
  const agent = hasOutput === true ? new Agent({ ...shared, output: place }) : new Agent(shared);
  try {
    const result = await (isStreamed ? agent.stream(input).result : agent.run(input));
    if (result.status !== 'stopped') return { ending: result.status, calls, text: textOf(result) };
    return { ending: result.reason, calls, text: '' };
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    return { ending: thrown.code, calls, text: thrown.message };
  }
}

function textOf(result: { readonly status: string; readonly text?: string }): string {
  return result.text ?? '';
}

function weatherTool(calls: string[]) {
  return tool({
    name: 'get_weather',
    description: 'Get the weather of a city.',
    parameters: city,
    execute(input) {
      calls.push(`get_weather(${JSON.stringify(input)})`);
      return { sky: 'clear' };
    },
  });
}

/** One line for a person. */
function formatForm({ form, isStreamed, ending, calls, text, counts }: FormResult): string {
  const way = isStreamed ? 'streamed' : 'whole';
  const quoted = text.replace(/\s+/g, ' ').slice(0, 100);
  return `${form}, ${way} · ${ending} · ${calls.join(' ')} · ${counts.refused} of ${counts.requests} requests refused · ${quoted}`;
}

/** A Markdown table with a row for each form. */
export function formatForms(results: readonly FormResult[]): string {
  const rows = results.map(({ form, isStreamed, ending, calls, counts }) => {
    const way = isStreamed ? 'streamed' : 'whole';
    return `| ${[form, way, ending, calls.length, counts.requests, counts.refused].join(' | ')} |`;
  });
  return [
    '| form | reply | ending | executed calls | requests | refused |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
