import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject } from '../json.ts';
import { type RepairedJson, repairJson } from '../schema/json-text/repair-json.ts';
import { Cursor } from './salvage/cursor.ts';
import { skipJson } from './salvage/json-end.ts';

type ReadObject = Extract<RepairedJson, { ok: true }>;

/**
 * Reads `{"a":1}{"a":1}` as one object, and `{}{"a":1}` as the second: some servers send the arguments again at the end of a
 * stream, or begin with an empty object. Other objects one after another may be several calls or a correction, so they
 * are `different`. `undefined` if the text has another form.
 */
export function readRepeatedObject(text: string): ReadObject | 'different' | undefined {
  let kept: { readonly read: ReadObject; readonly canonical: string } | undefined;
  const known = new Set<string>();
  let count = 0;
  for (const part of objectsIn(text)) {
    if (part === undefined) return undefined;
    count += 1;
    if (known.has(part)) continue;
    known.add(part);
    const read = repairJson(part, { keepsLargeNumbers: true });
    if (!read.ok || !isJsonObject(read.value)) return undefined;
    const canonical = canonicalJson(read.value);
    if (kept === undefined || kept.canonical === '{}') kept = { read, canonical };
    else if (kept.canonical !== canonical) return 'different';
  }
  if (kept === undefined || count < 2) return undefined;
  return { ...kept.read, repairs: [repeatedRepair, ...kept.read.repairs] };
}

const repeatedRepair = 'the same object more than once';

/** The objects of a text that has only objects, and `undefined` as soon as it has something else. */
function* objectsIn(text: string): Generator<string | undefined> {
  const cursor = new Cursor(text);
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd()) return;
    const start = cursor.at;
    const isObject =
      cursor.peek() === '{' && skipJson(cursor, [], { hasRawQuotes: false }) === 'closed';
    yield isObject ? text.slice(start, cursor.at) : undefined;
    if (!isObject) return;
    cursor.skipSpace();
    cursor.skip(',');
  }
}
