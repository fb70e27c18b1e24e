import { Agent } from '../../src/agent/agent.ts';
import type { JsonObject } from '../../src/json.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { tool } from '../../src/tool/tool.ts';
import { allowedBy, grammarsOf } from './allowed-by.ts';
import type { Answer } from './model-server.ts';
import { listsModel, repliesText, startRoutedServer } from './routed-server.ts';

const model = 'qwen2.5-coder-1.5b-instruct';

/** A guided reply that calls a tool. */
export const call = (name: string, args: object) =>
  repliesText(JSON.stringify({ calls: [{ name, arguments: args }] }));
/** A guided reply that answers. */
export const answer = (text: string) => repliesText(JSON.stringify({ answer: text }));

/** A tool of an agent in a test: what it takes and what it returns. */
export interface SmallTool {
  readonly description?: string;
  readonly parameters?: JsonObject;
  readonly result?: object;
}

/** The schema of an object that has exactly these properties. */
export const closed = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
/** The schema of a text. */
export const text = (description = ''): JsonObject => ({ type: 'string', description });

/** Runs a small model with these tools and replies, an input after the other: what ran, the last answer, and what each request allowed. */
export async function ask(
  inputs: string | readonly [first: string, then: string],
  tools: Readonly<Record<string, SmallTool>>,
  ...replies: readonly Answer[]
) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    ...replies,
  );
  const ran: string[] = [];
  const agent = new Agent({
    name: 'mine',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: Object.entries(tools).map(
      ([name, { description = 'Does its work.', parameters = closed({}), result = {} }]) =>
        tool({
          name,
          description,
          parameters: jsonSchema<JsonObject>(parameters),
          execute: (args) => {
            ran.push(`${name} ${JSON.stringify(args)}`);
            return result;
          },
        }),
    ),
  });
  const [first, then] = typeof inputs === 'string' ? [inputs] : inputs;
  let result = await agent.run(first);
  if (then !== undefined && result.status === 'completed') {
    result = await agent.run(then, { transcript: result.transcript });
  }
  const grammars = grammarsOf(server.chats);
  return { result, ran, grammars, allowed: allowedBy(grammars, Object.keys(tools)) };
}
