import type { ServerError } from './server-error.ts';

/**
 * Whether the quota of an account is used up, so that waiting for some seconds does not help: no credit is left, or the
 * quota is per day or longer. A limit per minute is not.
 */
export function isQuotaUsedUp(
  { labels, message }: Pick<ServerError, 'labels' | 'message'>,
  delayMs: number | undefined,
): boolean {
  const label = labels.join(' ').toLowerCase();
  const text = message.slice(0, 4000).toLowerCase();
  if (matches(`${label} ${text}`, noCredit)) return true;
  // Google uses the same text for all its quotas; only their ids differ.
  if (/per_?(day|minute|month)/.test(label)) return /per_?(day|month)/.test(label);
  if (matches(text, longQuota) && !/per[ _-]?(minute|min|second)|\b[rt]pm\b/.test(text))
    return true;
  return delayMs === undefined && /current quota|billing details/.test(text);
}

const noCredit: readonly (string | RegExp)[] = [
  /insufficient[_ ](quota|credit|balance|fund)/,
  /billing[_ ](hard[_ ]limit|not[_ ]active)/,
  'billing is not active',
  'credit balance is too low',
  /(out of|no|not enough|exhausted) credits?\b/,
  /(spend|spending) limit/,
  'payment required',
];

const longQuota: readonly (string | RegExp)[] = [
  /per[ _-]?(day|month)/,
  /\b(daily|monthly)\b/,
  /\b[rt]pd\b/,
];

function matches(text: string, patterns: readonly (string | RegExp)[]): boolean {
  return patterns.some((pattern) =>
    typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text),
  );
}
