import { isIdentifierName } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { leavesOf } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { inputText } from '../../turns/inputs.ts';
import { type Conversation, isGiven } from '../grounding/given-values.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { toolsAbout } from '../wording/tools-about.ts';
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
  const inputs = conversation.turns.map(inputText).join('\n');
  return (
    isFirst &&
    isOwn &&
    looksEnglish(inputs) &&
    toolsAbout(inputs, tools, { shared: 1 }).length === 0
  );
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
