import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Milliseconds that a response asks to wait: from `retry-after-ms`, or from `Retry-After` in seconds or as an HTTP date.
 * `undefined` if there is no such header, or its value cannot be read.
 */
export function readRetryAfter(
  headers: { get(name: string): string | null },
  now: number = Date.now(),
): number | undefined {
  const milliseconds = toNumber(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const retryAfter = headers.get('retry-after');
  const seconds = toNumber(retryAfter);
  if (seconds !== undefined) return seconds * 1000;
  // An HTTP date starts with a weekday; `Date.parse` alone would read "-1" as a year.
  const date = /^[a-z]/i.test(retryAfter ?? '') ? Date.parse(retryAfter ?? '') : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Milliseconds that an error asks to wait, for servers without the header: Google's `RetryInfo`, fields such as
 * `retry_after` (seconds), or the message, such as "Please try again in 1m2.5s". `undefined` if it does not ask to wait.
 */
export function readRetryDelay(
  fields: JsonObject | undefined,
  message: string,
): number | undefined {
  return (
    delayInDetails(fields?.details) ??
    delayInFields(fields) ??
    delayInMetadata(fields?.metadata) ??
    delayInText(message)
  );
}

/** OpenRouter repeats the delay and the headers of the provider in `metadata`. */
function delayInMetadata(metadata: JsonValue | undefined): number | undefined {
  if (!isJsonObject(metadata)) return undefined;
  const headers = isJsonObject(metadata.headers) ? metadata.headers : {};
  const named = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return delayInFields(metadata) ?? readRetryAfter({ get: (name) => named.get(name) ?? null });
}

function delayInDetails(details: JsonValue | undefined): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const [delay] = details.flatMap((detail) => {
    const value = isJsonObject(detail) ? detail.retryDelay : undefined;
    if (typeof value === 'string') return sumOfParts(value) ?? [];
    if (!isJsonObject(value)) return [];
    const seconds = Number(value.seconds ?? 0) + Number(value.nanos ?? 0) / 1e9;
    return Number.isFinite(seconds) ? seconds * 1000 : [];
  });
  return delay;
}

const secondFields = ['retry_after', 'retryAfter', 'retry_after_seconds', 'estimated_time'];
const millisecondFields = ['retry_after_ms', 'retryAfterMs'];

function delayInFields(fields: JsonObject | undefined): number | undefined {
  if (fields === undefined) return undefined;
  const read = (names: readonly string[]) =>
    names.map((name) => fields[name]).find((value) => typeof value === 'number' && value >= 0);
  const milliseconds = read(millisecondFields);
  if (typeof milliseconds === 'number') return milliseconds;
  const seconds = read(secondFields);
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

/** "retry in 0.2s", "Please try again in 6m0s", "available again in 20 ms", "retry after 26 seconds". */
const request =
  /\b(?:try|retry(?:ing)?|available|wait|resets?)(?: again)?(?: in| after| for)?:? (?:about )?((?:\d+(?:\.\d+)? ?[a-z]+,? ?)+)/i;

function delayInText(message: string): number | undefined {
  const found = request.exec(message.slice(0, 4000))?.[1];
  return found === undefined ? undefined : sumOfParts(found);
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1_000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
];

/** Milliseconds of a duration such as `1h2m3.5s` or `6 minutes`; `undefined` if it does not start with a known unit. */
function sumOfParts(text: string): number | undefined {
  let sum: number | undefined;
  for (const [, number, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/gi)) {
    const size = units.find(([pattern]) => pattern.test(unit))?.[1];
    if (size === undefined) break;
    sum = (sum ?? 0) + Number(number) * size;
  }
  return sum;
}

function toNumber(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
