import { isJsonObject, type JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { inputText } from '../turns/inputs.ts';
import type { Turn } from '../turns/turn.ts';

/** Most items of a list of texts or numbers: small models sometimes repeat one until the limit of tokens. */
const maxItemsOfSmallModels = 64;

/**
 * Parameters for a grammar in which a text has the form that its description names: "City, State" has two parts. Lists are bounded:
 * a list of listed values has each of them once at most.
 */
export function withDescribedForms(parameters: JsonObject, turns: readonly Turn[]): JsonObject {
  // Grammars take no classes with other letters.
  return withForms(parameters, turns.every(isPlain));
}

function withForms(parameters: JsonObject, isAscii: boolean): JsonObject {
  const { properties } = parameters;
  if (!isJsonObject(properties)) return parameters;
  const formed = Object.entries(properties).map(([name, schema]) => [
    name,
    isJsonObject(schema) ? withForm(schema, isAscii) : schema,
  ]);
  return { ...parameters, properties: Object.fromEntries(formed) };
}

function withForm(schema: JsonObject, isAscii: boolean): JsonObject {
  const { type, items, enum: list, pattern, format, description } = schema;
  if (type === 'array' && isJsonObject(items)) return withFewItems(schema, items);
  if (type !== 'string' || [list, pattern, format].some((each) => each !== undefined)) {
    return withForms(schema, isAscii);
  }
  const hasParts = isAscii && cityAndState.test(String(description ?? ''));
  return hasParts ? { ...schema, pattern: twoParts } : schema;
}

function withFewItems(schema: JsonObject, items: JsonObject): JsonObject {
  const { maxItems, minItems = 0 } = schema;
  if (maxItems !== undefined || items.type === 'object' || items.type === 'array') return schema;
  const most = Array.isArray(items.enum) ? items.enum.length : maxItemsOfSmallModels;
  return Number(minItems) > most ? schema : { ...schema, maxItems: most };
}

const cityAndState = /\bcity,? (?:and )?state\b/i;

const part = "[A-Za-z][A-Za-z .'-]{1,40}";

const twoParts = `^${part}, ${part}$`;

/** Whether the inputs of a turn have no letters that are not ASCII. */
const isPlain = memoize((turn: Turn): boolean => !/[^\P{L}A-Za-z]/u.test(inputText(turn)));
