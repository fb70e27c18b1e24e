import type { JsonObject, JsonValue } from '@turnwise/core';

/** What a server asks for in the middle of a call: its message, and the JSON Schema of the answer. */
export interface InputRequest {
  readonly method?: unknown;
  readonly params?: {
    readonly message?: unknown;
    readonly requestedSchema?: unknown;
  };
}

/** The fields of an answer; the server checks them. */
type InputContent = Record<string, string | number | boolean | string[]>;

/** The answer to one request as MCP has it. */
export type InputAnswer =
  | { readonly action: 'accept'; readonly content: InputContent }
  | { readonly action: 'decline' };

/** Asks a human; rejects if the run must pause for it. */
export type Ask = (question: JsonValue) => Promise<JsonValue>;

/** Asks a human each question of a server, one after the other. Throws for a request that is not a question. */
export async function answerRequests(
  requests: Readonly<Record<string, unknown>>,
  source: { readonly server: string; readonly tool: string },
  ask: Ask,
): Promise<Readonly<Record<string, InputAnswer>>> {
  const answers: Record<string, InputAnswer> = {};
  // The order must be the same in each execution of the call.
  for (const key of Object.keys(requests).sort()) {
    answers[key] = await answerRequest(Object(requests[key]) as InputRequest, source, ask);
  }
  return answers;
}

/** Asks a human one question of a server. */
export async function answerRequest(
  { method, params = {} }: InputRequest,
  { server, tool }: { readonly server: string; readonly tool: string },
  ask: Ask,
): Promise<InputAnswer> {
  const { message, requestedSchema } = params;
  if (method !== 'elicitation/create' || typeof requestedSchema !== 'object') {
    throw new Error(
      `The MCP server "${server}" asks for "${String(method)}", which is not supported.`,
    );
  }
  const schema = JSON.parse(JSON.stringify(requestedSchema)) as JsonObject;
  const answer = await ask({ server, tool, message: String(message ?? ''), schema });
  if (answer === null || answer === false) return { action: 'decline' };
  if (typeof answer === 'object' && !Array.isArray(answer)) {
    return { action: 'accept', content: answer as InputContent };
  }
  const [only, ...others] = Object.keys(Object(schema.properties));
  if (only === undefined || others.length > 0) {
    throw new Error(
      `The answer to the MCP server "${server}" must be an object that matches its schema.`,
    );
  }
  return { action: 'accept', content: { [only]: answer as InputContent[string] } };
}
