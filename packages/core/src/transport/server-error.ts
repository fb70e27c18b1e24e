import { isJsonObject, itemsOf, type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { readWebPage } from './web-page.ts';

/** An error that a server sent, in any of the forms that servers use. */
export interface ServerError {
  /** The server's message, without the input that it repeats. Empty if there is none. */
  readonly message: string;
  /** Type, code or status name, such as `BadRequestError` or `insufficient_quota`. Empty if there is none. */
  readonly type: string;
  /** Every type, code, status name and quota id, for matching. */
  readonly labels: readonly string[];
  /** The field of the request that the error names, such as `messages[0].role`. Empty if it names none. */
  readonly param: string;
  /** An HTTP status inside the error. */
  readonly status: number | undefined;
  /** The JSON object with the message; `undefined` if the body is not JSON. */
  readonly fields: JsonObject | undefined;
  /** Whether the body is a web page. */
  readonly isWebPage: boolean;
}

/**
 * Reads `{"error":{…}}`, `{"error":"…"}`, `{"message":…}`, `{"detail":[{"loc":…,"msg":…}]}`, a list of these, an error that
 * was sent as an event, a web page, or plain text.
 */
export function readServerError(body: string): ServerError {
  const text = body.replace(/^\s*(?:event:[^\n]*[\r\n]+)?data:\s*/, '').trim();
  if (isWebPage(text)) {
    return { ...withoutFields, message: readWebPage(text), isWebPage: true };
  }
  const parsed = parseJson(text);
  const outer = Array.isArray(parsed) ? parsed.find(isJsonObject) : parsed;
  if (typeof outer === 'string') return readServerError(outer);
  if (!isJsonObject(outer)) return { ...withoutFields, message: withoutInput(text) };
  const fields = findFields(outer);
  const labels = labelsOf(outer, fields);
  return {
    message: describe(fields) ?? describe(outer) ?? JSON.stringify(withoutInputFields(outer)),
    type: labels[0] ?? '',
    labels: [...labels, ...quotaIdsOf(fields)],
    param: typeof fields.param === 'string' ? fields.param : '',
    status: [fields.code, fields.status, outer.code, outer.status, outer.status_code]
      .map(Number)
      .find((status) => Number.isInteger(status) && status >= 400 && status < 600),
    fields,
    isWebPage: false,
  };
}

function isWebPage(text: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
}

const withoutFields = {
  type: '',
  labels: [],
  param: '',
  status: undefined,
  fields: undefined,
  isWebPage: false,
} satisfies Partial<ServerError>;

/** The innermost object under `error`: some gateways wrap the error of the server in their own. */
function findFields(outer: JsonObject): JsonObject {
  let fields = outer;
  for (let level = 0; level < 4 && isJsonObject(fields.error); level += 1) fields = fields.error;
  return fields;
}

function labelsOf(outer: JsonObject, fields: JsonObject): readonly string[] {
  const values = [fields.type, fields.code, fields.status, outer.type, outer.code, outer.status];
  const labels = values.filter((value) => typeof value === 'string' && value !== '');
  return [...new Set(labels as string[])].filter((label) => !/^\d+$/.test(label));
}

/** The ids of exceeded quotas in an error of Google, such as `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
function quotaIdsOf({ details }: JsonObject): readonly string[] {
  const lists = objectsIn(details).map(({ violations }) => objectsIn(violations));
  return lists.flat().flatMap(({ quotaId }) => (typeof quotaId === 'string' ? [quotaId] : []));
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return itemsOf(value).filter(isJsonObject);
}

/** Keys that contain a message, the most common first. */
const messageKeys = [
  'message',
  'msg',
  'detail',
  'error',
  'errors',
  'issues',
  'error_message',
  'error_msg',
  'errorMessage',
  'Message',
  'faultstring',
  'fault',
  'reason',
  'title',
  'description',
];

/** Keys whose value repeats the request. */
const inputKeys: ReadonlySet<string> = new Set([
  'input',
  'body',
  'request',
  'messages',
  'prompt',
  'ctx',
  'received',
]);

/** The message in an error of any form; `undefined` if it has none. */
function describe(value: JsonValue | undefined, level = 0): string | undefined {
  if (typeof value === 'string') {
    if (value === '') return undefined;
    if (isWebPage(value)) return readWebPage(value);
    return (level > 6 ? undefined : describeInner(value, level)) ?? withoutInput(value.trim());
  }
  if (level > 6) return undefined;
  if (Array.isArray(value)) {
    const items = value.slice(0, 10).flatMap((item) => describe(item, level + 1) ?? []);
    return items.length === 0 ? undefined : items.join('; ');
  }
  if (!isJsonObject(value)) return undefined;
  const [message] = messageKeys.flatMap((key) => describe(value[key], level + 1) ?? []);
  if (message === undefined) return undefined;
  const place = placeOf(value.loc ?? value.location ?? value.path);
  return [place, message, upstreamMessage(value)].filter((part) => part !== undefined).join(': ');
}

/** The message in a text that is an error as JSON: some gateways put the whole body of the server into their own message. */
function describeInner(text: string, level: number): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const inner = parseJson(text);
  return inner === undefined ? undefined : describe(inner, level + 1);
}

/** The place of a validation error, such as `body.messages.1.content`. */
function placeOf(loc: JsonValue | undefined): string | undefined {
  if (typeof loc === 'string') return loc === '' ? undefined : loc;
  return Array.isArray(loc) && loc.length > 0 ? loc.join('.') : undefined;
}

/** OpenRouter sends "Provider returned error", with the error of the provider as text in `metadata.raw`. */
function upstreamMessage({ metadata }: JsonObject): string | undefined {
  const raw = isJsonObject(metadata) ? metadata.raw : undefined;
  if (typeof raw !== 'string' || raw === '') return undefined;
  return describe(parseJson(raw)) ?? withoutInput(raw);
}

function withoutInputFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !inputKeys.has(key)));
}

/** Removes the input from the text of a validation error of pydantic, which repeats the request. */
function withoutInput(text: string): string {
  let kept = '';
  let from = 0;
  for (const { index, 0: found } of text.matchAll(inputStart)) {
    if (index < from) continue;
    kept += `${text.slice(from, index)}${found}…`;
    from = endOfValue(text, index + found.length);
  }
  return kept + text.slice(from);
}

/** `'input': ` in a list of errors, `input_value=` in the text of one error. */
const inputStart = /['"]input['"]\s*:\s*|\binput_value=/g;

/** The end of a value in JSON or Python syntax: the next `,` or closing bracket outside of its strings and brackets. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (const { index, 0: token } of text.slice(start).matchAll(stringOrMark)) {
    if (depth === 0 && ',)]}'.includes(token)) return start + index;
    if ('([{'.includes(token)) depth += 1;
    else if (')]}'.includes(token)) depth -= 1;
  }
  return text.length;
}

/** A string, also without its end, or a character between values. */
const stringOrMark = /"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[[\]{}(),]/gs;
