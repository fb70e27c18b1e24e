import type { ModelProfile } from '../profile/model-profile.ts';

/** The export names of the known profiles, by id. */
const exportNames: Readonly<Record<string, string>> = {
  openai: 'openai',
  'gemma-3': 'gemma3',
  'gemma-3-strict': 'gemma3Strict',
  'gemma-4': 'gemma4',
  'llama-3': 'llama3',
  'qwen-3': 'qwen3',
  mistral: 'mistral',
};

/** Formats a profile as TypeScript code: the known profile that it is based on, and the changes. */
export function printProfile(profile: ModelProfile, base: ModelProfile): string {
  const name = exportNames[base.id] ?? 'openai';
  const changed = differences(base, profile);
  if (Object.keys(changed).length === 0) {
    return `import { ${name} } from '@turnwise/core';\n\nexport const profile = ${name};`;
  }
  const changes = printObject(changed, '');
  return [
    `import { defineProfile, ${name} } from '@turnwise/core';`,
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
