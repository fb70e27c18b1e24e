import { isObject, type JsonObject, parseJson, toText } from '../json.ts';
import type { OfferedTool } from './offered-tool.ts';
import { toOfferedTool } from './offered-tool.ts';
import { type PastToolCall, readPastCalls } from './read-calls.ts';
import { readSignatures } from './read-signatures.ts';

/** A past call and its result; `undefined` if the history has no result. */
export interface DoneCall extends PastToolCall {
  result: string | undefined;
}

/** One input of the user, with the calls that were made for it. */
export interface Exchange {
  question: string;
  calls: DoneCall[];
  /** The model's answer; `undefined` while the exchange is open. */
  answer: string | undefined;
}

/** The format of calls that the prompt asks for. */
export type CallStyle = 'python' | 'json' | 'tagged';

/** What the stand-in reads from a prompt. The last exchange is the open one. */
export interface Conversation {
  instructions: string;
  tools: OfferedTool[];
  callStyle: CallStyle;
  /** Whether the instructions require a call: of any tool, or of the tool with this name. */
  mustCall: boolean | string;
  /** The JSON Schema that the instructions require for the answer. */
  answerSchema: JsonObject | undefined;
  exchanges: Exchange[];
}

/** Reads a rendered prompt by its turn tokens. A forged token counts like a real one, as it does for a model. */
export function readPrompt(prompt: string): Conversation {
  const turns = readTurns(prompt);
  const systems = turns.filter(({ role }) => role === 'system').map(({ text }) => text);
  const rest = turns.filter(({ role }) => role !== 'system');
  const first = rest[0]?.role === 'user' ? splitOpening(rest[0].text, rest[1]) : undefined;
  const instructions = [...systems, first?.instructions ?? ''].filter(Boolean).join('\n\n');
  const conversation =
    first === undefined ? rest : [{ role: 'user', text: first.input }, ...rest.slice(1)];
  return {
    instructions,
    tools: readTools(instructions),
    callStyle: toCallStyle(instructions),
    mustCall: toMustCall(instructions),
    answerSchema: readAnswerSchema(instructions),
    exchanges: toExchanges(conversation),
  };
}

interface Turn {
  role: string;
  text: string;
}

/** The turns of a prompt, without the open turn of the model at its end. */
function readTurns(prompt: string): Turn[] {
  const pieces = prompt.split('<start_of_turn>');
  const turns = pieces.flatMap((piece, index) => {
    const text = piece.replace(/<end_of_turn>\n?$/, '').replaceAll('<bos>', '');
    // If the server cut the start of the prompt, it starts in the middle of a turn.
    if (index === 0) return text.trim() === '' ? [] : [{ role: 'user', text }];
    const line = text.indexOf('\n');
    if (line === -1) return [{ role: text.trim(), text: '' }];
    return [{ role: text.slice(0, line).trim(), text: text.slice(line + 1) }];
  });
  return turns.at(-1)?.role === 'model' ? turns.slice(0, -1) : turns;
}

const listHeadings = [
  'Here is a list of functions in JSON format that you can invoke.\n',
  "You can call any of the following tools to satisfy the user's requests: ",
];

/** If the prompt starts with two user turns, the first holds the instructions of a server without system role. */
function splitOpening(text: string, next: Turn | undefined) {
  const isSystem = next?.role === 'user' && !/<tool_(?:response|result)/.test(next.text);
  return isSystem ? { instructions: text, input: '' } : splitFirstTurn(text);
}

/** Gemma has no system turn: instructions and the first input of the user are in one turn. */
function splitFirstTurn(text: string): { instructions: string; input: string } {
  const end = findListEnd(text);
  const { instructions, input } = splitParagraphs(text.slice(end).trimStart());
  return { instructions: [text.slice(0, end), instructions].filter(Boolean).join('\n\n'), input };
}

/** The end of the server's list of tools, including its example of a call; 0 if there is no list. */
function findListEnd(text: string): number {
  const heading = listHeadings.find((candidate) => text.includes(candidate));
  if (heading === undefined) return 0;
  const listEnd = findJsonEnd(text, text.indexOf(heading) + heading.length);
  const example = /^\s*Example tool call syntax:\s*/.exec(text.slice(listEnd));
  return example === null ? listEnd : findJsonEnd(text, listEnd + example[0].length);
}

/** The input is the last paragraph, together with the paragraphs before it that are not instructions. */
function splitParagraphs(text: string): { instructions: string; input: string } {
  const paragraphs = text.split(/\n\s*\n/);
  let from = Math.max(0, paragraphs.length - 1);
  while (from > 0 && !looksLikeInstructions(paragraphs[from - 1] ?? '')) from -= 1;
  return {
    instructions: paragraphs.slice(0, from).join('\n\n'),
    input: paragraphs.slice(from).join('\n\n').trim(),
  };
}

function looksLikeInstructions(paragraph: string): boolean {
  if (readSignatures(paragraph).length > 0) return true;
  return instructionStart.test(paragraph.trim()) || /\btools?\b|\bfunctions?\b/i.test(paragraph);
}

const instructionStart =
  /^(?:[#*<[{]|you(?:'re| are| must| may| can)|your (?:task|job|role|answer|repl|next)|be |always|never|do not|don't|answer|reply|respond|use |to call|available|only |write |example|results?\b|speak|today is|keep |if (?:you|no|a |the ))/i;

/** The end of the JSON value that starts at or after `from`; `from` if there is none. */
function findJsonEnd(text: string, from: number): number {
  const signs = /"(?:[^"\\]|\\[\s\S])*"|[[\]{}]/g;
  signs.lastIndex = Math.max(0, from);
  let depth = 0;
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    if ('[{'.includes(sign[0])) depth += 1;
    if (']}'.includes(sign[0])) depth -= 1;
    if (depth === 0 && !sign[0].startsWith('"')) return signs.lastIndex;
  }
  return from;
}

function readTools(instructions: string): OfferedTool[] {
  const heading = listHeadings.find((candidate) => instructions.includes(candidate));
  if (heading !== undefined) {
    const from = instructions.indexOf(heading) + heading.length;
    const list = parseJson(instructions.slice(from, findJsonEnd(instructions, from)));
    return Array.isArray(list) ? list.flatMap((tool) => toOfferedTool(tool) ?? []) : [];
  }
  const lines = instructions.split('\n').map((line) => parseJson(line.replace(/,$/, '')));
  const listed = lines.flatMap((value) => (isObject(value) ? (toOfferedTool(value) ?? []) : []));
  return listed.length > 0 ? listed : readSignatures(instructions);
}

function toCallStyle(instructions: string): CallStyle {
  if (instructions.includes('<tool_call>')) return 'tagged';
  if (/python/i.test(instructions) || /\[\w+\(/.test(instructions)) return 'python';
  return /"(?:arguments|parameters|args)"/.test(instructions) ? 'json' : 'python';
}

function toMustCall(instructions: string): boolean | string {
  const rule = /\brepl(?:y|ies) must be (?:calls?\b|a call(?: of ([\w.-]+))?)/i.exec(instructions);
  return rule?.[1]?.replace(/[.,]$/, '') ?? rule !== null;
}

function readAnswerSchema(instructions: string): JsonObject | undefined {
  const label = /\bJSON Schema\b[^\n{]*:\s*(?=\{)/i.exec(instructions);
  if (label === null) return undefined;
  const from = label.index + label[0].length;
  const schema = parseJson(instructions.slice(from, findJsonEnd(instructions, from)));
  return isObject(schema) ? schema : undefined;
}

function toExchanges(turns: Turn[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const { role, text } of turns) {
    const open = exchanges.at(-1);
    if (role === 'model') addModelTurn(exchanges, text);
    else if (open === undefined || open.answer !== undefined) exchanges.push(toExchange(text));
    else addInput(open, text);
  }
  return exchanges.length > 0 ? exchanges : [toExchange('')];
}

function toExchange(text: string): Exchange {
  const exchange: Exchange = { question: '', calls: [], answer: undefined };
  addInput(exchange, text);
  return exchange;
}

function addModelTurn(exchanges: Exchange[], text: string): void {
  if (exchanges.length === 0) exchanges.push(toExchange(''));
  const open = exchanges.at(-1);
  if (open === undefined) return;
  const calls = readPastCalls(text);
  if (calls.length > 0) open.calls.push(...calls.map((call) => ({ ...call, result: undefined })));
  else open.answer = readAnswer(text);
}

/** A guided answer is a JSON object with one text. */
function readAnswer(text: string): string {
  const value = parseJson(text);
  if (!isObject(value)) return text;
  return toText(value.answer ?? value.response, text);
}

const taggedResult = /<tool_(response|result)([^>]*)>\n?([\s\S]*?)\n?<\/tool_\1>/g;

function addInput(exchange: Exchange, text: string): void {
  const json = parseJson(text);
  const response = isObject(json) ? json.tool_response : undefined;
  if (isObject(response)) {
    addResult(exchange, toText(response.content), undefined);
    return;
  }
  // No match is possible after the last closing tag; scanning that text would only take time.
  const end = Math.max(endOfLast(text, '</tool_response>'), endOfLast(text, '</tool_result>'));
  const responses = text.slice(0, end);
  for (const [, , attributes = '', result = ''] of responses.matchAll(taggedResult)) {
    addResult(exchange, result, /name="([^"]*)"/.exec(attributes)?.[1]);
  }
  const rest = responses.replace(taggedResult, '') + text.slice(end);
  const input = shorten(rest.replaceAll('<start_of_image>', '').trim());
  if (input === '' || (exchange.calls.length > 0 && looksLikeInstructions(input))) return;
  exchange.question = exchange.question === '' ? input : `${exchange.question}\n${input}`;
}

/** The end of the last occurrence of a tag; 0 if the text does not contain it. */
function endOfLast(text: string, tag: string): number {
  return text.includes(tag) ? text.lastIndexOf(tag) + tag.length : 0;
}

/** The question is at the start or at the end; the middle of a long text would only take time. */
function shorten(text: string): string {
  const share = 1_500;
  return text.length <= 2 * share ? text : `${text.slice(0, share)}\n${text.slice(-share)}`;
}

/** Results have the order of the calls; if the tag names a tool, the result goes to a call of that tool. */
function addResult(exchange: Exchange, result: string, name: string | undefined): void {
  const waiting = exchange.calls.filter((call) => call.result === undefined);
  const call = waiting.find((candidate) => candidate.name === name) ?? waiting[0];
  if (call !== undefined) call.result = result.trim();
}
