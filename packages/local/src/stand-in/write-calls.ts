import { isObject, type Json, type JsonObject } from '../json.ts';
import type { PastToolCall } from './read-calls.ts';
import { type CallStyle, readPrompt } from './read-prompt.ts';
import { writeByGrammar } from './write-by-grammar.ts';

/** Writes calls in the format that the prompt asks for, or that the grammar forces. */
export function writeCallsAsAsked(
  calls: readonly PastToolCall[],
  { prompt, grammar }: { prompt: string; grammar?: JsonObject | undefined },
): string {
  const conversation = readPrompt(prompt);
  if (grammar === undefined) return writeCalls(calls, conversation.callStyle);
  const exchange = conversation.exchanges.at(-1) ?? { question: '', calls: [], answer: undefined };
  return writeByGrammar(grammar, { calls, answer: '', exchange });
}

/** Writes calls as Gemma does: `[f(a="x", n=3), g()]`, or as JSON if the prompt asks for JSON. */
export function writeCalls(calls: readonly PastToolCall[], style: CallStyle): string {
  if (style === 'tagged') {
    return calls.map((call) => `<tool_call>${JSON.stringify(call)}</tool_call>`).join('\n');
  }
  if (style === 'json') return JSON.stringify(calls.length === 1 ? calls[0] : calls);
  return `[${calls.map(writePythonCall).join(', ')}]`;
}

function writePythonCall({ name, arguments: given }: PastToolCall): string {
  const written = Object.entries(given).map(([key, value]) => `${key}=${toPythonLiteral(value)}`);
  return `${name}(${written.join(', ')})`;
}

function toPythonLiteral(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(toPythonLiteral).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${toPythonLiteral(item)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}
