import { isJsonObject } from '../json.ts';
import { leftOut, type OutputPart, readPart } from './result-part.ts';

/** The content of a result of another framework. */
export interface ForeignResult {
  /** Parts for the model, or `content` in any form that a tool may return. */
  readonly parts?: readonly OutputPart[];
  readonly content?: unknown;
  readonly isError: boolean;
  /** A value for the program. */
  readonly forApp?: unknown;
}

/**
 * Reads a result of MCP (`{ content: […], structuredContent, isError }`), of the AI SDK (`{ type: 'content', value }`) or
 * of LangChain (a `ToolMessage`); `undefined` if the value is not one of them.
 */
export function readForeignResult(value: object): ForeignResult | undefined {
  const fields = value as Fields;
  return readMcp(fields) ?? readAiSdk(fields) ?? readLangChain(fields);
}

type Fields = Readonly<Record<string, unknown>>;

/** The list as parts; `undefined` if it is empty or an item is not a part. */
export function readParts(list: readonly unknown[]): readonly OutputPart[] | undefined {
  const parts = list.map(readPart);
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts : undefined;
}

const mcpKeys = new Set([
  'content',
  'structuredContent',
  'isError',
  '_meta',
  'resultType',
  'toolResult',
]);

function readMcp(fields: Fields): ForeignResult | undefined {
  const { content, structuredContent, isError } = fields;
  if (!Object.keys(fields).every((key) => mcpKeys.has(key))) return undefined;
  if (!Array.isArray(content) || !content.every(isTyped)) return undefined;
  if (content.length === 0 && structuredContent === undefined && isError === undefined) {
    return undefined;
  }
  const forApp = structuredContent === undefined ? {} : { forApp: structuredContent };
  if (content.length === 0 && structuredContent !== undefined) {
    return { content: structuredContent, isError: isError === true, ...forApp };
  }
  const parts = content.map((item) => readPart(item) ?? leftOut(`a part of type "${item.type}"`));
  return { parts, isError: isError === true, ...forApp };
}

function isTyped(item: unknown): item is { readonly type: string } {
  return isJsonObject(item) && typeof item.type === 'string';
}

const aiSdkKeys = new Set(['type', 'value', 'reason', 'providerOptions']);

function readAiSdk(fields: Fields): ForeignResult | undefined {
  const { type, value, reason, output } = fields;
  if (type === 'tool-result' && isJsonObject(output)) return readAiSdk(output);
  if (!Object.keys(fields).every((key) => aiSdkKeys.has(key))) return undefined;
  switch (type) {
    case 'text':
    case 'error-text':
      return typeof value === 'string' ? { content: value, isError: type !== 'text' } : undefined;
    case 'json':
    case 'error-json':
      return 'value' in fields ? { content: value, isError: type !== 'json' } : undefined;
    case 'content': {
      const parts = Array.isArray(value) && value.every(isTyped) ? value : undefined;
      return (
        parts && {
          parts: parts.map((item) => readPart(item) ?? leftOut(`a part of type "${item.type}"`)),
          isError: false,
        }
      );
    }
    case 'execution-denied':
      return { content: typeof reason === 'string' ? reason : 'Denied.', isError: true };
    default:
      return undefined;
  }
}

function readLangChain(fields: Fields): ForeignResult | undefined {
  const { lc, kwargs } = fields;
  if (lc === 1 && isJsonObject(kwargs) && 'content' in kwargs) return fromMessage(kwargs);
  const isMessage =
    typeof fields.getType === 'function' ||
    typeof fields._getType === 'function' ||
    ((fields.type === 'tool' || fields.role === 'tool') && typeof fields.tool_call_id === 'string');
  return isMessage && 'content' in fields ? fromMessage(fields) : undefined;
}

function fromMessage({ content, status, artifact }: Fields): ForeignResult {
  const isError = status === 'error';
  const forApp = artifact === undefined || artifact === null ? {} : { forApp: artifact };
  const parts = Array.isArray(content) ? readParts(content) : undefined;
  return parts === undefined ? { content, isError, ...forApp } : { parts, isError, ...forApp };
}
