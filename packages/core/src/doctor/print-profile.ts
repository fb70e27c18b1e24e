import type { ModelProfile } from '../profile/model-profile.ts';
import { profiles } from '../profile/profiles.ts';

/** Formats a profile as TypeScript code: the known profile that it is based on, and the changes. */
export function printProfile(profile: ModelProfile, base: ModelProfile): string {
  const known = Object.entries(profiles).find(([, { id }]) => id === base.id);
  const name = `profiles.${known?.[0] ?? 'openai'}`;
  const changed = differences(base, profile);
  if (Object.keys(changed).length === 0) {
    return `import { profiles } from '@turnwise/core';\n\nexport const profile = ${name};`;
  }
  const changes = printObject(changed, '');
  return [
    "import { defineProfile, profiles } from '@turnwise/core';",
    '',
    `export const profile = defineProfile(${name}, ${changes});`,
  ].join('\n');
}

function differences(base: object, changed: object): Record<string, unknown> {
  const before = new Map(Object.entries(base));
  const after = new Map(Object.entries(changed));
  const found: Record<string, unknown> = {};
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(key), after.get(key)];
    if (JSON.stringify(from) === JSON.stringify(to)) continue;
    // defineProfile merges the rules of turns; it replaces all other fields.
    found[key] = key === 'turns' ? differences(from ?? {}, to ?? {}) : to;
  }
  return found;
}

function printObject(value: Record<string, unknown>, indent: string): string {
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, each]) => `${indent}  ${key}: ${print(each, `${indent}  `)},`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function print(value: unknown, indent: string): string {
  if (typeof value === 'object' && value !== null) return printObject({ ...value }, indent);
  if (typeof value === 'number') return value.toLocaleString('en-US').replaceAll(',', '_');
  if (typeof value !== 'string') return String(value);
  return `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
