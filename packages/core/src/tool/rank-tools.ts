import type { JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';

/** What is searched of a tool. */
export interface SearchableTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
}

/**
 * The tools that fit a query, best first: those that share a word with it, ranked with BM25 over names, descriptions and names
 * of parameters. Equal tools keep their order. The index of a list is cached.
 */
export function rankTools<Item extends SearchableTool>(
  tools: readonly Item[],
  query: string,
): readonly Item[] {
  const index = indexOf(tools);
  const terms = new Set(termsOf(query));
  const scored = tools.flatMap((tool, place) => {
    const score = scoreOf(index, place, terms);
    return score > 0 ? [{ tool, score }] : [];
  });
  return scored.sort((one, other) => other.score - one.score).map(({ tool }) => tool);
}

/** How often a word of this field counts: a name identifies a tool better than its description. */
const weights = { name: 3, description: 1, parameter: 1 };
/** From this many on, more of the same word hardly count. The usual value of BM25. */
const saturation = 1.2;
/** How much a long text counts less. The usual value of BM25. */
const lengthShare = 0.75;

interface ToolIndex {
  /** The weighted number of each word, by place of the tool. */
  readonly counts: readonly ReadonlyMap<string, number>[];
  readonly lengths: readonly number[];
  readonly averageLength: number;
  /** How many tools have a word. */
  readonly toolsWith: ReadonlyMap<string, number>;
}

const indexOf = memoize((tools: readonly SearchableTool[]): ToolIndex => {
  const counts = tools.map(countTerms);
  const lengths = counts.map((each) => [...each.values()].reduce((sum, count) => sum + count, 0));
  const toolsWith = new Map<string, number>();
  for (const word of counts.flatMap((each) => [...each.keys()])) {
    toolsWith.set(word, (toolsWith.get(word) ?? 0) + 1);
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return { counts, lengths, averageLength: total / Math.max(1, tools.length), toolsWith };
});

function countTerms({ name, description, parameters }: SearchableTool): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string, weight: number) => {
    for (const word of termsOf(text)) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  add(name, weights.name);
  add(description, weights.description);
  const { properties } = parameters;
  if (isJsonObject(properties)) {
    for (const key of Object.keys(properties)) add(key, weights.parameter);
  }
  return counts;
}

function scoreOf(index: ToolIndex, place: number, terms: ReadonlySet<string>): number {
  const { counts, lengths, averageLength, toolsWith } = index;
  const relativeLength = (lengths[place] ?? 0) / averageLength;
  let score = 0;
  for (const word of terms) {
    const count = counts[place]?.get(word) ?? 0;
    if (count === 0) continue;
    const found = toolsWith.get(word) ?? 0;
    // A word that few tools have decides more than one that most of them have.
    const rarity = Math.log(1 + (counts.length - found + 0.5) / (found + 0.5));
    const damping = saturation * (1 - lengthShare + lengthShare * relativeLength);
    score += (rarity * count * (saturation + 1)) / (count + damping);
  }
  return score;
}

/** Words that any question has, and that no tool is about. */
const fillers = new Set(
  'a an the and or of to in on at for from with by is are was be do does did can could would will i me my we our you your it its this that these those what which who how when there please want need tool'.split(
    ' ',
  ),
);

/** The terms of a text: each word in lower case, without endings and fillers: `createdIssues` has `creat` and `issu`. */
function termsOf(text: string): string[] {
  const separate = text.replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return (separate.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) =>
    fillers.has(word) ? [] : [withoutEnding(word)],
  );
}

/** Removes the endings of English, so that `files`, `filed` and `filing` are one word. */
function withoutEnding(word: string): string {
  if (word.length <= 3) return word;
  const singular = word.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
  const stem = singular.replace(/(?<=.{3})(?:ing|ed|e|y)$/, '');
  // `running` and `run`, `planned` and `plan`
  return stem.replace(/([bdgmnprt])\1$/, '$1');
}
