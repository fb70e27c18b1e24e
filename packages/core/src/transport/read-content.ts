import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts';

/** What a message or a delta contains. */
export interface ReplyContent {
  readonly text: string;
  readonly reasoning: string;
  /** Entries of `tool_calls`, in any form. */
  readonly calls: readonly JsonValue[];
}

/**
 * Reads a message or a delta in every form that servers are known to send: content as text or as parts, of which some are
 * thoughts or calls; `refusal`; reasoning in one of several fields, as text or as a list; the legacy `function_call`.
 */
export function readContent(message: JsonObject): ReplyContent {
  const { content, refusal } = message;
  const parts = partsOf(content);
  const text = typeof content === 'string' ? content : parts.map(textOfPart).join('');
  const calls = callEntries(message);
  return {
    text: typeof refusal === 'string' ? text + refusal : text,
    reasoning: readReasoning(message) + parts.map(thoughtOfPart).join(''),
    calls: calls.length > 0 ? calls : parts.filter(isCallPart),
  };
}

/**
 * Fields with reasoning. Some servers repeat the same reasoning in two of them (Privatemode's proxy until 2026-05, OpenRouter),
 * so only the first counts.
 */
const reasoningFields = [
  'reasoning',
  'reasoning_content',
  'reasoning_text',
  'thinking',
  'reasoning_details',
  'thinking_blocks',
];

function readReasoning(message: JsonObject): string {
  for (const field of reasoningFields) {
    const text = textOfReasoning(message[field], 0);
    if (text !== '') return text;
  }
  return '';
}

/** The text of reasoning: a text, an object with one, or a list of these. */
function textOfReasoning(value: JsonValue | undefined, level: number): string {
  if (typeof value === 'string') return value;
  if (level > 3) return '';
  if (Array.isArray(value)) return value.map((each) => textOfReasoning(each, level + 1)).join('');
  if (!isJsonObject(value)) return '';
  const { text, thinking, reasoning, content, summary } = value;
  const found = [text, thinking, reasoning, content, summary].find((each) => each);
  return textOfReasoning(found, level + 1);
}

const noParts: readonly JsonValue[] = [];

function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(content)) return content;
  return isJsonObject(content) ? [content] : noParts;
}

/** Mistral sends thoughts as parts with the type `thinking`; Google marks them with `thought: true`. */
function isThoughtPart({ type, thought }: JsonObject): boolean {
  return thought === true || (typeof type === 'string' && /^(?:think|reason|thought)/.test(type));
}

function thoughtOfPart(part: JsonValue): string {
  return isJsonObject(part) && isThoughtPart(part) ? textOfReasoning(part, 0) : '';
}

function textOfPart(part: JsonValue): string {
  if (typeof part === 'string') return part;
  if (!isJsonObject(part) || isThoughtPart(part)) return '';
  const { text, refusal } = part;
  if (typeof text === 'string') return text;
  return typeof refusal === 'string' ? refusal : '';
}

/** Proxies of Anthropic send calls as parts of the content. */
function isCallPart(part: JsonValue): boolean {
  return isJsonObject(part) && typeof part.type === 'string' && callTypes.has(part.type);
}

const callTypes: ReadonlySet<string> = new Set(['tool_use', 'tool_call', 'function_call']);

/** The entries of `tool_calls`, or else the legacy `function_call`, which some servers send in addition. */
function callEntries({ tool_calls, function_call }: JsonObject): readonly JsonValue[] {
  if (tool_calls === undefined && function_call === undefined) return noParts;
  const calls = toList(tool_calls);
  if (calls.length > 0) return calls;
  return toList(function_call).map((call) =>
    isJsonObject(call) ? { index: 0, function: call } : call,
  );
}

/** The entries of a list, also if it is JSON in a string, or a list in a list. */
function toList(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return value.some(isNoEntry) ? value.flatMap(entriesIn) : value;
  return (
    listInText(value) ?? (value === undefined || value === null || value === false ? [] : [value])
  );
}

/** Whether it is not an object, as the entries of almost all servers are. */
function isNoEntry(entry: JsonValue): boolean {
  return !isJsonObject(entry);
}

/** An entry that is an empty list or text is a placeholder like `null`. */
function entriesIn(entry: JsonValue): readonly JsonValue[] {
  const list = Array.isArray(entry) ? entry : (listInText(entry) ?? [entry]);
  return list.length === 0 ? [null] : list;
}

/** The entries in a text that is JSON; `undefined` if the value is something else. */
function listInText(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = parseJson(value);
  if (Array.isArray(parsed)) return parsed;
  return isJsonObject(parsed) ? [parsed] : parsed === null || value.trim() === '' ? [] : undefined;
}
