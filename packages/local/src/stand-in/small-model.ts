import type { Json } from '../json.ts';
import { type PastToolCall, readPastCalls } from './read-calls.ts';

/** What the habits of a small model depend on. */
export interface SmallModelView {
  /** The last input of the user. */
  question: string;
  /** The results since then. */
  results: number;
  /** The last call of the conversation. */
  lastCall: PastToolCall | undefined;
}

/** The forms in which a small trained model writes calls, without those that its server parses. */
const forms: readonly ((call: PastToolCall) => string)[] = [
  writeFenced,
  (call) => `{${JSON.stringify(call)}}`,
  ({ name, arguments: given }) => `{{"name": "${name}", "arguments": ${JSON.stringify(given)}}`,
  ({ name }) => `To find this out, you can use the \`${name}\` function.`,
  (call) => `I call ${write(call, '=')}.\n<tool_result>: {"result": "all is well"}`,
  (call) => `<${write(call, '=')}>`,
  (call) => write(call, ': '),
  (call) => `<${write(call, ': ')}>: <tool_result>:`,
];

/**
 * Rewrites a reply of the stand-in as a small trained model would write it. A call gets one of eight forms, by the text of
 * the question. After one result the call is written again in that form; after two or more, the reply is empty.
 */
export function writeAsSmallModel(written: string, view: SmallModelView): string {
  const { question, results, lastCall } = view;
  if (results > 1) return '';
  const call = results === 1 ? lastCall : readPastCalls(written)[0];
  return call === undefined ? written : (forms[formOf(question)] ?? writeFenced)(call);
}

function writeFenced(call: PastToolCall): string {
  return `\`\`\`json\n${JSON.stringify(call, null, 2)}\n\`\`\``;
}

function formOf(question: string): number {
  return (
    [...question].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % forms.length
  );
}

function write({ name, arguments: given }: PastToolCall, separator: string): string {
  const written = Object.entries(given).map(([key, value]) => `${key}${separator}${toText(value)}`);
  return `${name}(${written.join(', ')})`;
}

function toText(value: Json): string {
  return JSON.stringify(value);
}
