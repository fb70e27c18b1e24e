import { isJsonObject, type JsonValue } from '../json.ts';
import { hideAcrossLines } from './hide-across-lines.ts';
import { hideRepeats } from './hide-repeats.ts';

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
 * fields of `extraBody`: also encoded for a URL, as JSON, hexadecimal or base64, in another case, if line breaks divide it, and if only its
 * first or its second half is left.
 */
export function createSecretHider(sources: SecretSources): HideSecrets {
  const secrets = new Set(secretsIn(sources).filter((secret) => secret.length >= shortestSecret));
  // A longer form can contain a shorter one, and must be replaced as a whole.
  const forms = [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const divided = forms
    .filter((form) => form.length >= shortestDivided)
    .map((secret) => ({ secret, least: leastOf(secret), mark: hidden }));
  return (text) =>
    forms.reduce(
      (kept, form) => hideRepeats(kept, form, { least: leastOf(form), mark: hidden }),
      // Before the others: the part after a line break is not found once the part before it is hidden.
      hideAcrossLines(text, divided),
    );
}

/** Shorter values, such as `1` or `v1`, occur in every message and are not secrets. */
const shortestSecret = 4;

/** Two words on two lines can be a shorter one by chance. */
const shortestDivided = 8;

/** The beginning of a long secret is enough to recognise it. */
function leastOf(form: string): number {
  return form.length < 20 ? form.length : Math.max(12, Math.ceil(form.length / 2));
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

/** The ways in which a server may write a secret. */
function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    secret.trim(),
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    secret.toUpperCase(),
    secret.toLowerCase(),
    ...(secret.length < 24 || /\s/.test(secret)
      ? []
      : [secret.slice(Math.ceil(secret.length / 2))]),
    Buffer.from(secret).toString('hex'),
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(`Bearer ${secret}`).toString('base64').replace(/=+$/, ''),
  ];
}

/** Whether a field of a body has the name of a secret, such as `api_key` or `authToken`; `max_tokens` has not. */
export function isSecretField(name: string): boolean {
  return secretField.test(name);
}

const secretField =
  /api_?-?key|secret|passw(?:or)?d|passphrase|^pass$|^pwd$|credential|private_?key|authori[sz]ation|auth_?header|^auth$|token$|^bearer$|cookie|session_?id|cache_salt|signature|^sig$|^jwt$/i;
