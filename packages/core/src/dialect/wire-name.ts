import { nodeCrypto } from '../node-crypto.ts';

/** Longest name that OpenAI-compatible servers accept. */
const maxLength = 64;

/** Words that a Python call cannot have as a name, and literals that a tolerant parser would take for values. */
const reserved = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield print true false null'.split(
    ' ',
  ),
);

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const aliasTail = /__[0-9a-f]{6}$/;

/**
 * The name that is sent for a tool: the name itself if every dialect can encode it, else its sanitised form
 * and a short hash. A pure, injective function of the name alone, so that a hand-off or another list of tools never
 * renames history.
 */
export function wireName(name: string): string {
  return isPlainName(name) ? name : aliasFor(name, sanitiseName);
}

/**
 * The name that is sent for a parameter. Unlike the name of a tool it may have letters of any script, as the keys of JSON
 * and the arguments of Python may, so that the model can read it. A pure, injective function, as {@link wireName} is.
 */
export function wireParameterName(name: string): string {
  const isPlain = isPlainName(name) || isForeignIdentifier(name);
  return isPlain ? name : aliasFor(name, toIdentifier);
}

/** The parameter that an alias stands for; `undefined` if {@link wireParameterName} did not return it in this process. */
export function parameterOfAlias(alias: string): string | undefined {
  return aliasTail.test(alias) ? parametersByAlias.get(alias) : undefined;
}

const parametersByAlias = new Map<string, string>();

function aliasFor(name: string, sanitise: (name: string) => string): string {
  const known = aliases.get(sanitise)?.get(name);
  if (known !== undefined) return known;
  const hash = nodeCrypto().createHash('sha256').update(name).digest('hex').slice(0, 6);
  const start = [...sanitise(name)].slice(0, maxLength - 8).join('');
  const alias = `${start}__${hash}`;
  const cache = aliases.get(sanitise) ?? new Map<string, string>();
  if (cache.size < 10_000) aliases.set(sanitise, cache.set(name, alias));
  if (sanitise === toIdentifier && cache.size < 10_000) parametersByAlias.set(alias, name);
  return alias;
}

const aliases = new Map<(name: string) => string, Map<string, string>>();

/** Python reads names in NFKC form, so that other forms would not come back as they were sent. */
function isForeignIdentifier(name: string): boolean {
  return (
    name.length <= maxLength &&
    /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name) &&
    !plainName.test(name) &&
    name.normalize('NFKC') === name &&
    !aliasTail.test(name)
  );
}

function toIdentifier(name: string): string {
  const plain = name.normalize('NFKC').replace(/\P{XID_Continue}/gu, '_');
  return /^[\p{XID_Start}_]/u.test(plain) ? plain : `_${plain}`;
}

/** A name with `_` in place of every character that an identifier cannot contain; not injective. */
export function sanitiseName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

function isPlainName(name: string): boolean {
  return (
    name.length <= maxLength && plainName.test(name) && !reserved.has(name) && !aliasTail.test(name)
  );
}
