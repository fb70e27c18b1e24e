import type { JsonObject } from '../../json.ts';
import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { type Conversation, isGiven } from '../grounding/given-values.ts';

/** A call of a tool, before its arguments are checked. */
export interface CheckedInput<Context> {
  readonly input: JsonObject;
  readonly tool: Tool<Context>;
}

/**
 * The look-ups that may give what is missing. If a value of an action is missing, but not the identifier of the thing that it acts on,
 * they are those of that thing: the total of order 7 is found in order 7.
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
  const names = calls.flatMap(({ input }) =>
    Object.entries(input).flatMap(([name, value]) =>
      kinds.isIdentifier(name) && isGiven(String(value), { isIdentifier: true, conversation })
        ? [name]
        : [],
    ),
  );
  const ofThing = lookUps.filter(({ schema }) =>
    parametersOf(schema.jsonSchema).some((each) => names.includes(each.names.join('.'))),
  );
  return ofThing.length > 0 ? ofThing : lookUps;
}
