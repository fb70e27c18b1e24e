import { isJsonObject, type JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { identifierKinds, isIdentifierName } from '../schema/json-schema/identifier-kinds.ts';
import { type Turn, textOf } from '../turns/turn.ts';
import type { ToolSpec } from './dialect.ts';

/** Most identifiers of one kind that a grammar lists. */
const maxListed = 100;

/**
 * The tools of a grammar in which a parameter takes only identifiers that the conversation holds, if the description of the parameter
 * shows the kind with an example ("such as k-12"). A tool that needs an identifier of which the conversation has no one
 * is left out, so that a small model must look it up first. An image may hold identifiers, too: then nothing is limited.
 */
export function limitIdentifiers(
  tools: readonly ToolSpec[],
  {
    all,
    turns,
    instructions,
  }: {
    readonly all: readonly ToolSpec[];
    readonly turns: readonly Turn[];
    readonly instructions: string;
  },
): readonly ToolSpec[] {
  const texts = turns.map(givenText);
  if (texts.includes(undefined)) return tools;
  const kinds = kindsOf(all);
  const text = [instructions, ...texts].join('\n');
  return tools.flatMap((tool) => {
    if (tool.takesAnyValue === true) return [tool];
    const parameters = limitParameters(tool.parameters, (name) => kinds.find(name, text));
    return parameters === undefined ? [] : [{ ...tool, parameters }];
  });
}

const kindsOf = memoize((tools: readonly ToolSpec[]) =>
  identifierKinds(tools.map(({ parameters }) => parameters)),
);

/** What a turn gives to the model; `undefined` if it has an image. */
const givenText = memoize((turn: Turn): string | undefined => {
  if (turn.role === 'assistant') return '';
  const parts = [
    ...(turn.role === 'tool' ? turn.results.flatMap((result) => result.parts) : []),
    ...(turn.inputs ?? []).flatMap((input) => input.parts),
  ];
  return parts.some(({ type }) => type === 'image') ? undefined : textOf(parts);
});

function limitParameters(
  parameters: JsonObject,
  find: (name: string) => readonly string[] | undefined,
): JsonObject | undefined {
  const { properties, required } = parameters;
  if (!isJsonObject(properties)) return parameters;
  const limited = Object.entries(properties).map(([name, schema]) => {
    const isPlain = isJsonObject(schema) && schema.type === 'string' && schema.enum === undefined;
    const known = isPlain && isIdentifierName(name) ? find(name) : undefined;
    if (known === undefined || known.length > maxListed) return { name, schema };
    return { name, schema: known.length === 0 ? undefined : { ...Object(schema), enum: known } };
  });
  const isImpossible = limited.some(
    ({ name, schema }) =>
      schema === undefined && Array.isArray(required) && required.includes(name),
  );
  if (isImpossible) return undefined;
  const kept = limited.filter(({ schema }) => schema !== undefined);
  return {
    ...parameters,
    properties: Object.fromEntries(kept.map((each) => [each.name, each.schema])),
  };
}
