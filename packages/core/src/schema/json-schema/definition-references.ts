import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { toJsonPointer } from './json-pointer.ts';

/** The references to definitions that contain themselves, also inside other definitions. */
export function findRecursive({ $defs }: JsonObject): ReadonlySet<string> {
  const inside = new Map<string, readonly string[]>();
  for (const [name, part] of Object.entries(isJsonObject($defs) ? $defs : {})) {
    inside.set(toJsonPointer(['$defs', name]), referencesOf(part));
  }
  const reaches = (from: string, target: string, seen: Set<string>): boolean =>
    (inside.get(from) ?? []).some((next) => {
      if (next === target) return true;
      return !seen.has(next) && reaches(next, target, seen.add(next));
    });
  return new Set([...inside.keys()].filter((name) => reaches(name, name, new Set())));
}

function referencesOf(schema: JsonValue): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, name = '']) => name);
}

/** How often each definition is referred to. */
export function countUses(root: JsonObject): Map<string, number> {
  const uses = new Map<string, number>();
  for (const reference of referencesOf(root)) {
    uses.set(reference, (uses.get(reference) ?? 0) + 1);
  }
  return uses;
}
