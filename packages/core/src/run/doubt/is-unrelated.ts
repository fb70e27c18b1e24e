import { isIdentifierName } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { leavesOf } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type Conversation, inputText, isGiven } from '../grounding/given-values.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { wordsIn } from './doubt-topic.ts';
import type { CheckedInput } from './find-look-ups.ts';

/**
 * Whether first calls have nothing to do with what the user wrote in English: no tool has a word of it, and each call has a required
 * value that nobody gave, but no identifier.
 */
export function areUnrelated<Context>(
  calls: readonly CheckedInput<Context>[],
  tools: readonly Tool<Context>[],
  conversation: Conversation,
): boolean {
  const isFirst = conversation.turns.every(({ role }) => role === 'user');
  const isOwn = calls.length > 0 && calls.every((call) => hasOwnValue(call, conversation));
  return isFirst && isOwn && isUnrelated(tools, conversation);
}

function hasOwnValue<Context>(
  { input, tool: { schema } }: CheckedInput<Context>,
  conversation: Conversation,
): boolean {
  const { required } = schema.jsonSchema;
  const parameters = parametersOf(schema.jsonSchema, 1).filter(
    ({ names, schemas }) =>
      Array.isArray(required) &&
      required.includes(names[0] ?? '') &&
      schemas.every(({ enum: list }) => list === undefined),
  );
  if (parameters.some(({ names }) => isIdentifierName(names[0] ?? ''))) return false;
  return parameters.some(({ names }) =>
    valuesAt(input, names)
      .flatMap(leavesOf)
      .some((value) => !isGivenPlace(value, conversation)),
  );
}

/** "Chicago, IL" is given with "Chicago". */
function isGivenPlace(value: string | number, conversation: Conversation): boolean {
  const given = typeof value === 'string' ? value.replace(/, \p{Lu}{2}$/u, '') : value;
  return isGiven(given, { isIdentifier: true, conversation });
}

/** Whether no tool has a word of what the user wrote in English: then no tool is about it. */
function isUnrelated<Context>(tools: readonly Tool<Context>[], { turns }: Conversation): boolean {
  const inputs = turns.map(inputText).join('\n');
  if (!looksEnglish(inputs)) return false;
  const asked = wordsIn(inputs);
  const known = new Set(tools.flatMap((tool) => wordsIn(textOfTool(tool))));
  return !asked.some((word) => known.has(word));
}

/** The tools whose text shares at least three terms with an English text. */
export function toolsAbout<Context>(
  text: string,
  tools: readonly Tool<Context>[],
): readonly Tool<Context>[] {
  const terms = new Set(looksEnglish(text) ? wordsIn(text) : []);
  return tools.filter((tool) => {
    const own = new Set(wordsIn(textOfTool(tool)));
    return [...terms].filter((word) => own.has(word)).length >= 3;
  });
}

function textOfTool<Context>({ name, description, schema }: Tool<Context>): string {
  const parameters = parametersOf(schema.jsonSchema).flatMap(({ names, schemas }) => [
    names.at(-1) ?? '',
    ...schemas.flatMap(({ description: text, enum: list }) => [text ?? '', list ?? []]),
  ]);
  return [name, description, parameters.join('\n')].join('\n');
}
