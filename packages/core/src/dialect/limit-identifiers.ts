import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memoize } from '../memoize.ts';
import { identifierKinds } from '../schema/json-schema/identifier-kinds.ts';
import { isLookUp } from '../tool/is-look-up.ts';
import { lastInput } from '../turns/inputs.ts';
import { type Turn, textOf } from '../turns/turn.ts';
import type { ToolSpec } from './dialect.ts';

/** Most identifiers of one kind that a grammar lists. */
const maxListed = 100;

/**
 * The tools of a grammar in which a parameter takes only identifiers that the conversation holds, if the description of the parameter
 * shows the kind with an example ("such as k-12"). A tool that needs an identifier of which the conversation has no one
 * is left out, so that a small model must look it up first. A look-up may only be filtered by a listed value that the conversation
 * holds. An image may hold identifiers, too: then nothing is limited.
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
    const parameters = limitParameters(tool.parameters, {
      texts: (name) => kinds.find(name, text),
      numbers: (name) => kinds.findNumbers(name, text),
    });
    if (parameters === undefined) return [];
    return [
      {
        ...tool,
        parameters: isLookUp({ ...tool, repeat: 'unknown' })
          ? setFilters(parameters, text, lastInput(turns).text)
          : parameters,
      },
    ];
  });
}

/**
 * Without the optional parameters for which the schema lists values, if the text has none of these: "only monday" was not asked for.
 * One whose value the last input has is required.
 */
function setFilters(parameters: JsonObject, text: string, input: string): JsonObject {
  const { properties, required = [] } = parameters;
  if (!isJsonObject(properties) || !Array.isArray(required)) return parameters;
  const letters = lettersOf(text);
  const kept = Object.entries(properties).filter(([name, schema]) => {
    const values = isJsonObject(schema) && Array.isArray(schema.enum) ? schema.enum : [];
    const isText = values.length > 0 && values.every((value) => typeof value === 'string');
    return (
      required.includes(name) ||
      !isText ||
      values.some((value) => letters.includes(lettersOf(String(value))))
    );
  });
  const mentioned = kept.flatMap(([name, schema]) => (isMentioned(schema, input) ? [name] : []));
  return {
    ...parameters,
    properties: Object.fromEntries(kept),
    required: [...new Set([...required, ...mentioned])],
  };
}

/** Whether a text has exactly one of the values that a schema lists: "a Fantasy movie". */
function isMentioned(schema: JsonValue, text: string): boolean {
  const values = isJsonObject(schema) && Array.isArray(schema.enum) ? schema.enum : [];
  const single = values.filter((value) => typeof value === 'string' && /^\p{L}{4,}$/u.test(value));
  const found = single.filter((word) =>
    new RegExp(`(?<!\\p{L})${String(word)}(?!\\p{L})`, 'iu').test(text),
  );
  return found.length === 1;
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
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

/** The identifiers that a parameter may have; `undefined` if it may have any value. */
interface FindIdentifiers {
  texts(parameter: string): readonly string[] | undefined;
  numbers(parameter: string): readonly number[] | undefined;
}

/** The same schema with the known identifiers, also in lists and in objects inside it; `undefined` if no value is possible. */
function limitParameters(schema: JsonObject, find: FindIdentifiers): JsonObject | undefined {
  const { properties, required } = schema;
  if (!isJsonObject(properties)) return schema;
  const limited = Object.entries(properties).map(([name, each]) => ({
    name,
    schema: isJsonObject(each) ? limitParameter(each, name, find) : each,
  }));
  const isImpossible = limited.some(
    (each) => each.schema === undefined && Array.isArray(required) && required.includes(each.name),
  );
  if (isImpossible) return undefined;
  const kept = limited.flatMap((each) =>
    each.schema === undefined ? [] : [[each.name, each.schema] as const],
  );
  return {
    ...schema,
    properties: Object.fromEntries(kept),
  };
}

function limitParameter(
  schema: JsonObject,
  name: string,
  find: FindIdentifiers,
): JsonObject | undefined {
  if (isJsonObject(schema.items)) {
    const items = limitParameter(schema.items, name, find);
    return items === undefined ? undefined : { ...schema, items };
  }
  const { type, enum: list } = schema;
  if (list !== undefined || (type !== 'string' && type !== 'integer'))
    return limitParameters(schema, find);
  const known = type === 'string' ? find.texts(name) : find.numbers(name);
  if (known === undefined || known.length > maxListed) return schema;
  return known.length === 0 ? undefined : { ...schema, enum: known };
}
