import { memoize } from '../../memoize.ts';
import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { inputText } from '../../turns/inputs.ts';
import { type ToolCall, type Turn, textOf } from '../../turns/turn.ts';

/** What decides which tools can be called. */
export interface Reach<Context> {
  readonly tools: readonly Tool<Context>[];
  readonly kinds: IdentifierKinds;
  readonly turns: readonly Turn[];
  /** The calls since the last input. */
  readonly calls: readonly ToolCall[];
}

/** The look-ups that were not called since the last input, and for which {@link missingIdentifiers} is empty. */
export function reachableLookUps<Context>(reach: Reach<Context>): readonly Tool<Context>[] {
  const { tools, calls } = reach;
  return tools.filter(
    (tool) =>
      isLookUp(tool) &&
      calls.every(({ name }) => name !== tool.name) &&
      missingIdentifiers(tool, reach).length === 0,
  );
}

/** The required parameters of a tool that take an identifier of a kind of which the conversation has no one. */
export function missingIdentifiers<Context>(
  { schema }: Tool<Context>,
  { kinds, turns }: Pick<Reach<Context>, 'kinds' | 'turns'>,
): readonly string[] {
  const { required } = schema.jsonSchema;
  const given = turns.map(givenText).join('\n');
  return parametersOf(schema.jsonSchema).flatMap(({ names }) => {
    const isRequired = Array.isArray(required) && required.includes(names[0] ?? '');
    const name = names.at(-1) ?? '';
    const known = kinds.find(name, given) ?? kinds.findNumbers(name, given);
    return isRequired && known?.length === 0 ? [name] : [];
  });
}

const givenText = memoize((turn: Turn): string => {
  const results = turn.role === 'tool' ? turn.results.map(({ parts }) => textOf(parts)) : [];
  return [...results, inputText(turn)].join('\n');
});
