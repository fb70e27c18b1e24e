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

function toNumber(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
