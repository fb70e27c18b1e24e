import type { JsonObject } from '../../json.ts';
import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { lastInput } from '../../turns/inputs.ts';
import { type Conversation, isGiven } from '../grounding/given-values.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { topicsOf, wordsIn } from '../wording/words-in.ts';

/** A call of a tool, before its arguments are checked. */
export interface CheckedInput<Context> {
  readonly input: JsonObject;
  readonly tool: Tool<Context>;
}

/**
 * The look-ups that may give what is missing. If a value of an action is missing, but not the identifier of the thing that it acts on,
 * they are those of that thing: the total of order 7 is found in order 7. If some of them are about a word of the user that the
 * action does not have ("for all the people of group 5"), they are only these.
 */
export function findLookUps<Context>(
  calls: readonly CheckedInput<Context>[],
  {
    tools,
    kinds,
    conversation,
  }: {
    readonly tools: readonly Tool<Context>[];
    readonly kinds: IdentifierKinds;
    /** If a value is missing that is not an identifier. */
    readonly conversation: Conversation | undefined;
  },
): readonly Tool<Context>[] {
  const lookUps = tools.filter(isLookUp);
  if (conversation === undefined) return lookUps;
  const given = calls.flatMap(({ input }) =>
    Object.entries(input).filter(
      ([name, value]) =>
        kinds.isIdentifier(name) && isGiven(String(value), { isIdentifier: true, conversation }),
    ),
  );
  const ofThing = lookUps.filter(({ schema }) =>
    given.some(
      ([name, value]) =>
        parametersOf(schema.jsonSchema).some(({ names }) => names.join('.') === name) ||
        kinds.isTakenBy(schema.jsonSchema, String(value)),
    ),
  );
  const found = ofThing.length > 0 ? ofThing : lookUps;
  const about = found.filter((tool) => isAboutMore(tool, calls, conversation));
  return about.length > 0 ? about : found;
}

/** Whether a look-up has a word of the last input that the called tools do not have. */
function isAboutMore<Context>(
  lookUp: Tool<Context>,
  calls: readonly CheckedInput<Context>[],
  { turns }: Conversation,
): boolean {
  const { text } = lastInput(turns);
  const known = new Set(calls.flatMap(({ tool }) => topicsOf(tool)));
  const asked = new Set(wordsIn(text).filter((word) => !known.has(word)));
  return looksEnglish(text) && topicsOf(lookUp).some((word) => asked.has(word));
}
