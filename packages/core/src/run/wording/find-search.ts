import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { lastInput } from '../../turns/inputs.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { phrasesIn } from './names-in.ts';

/** What must be searched for. */
export interface Search {
  /** As the user wrote it. */
  readonly name: string;
  /** The tools that take a text. */
  readonly tools: readonly string[];
  /** For the model. */
  readonly hint: string;
}

/** What a search is chosen from. */
export interface SearchParts<Context> {
  readonly tools: readonly Tool<Context>[];
  readonly kinds: IdentifierKinds;
}

/**
 * The search for something that the user named in the last input, if no call or result has the name so far and a look-up takes
 * a text; otherwise `undefined`.
 */
export function findSearch<Context>(
  { tools, kinds }: SearchParts<Context>,
  turns: readonly Turn[],
): Search | undefined {
  const { text } = lastInput(turns);
  if (!looksEnglish(text)) return undefined;
  const name = phrasesIn(text).find((each) => !turns.some((turn) => knowsName(turn, each)));
  const searches = tools.filter((tool) => isLookUp(tool) && takesText(tool, kinds));
  if (name === undefined || searches.length === 0) return undefined;
  return { name, tools: searches.map((tool) => tool.name), hint: `First look up "${name}".` };
}

function knowsName(turn: Turn, name: string): boolean {
  if (turn.role === 'user') return false;
  const texts =
    turn.role === 'tool'
      ? turn.results.map(({ parts }) => textOf(parts))
      : turn.kind === 'calls'
        ? turn.calls.map((call) => JSON.stringify(call.arguments))
        : [turn.text];
  return texts.some((text) => mentions(text, name));
}

/** Whether a text has a part of a name. */
export function mentions(text: string, name: string): boolean {
  const parts = name.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  return parts.some((part) => text.toLowerCase().includes(part.replace(/(?<=\p{L}{3})s$/u, '')));
}

/** Whether a tool takes a number as identifier that looks like this one. */
export function takesNumber<Context>(
  { schema }: Tool<Context>,
  kinds: IdentifierKinds,
  number: string,
): boolean {
  return parametersOf(schema.jsonSchema).some(
    ({ names }) => (kinds.findNumbers(names.at(-1) ?? '', number)?.length ?? 0) > 0,
  );
}

/** Whether a tool takes a text that is not an identifier. */
export function takesText<Context>({ schema }: Tool<Context>, kinds: IdentifierKinds): boolean {
  return parametersOf(schema.jsonSchema).some(
    ({ names, schemas }) =>
      !kinds.isIdentifier(names.at(-1) ?? '') &&
      schemas.some(({ type, enum: list }) => type === 'string' && list === undefined),
  );
}
