import { isJsonObject, type JsonValue } from '../json.ts';
import { memoize } from '../memoize.ts';
import { secretFinder, type TextRange } from './find-secrets.ts';

/** Replaces every secret in a text by `***`. */
export type HideSecrets = (text: string) => string;

/** Printed in place of a secret. */
export const hidden = '***';

/** The configuration of a transport that may contain secrets. */
export interface SecretSources {
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly extraBody?: JsonValue | undefined;
}

/**
 * Creates a function that hides the API key, the value of every configured header and query parameter, and the secret
 * fields of `extraBody`: also escaped, as hexadecimal or base64, in another case, if something divides it, and if only its beginning or
 * its end is left.
 */
export function createSecretHider(sources: SecretSources): HideSecrets {
  return (text) => {
    const { short, find } = secretsOf(sources);
    const ranges = find(text);
    const kept = ranges.length === 0 ? text : replaceRanges(text, ranges);
    return short.reduce((all, secret) => all.replaceAll(secret, hidden), kept);
  };
}

/** Made at the first error, because most clients never see one. */
const secretsOf = memoize((sources: SecretSources) => {
  const secrets = [...new Set(secretsIn(sources).map((secret) => secret.trim()))];
  return {
    // A longer one can contain a shorter one, and must be replaced as a whole.
    short: secrets
      .filter(({ length }) => length >= shortestSecret && length < 20)
      .flatMap(formsOf)
      .sort((a, b) => b.length - a.length),
    find: secretFinder(secrets),
  };
});

/** Shorter values, such as `1` or `v1`, occur in every message and are not secrets. */
const shortestSecret = 4;

/** The ways in which a server may write a short secret. */
function formsOf(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), secret.toUpperCase(), secret.toLowerCase()];
}

function replaceRanges(text: string, ranges: readonly TextRange[]): string {
  let kept = '';
  let from = 0;
  for (const [start, end] of ranges.toSorted(([one], [other]) => one - other)) {
    if (end <= from) continue;
    kept += start < from ? '' : text.slice(from, start) + hidden;
    from = end;
  }
  return kept + text.slice(from);
}

function secretsIn({ apiKey, headers, query, extraBody }: SecretSources): readonly string[] {
  const values = [...Object.values(headers ?? {}), ...Object.values(query ?? {})];
  return [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...values.flatMap((value) => [value, ...credentialsIn(value)]),
    ...secretFieldsIn(extraBody ?? null),
  ];
}

/** The part of a header value after its scheme, such as `Bearer`; for `Basic` also the user, the password and both. */
function credentialsIn(value: string): readonly string[] {
  const [, scheme = '', credentials] = /^([a-z-]+) +(\S.*)$/i.exec(value) ?? [];
  if (credentials === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [credentials];
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  return [credentials, decoded, ...decoded.split(':')];
}

function secretFieldsIn(value: JsonValue): readonly string[] {
  if (!isJsonObject(value)) return Array.isArray(value) ? value.flatMap(secretFieldsIn) : [];
  return Object.entries(value).flatMap(([name, field]) =>
    isSecretField(name) ? stringsIn(field) : secretFieldsIn(field),
  );
}

function stringsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Whether a field of a body has the name of a secret, such as `api_key` or `authToken`; `max_tokens` has not. */
export function isSecretField(name: string): boolean {
  return secretField.test(name);
}

const secretField =
  /api_?-?key|secret|passw(?:or)?d|passphrase|^pass$|^pwd$|credential|private_?key|authori[sz]ation|auth_?header|^auth$|token$|^bearer$|cookie|session_?id|cache_salt|signature|^sig$|^jwt$/i;
