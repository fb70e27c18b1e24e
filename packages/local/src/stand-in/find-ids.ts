import type { Parameter } from './offered-tool.ts';
import { toStems } from './words.ts';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const idPattern = new RegExp(
  // A UUID; `#1042`; letters with digits, as in `A-2`, `ORD-4711`, `INV-2026-0007` and `SKU_88`.
  String.raw`\b${uuid}\b|#[a-z]*-?\d[\w-]*\b|(?<![\w.@/#-])[a-z]{1,12}[-_]?\d\w*(?:[-_]\w+)*(?![\w@/]|\.\w)`,
  'gi',
);
const notIds = /^(?:q[1-4]|utf-?\d+|iso-?\d+|h\d|v\d+|mp\d|covid-?\d+)$/i;

/** An id in a text, with the text before it. */
interface FoundId {
  readonly id: string;
  readonly before: string;
}

/** The ids in a text in order: `A-2`, `ORD-4711`, `#1042`, UUIDs. */
export function findIds(text: string): FoundId[] {
  return [...text.matchAll(idPattern)]
    .filter(([id]) => !notIds.test(id))
    .map((match) => ({ id: match[0], before: text.slice(0, match.index) }));
}

const alwaysId =
  /\b(?:ids?|uuid|guid|order|ticket|invoice|sku|code|no|number|reference|ref|case|booking|tracking|serial)\b/i;
const oftenId =
  /\b(?:customer|client|user|account|reservation|shipment|parcel|delivery|product|article|item|contract|payment|transaction)\b/i;

/** Whether a parameter with this name can be an id: `order id`, `ticket`, `customer`. */
export function isIdName(name: string): boolean {
  return alwaysId.test(name) || oftenId.test(name);
}

/**
 * The ids for a parameter: those after a word of its name (`order A-2`), or else all ids if its name always means an id. A number
 * after such a word is an id, too (`order 4711`).
 */
export function findIdsFor({ name }: Pick<Parameter, 'name'>, text: string): string[] {
  const stems = new Set(toStems(name).filter((stem) => !/^(?:id|no|number)$/.test(stem)));
  const found = findIds(text);
  const isNear = (before: string) =>
    toStems(before.split(/\s+/).slice(-4).join(' ')).some((stem) => stems.has(stem));
  const near = found.filter(({ before }) => isNear(before));
  if (near.length > 0) return near.length === 1 ? unique(near) : unique(near.concat(found));
  const numbered = [
    ...text.matchAll(/(?<![\w.#€$-])\d{2,}\b(?![\w%€$°]|\.\d|\s*(?:%|euros?|dollars?))/g),
  ]
    .map((match) => ({ id: match[0], before: text.slice(0, match.index) }))
    .filter(({ before }) => isNear(before.split(/\s+/).slice(-3).join(' ')));
  if (numbered.length > 0) return unique(numbered);
  return alwaysId.test(name) ? unique(found) : [];
}

/** The parts of a text that match the pattern of a schema: words, also without `#` or in other case, and several words in a row. */
export function findMatches(pattern: string, text: string): string[] {
  const matches = readPattern(pattern);
  if (matches === undefined) return [];
  const words = text.split(/[\s"'“”`«»()]+/).map((word) => word.replace(/[.,;:!?]+$/, ''));
  const parts = [1, 2, 3, 4].flatMap((count) =>
    words.map((_, at) => words.slice(at, at + count).join(' ')),
  );
  const forms = [
    parts,
    parts.map((part) => part.replace(/^[#@]/, '')),
    parts.map((part) => part.toUpperCase()),
    parts.map((part) => part.toLowerCase()),
  ];
  return [...new Set(forms.flat().filter((part) => part !== '' && matches.test(part)))];
}

/** Whether a value matches the pattern of a schema. A pattern that JavaScript cannot read allows every value. */
export function matchesPattern(pattern: string, value: string): boolean {
  return pattern === '' || (readPattern(pattern)?.test(value) ?? true);
}

function readPattern(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // It may be valid without the flag.
    }
  }
  return undefined;
}

function unique(found: readonly FoundId[]): string[] {
  return [...new Set(found.map(({ id }) => id))];
}
