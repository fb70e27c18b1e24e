import { createHash } from 'node:crypto';

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
 * The name that is sent for a tool or a parameter: the name itself if every dialect can encode it, else its sanitised form
 * and a short hash. A pure, injective function of the name alone, so that a hand-off or another list of tools never
 * renames history.
 */
export function wireName(name: string): string {
  if (isPlainName(name)) return name;
  const known = aliases.get(name);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  const alias = `${sanitiseName(name).slice(0, maxLength - 8)}__${hash}`;
  if (aliases.size < 10_000) aliases.set(name, alias);
  return alias;
}

const aliases = new Map<string, string>();

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
