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
 * of LangChain (a `ToolMessage`), or a `tool_result` of Anthropic; `undefined` if the value is not one of them.
 */
export function readForeignResult(value: object): ForeignResult | undefined {
  const fields = value as Fields;
  return readMcp(fields) ?? readAiSdk(fields) ?? readLangChain(fields) ?? readAnthropic(fields);
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
  const { content = [], structuredContent = null, isError, toolResult } = fields;
  if (!isMcp(fields) || !Array.isArray(content) || !content.every(isTyped)) return undefined;
  const forApp = structuredContent === null ? {} : { forApp: structuredContent };
  const hasError = isError === true;
  // Servers of the first version of MCP.
  if (content.length === 0 && toolResult !== undefined) {
    return { content: toolResult, isError: hasError };
  }
  if (content.length === 0 && structuredContent !== null) {
    return { content: structuredContent, isError: hasError, ...forApp };
  }
  const parts = content.map((item) => readPart(item) ?? leftOut(`a part of type "${item.type}"`));
  return { parts, isError: hasError, ...forApp };
}

/** Servers may add keys to a result of MCP, so its own keys decide. Only `content` next to other keys may be anything. */
function isMcp(fields: Fields): boolean {
  const { content, structuredContent, isError } = fields;
  if (typeof isError === 'boolean' && Array.isArray(content)) return true;
  if (!Object.keys(fields).every((key) => mcpKeys.has(key))) {
    return isJsonObject(structuredContent) && Array.isArray(content);
  }
  const isEmpty = Array.isArray(content) && content.length === 0;
  if (isEmpty || content === undefined) {
    return (
      structuredContent !== undefined || 'toolResult' in fields || typeof isError === 'boolean'
    );
  }
  return true;
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

function readAnthropic({
  type,
  tool_use_id,
  content,
  is_error,
}: Fields): ForeignResult | undefined {
  const isResult = type === 'tool_result' && typeof tool_use_id === 'string';
  return isResult
    ? fromMessage({ content, ...(is_error === true && { status: 'error' }) })
    : undefined;
}

function fromMessage({ content, status, artifact }: Fields): ForeignResult {
  const isError = status === 'error';
  const forApp = artifact === undefined || artifact === null ? {} : { forApp: artifact };
  const parts = Array.isArray(content) ? readParts(content) : undefined;
  return parts === undefined ? { content, isError, ...forApp } : { parts, isError, ...forApp };
}
