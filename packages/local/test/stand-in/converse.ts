import type { Json, JsonObject } from '../../src/index.ts';
import { pick, postChat } from '../post-chat.ts';

/** A tool of a test: its definition in a request, its signature in a prompt, and its implementation. */
export interface TestTool {
  name: string;
  description: string;
  parameters: JsonObject;
  signature: string;
  run(given: JsonObject): Json;
}

/** How the prompt presents the tools. */
export type Way = 'native' | 'prompted' | 'guided';

/** The calls for a question in order, as `name {"json":…}`, and the answer. */
export interface Outcome {
  calls: string[];
  answer: string;
}

interface Call {
  id: string;
  name: string;
  arguments: JsonObject;
}

/** Asks a question and runs the tools until the model answers, as an agent would. */
export async function converse(
  url: string,
  question: string,
  tools: TestTool[],
  way: Way = 'native',
): Promise<Outcome> {
  const messages: JsonObject[] = [
    { role: 'system', content: ['You are a helper.', ...instruct(tools, way)].join('\n\n') },
    { role: 'user', content: question },
  ];
  const pastCalls: string[] = [];
  for (let step = 0; step < 8; step += 1) {
    const { status, body, text } = await postChat(url, {
      model: 'gemma',
      messages,
      ...toolFields(tools, way),
    });
    if (status !== 200) throw new Error(text);
    const message = pick(body, 'choices', 0, 'message') ?? null;
    const calls = readCalls(message, way);
    if (calls.length === 0) return { calls: pastCalls, answer: readAnswer(message, way) };
    pastCalls.push(...calls.map((call) => `${call.name} ${JSON.stringify(call.arguments)}`));
    messages.push(...replay(calls, message, tools, way));
  }
  throw new Error(`No answer to "${question}" after 8 steps: ${pastCalls.join(', ')}`);
}

const rules = {
  native: [],
  prompted: [
    'To call tools, reply with nothing but a list of calls, such as [first_tool(a="x", n=3)].',
  ],
  guided: ['Reply with JSON only: {"calls":[{"name":"f","arguments":{}}]} or {"answer":"text"}.'],
} satisfies Record<Way, string[]>;

function instruct(tools: TestTool[], way: Way): string[] {
  if (way === 'native') return [];
  const signatures = tools.map((tool) => `${tool.signature}  # ${tool.description}`);
  return [`You can call these tools:\n${signatures.join('\n')}`, ...rules[way]];
}

function toolFields(tools: TestTool[], way: Way): JsonObject {
  if (way === 'prompted') return {};
  if (way === 'native') {
    return {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
    };
  }
  const items = tools.map(({ name, parameters }) =>
    closed({ name: { const: name }, arguments: parameters }),
  );
  const schema = {
    anyOf: [
      closed({ calls: { type: 'array', minItems: 1, items: { anyOf: items } } }),
      closed({ answer: { type: 'string' } }),
    ],
  };
  return { response_format: { type: 'json_schema', json_schema: { name: 'reply', schema } } };
}

function closed(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) };
}

function readCalls(message: Json, way: Way): Call[] {
  if (way === 'native') {
    const calls = (pick(message, 'tool_calls') ?? []) as JsonObject[];
    return calls.map((call) => ({
      id: String(call.id),
      name: String(pick(call, 'function', 'name')),
      arguments: JSON.parse(String(pick(call, 'function', 'arguments'))) as JsonObject,
    }));
  }
  const content = String(pick(message, 'content'));
  if (way === 'guided') {
    const calls = (pick(JSON.parse(content), 'calls') ?? []) as { name: string }[];
    return calls.map((call) => ({ id: '', arguments: {}, ...call }));
  }
  return /^\[\w+\(.*\)\]$/s.test(content) ? readPythonList(content) : [];
}

/** Supports flat calls whose strings have no escapes. */
function readPythonList(content: string): Call[] {
  return [...content.matchAll(/(\w+)\(((?:"[^"]*"|[^()"])*)\)/g)].map(
    ([, name = '', inside = '']) => {
      const entries = [...inside.matchAll(/(\w+)=("[^"]*"|[^,]+)/g)];
      const given = entries.map(([, key = '', value = '']) => [key, JSON.parse(value)] as const);
      return { id: '', name, arguments: Object.fromEntries(given) as JsonObject };
    },
  );
}

function readAnswer(message: Json, way: Way): string {
  const content = String(pick(message, 'content'));
  return way === 'guided' ? String(pick(JSON.parse(content), 'answer')) : content;
}

function replay(calls: Call[], message: Json, tools: TestTool[], way: Way): JsonObject[] {
  const results = calls.map((call) => run(call, tools));
  if (way === 'native') {
    return calls.flatMap((call, index) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.arguments) },
          },
        ],
      },
      { role: 'tool', tool_call_id: call.id, content: results[index] ?? '' },
    ]);
  }
  const responses = calls.map(
    ({ name }, index) =>
      `<tool_response name="${name}" call="${index + 1}">\n${results[index]}\n</tool_response>`,
  );
  return [
    { role: 'assistant', content: pick(message, 'content') ?? '' },
    { role: 'user', content: responses.join('\n') },
  ];
}

function run(call: Call, tools: TestTool[]): string {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return `Unknown tool "${call.name}".`;
  const result = tool.run(call.arguments);
  return typeof result === 'string' ? result : JSON.stringify(result);
}
