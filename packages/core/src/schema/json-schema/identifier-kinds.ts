import type { JsonObject } from '../../json.ts';
import { type Parameter, parametersOf } from './parameter-path.ts';

/** Whether a name is that of an identifier: `id`, `order_id`, `orderId`, `ids`. `paid` is not. */
export function isIdentifierName(name: string): boolean {
  return /(?:^|[^\p{L}\p{N}])ids?$/iu.test(name) || /[\p{Ll}\p{N}](?:Id|ID)s?$/u.test(name);
}

/** The kinds of identifiers that the parameters of tools take. */
export interface IdentifierKinds {
  /** Whether a parameter takes identifiers. */
  isIdentifier(parameter: string): boolean;
  /** Whether a value is an identifier of another kind than a parameter takes. */
  isOfOtherKind(parameter: string, value: string): boolean;
  /** Whether a text has only identifiers that some parameter takes. */
  isOnlyIdentifiers(text: string): boolean;
  /** Whether a tool with these parameters takes identifiers of the kind of a value. */
  isTakenBy(parameters: JsonObject, value: string): boolean;
  /** Whether such a tool takes identifiers with as many letters before the digits, and the same sign after them: `LAV210` and `ROS118`. */
  takesForm(parameters: JsonObject, value: string): boolean;
  /** Whether a text has a number only as that of another thing than a parameter takes: "customer 4071" is not a `complaintNo`. */
  isNumberOfOther(parameter: string, number: number, text: string): boolean;
  /** The identifiers in a text that have the kind of a parameter; `undefined` if that kind is not known. */
  find(parameter: string, text: string): readonly string[] | undefined;
  /** The whole numbers in a text, if a parameter takes a number as identifier ("order number, such as 1001"); else `undefined`. */
  findNumbers(parameter: string, text: string): readonly number[] | undefined;
  /** Whether a text names something by such a number: "order 1042" or "ticket no. 73". */
  hasNumberedThing(text: string): boolean;
}

/**
 * Reads the kinds from the examples in the descriptions of parameters: with "such as k-12" at `bike_id` and "such as u-1" at
 * `customer_id`, `k-14` is not a `customer_id`. Only beginnings that an example of another parameter has count. A list
 * `bike_ids` without an example of its own takes what `bike_id` takes, and `payer` ("Member id or group id") what the ids of
 * members and groups look like elsewhere ("member id like M-31").
 */
export function identifierKinds(tools: readonly JsonObject[]): IdentifierKinds {
  const beginnings = collectBeginnings(tools);
  const numbered = new Map(tools.flatMap(numberedParameters));
  const isKnown = (beginning: string) =>
    [...beginnings.values()].some((each) => each.has(beginning));
  return {
    isIdentifier: (parameter) => beginnings.has(parameter) || numbered.has(parameter),
    isOfOtherKind(parameter, value) {
      const own = beginnings.get(parameter);
      const [beginning] = beginningsIn(value);
      if (own === undefined || own.size === 0 || beginning === undefined) return false;
      return !own.has(beginning) && isKnown(beginning);
    },
    isOnlyIdentifiers: (text) =>
      text.split(/[\s,;]+/).every((each) => {
        const [beginning] = beginningsIn(each);
        return beginning !== undefined && isKnown(beginning);
      }),
    isTakenBy(parameters, value) {
      const [beginning = ''] = beginningsIn(value);
      return parametersOf(parameters).some(
        ({ names }) => beginnings.get(names.at(-1) ?? '')?.has(beginning) === true,
      );
    },
    takesForm(parameters, value) {
      const [beginning] = beginningsIn(value);
      return parametersOf(parameters).some(({ names }) =>
        [...(beginnings.get(names.at(-1) ?? '') ?? [])].some(
          (each) => beginning !== undefined && formOf(each) === formOf(beginning),
        ),
      );
    },
    isNumberOfOther(parameter, number, text) {
      const own = thingOf(parameter);
      const others = new Set([...numbered.keys()].map(thingOf).filter((thing) => thing !== own));
      const named = text.matchAll(
        new RegExp(
          `(?:(\\p{L}{2,}),? (?:number |no\\.? |nr\\.? |#)?)?(?<!\\d)${number}(?!\\d)`,
          'giu',
        ),
      );
      const things = [...named].map(([, thing = '']) => thing.toLowerCase());
      return things.length > 0 && things.every((thing) => others.has(thing));
    },
    find(parameter, text) {
      const own = beginnings.get(parameter);
      if (own === undefined || own.size === 0) return undefined;
      // A flight number may begin with other letters than its example.
      const isOpen = !isIdentifierName(parameter);
      const found = [...text.matchAll(identifiers())].filter(([, letters = '']) => {
        const beginning = letters.toLowerCase();
        return own.has(beginning) || (isOpen && !isKnown(beginning));
      });
      return [...new Set(found.map(([all]) => all))];
    },
    findNumbers(parameter, text) {
      const digits = numbered.get(parameter) ?? numbered.get(singular(parameter));
      if (digits === undefined) return undefined;
      const found = text.match(/(?<![\p{L}\p{N}_.,"-])\d{1,15}(?![\p{L}\p{N}_]|[.,-]\d)/gu) ?? [];
      // An amount is mostly shorter than an identifier.
      return [...new Set(found.filter(({ length }) => length >= digits - 1).map(Number))];
    },
    hasNumberedThing: (text) =>
      [
        ...text.matchAll(/(\p{L}{2,}),? (?:number |no\.? |nr\.? |#)?\d{2,}(?![\p{L}\p{N}])/giu),
      ].some(([, thing = '']) =>
        [...numbered.keys()].some((name) => name.toLowerCase().startsWith(thing.toLowerCase())),
      ),
  };
}

/** By the name of the parameter. One without an example of its own takes what belongs to the things in its texts. */
function collectBeginnings(tools: readonly JsonObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = tools.flatMap((each) => parametersOf(each)).map(withText);
  const identifying = all.filter(
    ({ name, schemas }) => isIdentifierName(name) || namesExample(name, schemas),
  );
  const beginnings = new Map<string, Set<string>>();
  const ofThings = new Map<string, Set<string>>();
  for (const { text } of all) {
    for (const [, thing = '', example = ''] of text.matchAll(exampleOfThing())) {
      addTo(ofThings, thing.toLowerCase(), beginningsIn(example));
    }
  }
  for (const { name, text } of identifying) {
    addTo(beginnings, name, beginningsIn(text));
    addTo(ofThings, thingOf(name), beginningsIn(text));
  }
  const open = identifying.filter(({ name }) => beginnings.get(name)?.size === 0);
  for (const { name, text } of open) {
    const named = [...text.matchAll(/(\p{L}{3,}) (?:id|number)s?\b/giu)];
    const things = [thingOf(name), ...named.map(([, thing = '']) => thing.toLowerCase())];
    const found = things.filter((thing) => thing !== '').map((thing) => ofThings.get(thing));
    addTo(beginnings, name, new Set(found.flatMap((each) => [...(each ?? [])])));
  }
  return beginnings;
}

function withText({ names, schemas }: Parameter) {
  const text = schemas.map(({ description }) => String(description ?? '')).join('\n');
  return { name: names.at(-1) ?? '', schemas, text };
}

/** "member id like M-31" and "Tour id, such as T-201". */
const exampleOfThing = () =>
  new RegExp(`(\\p{L}{3,}) (?:id|number)s?,? ${example}(${identifiers().source})`, 'giu');

/** The thing of `tour_id`, `tourIds` and `tour_number`. */
function thingOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]*(?:ids?|numbers?|nos?)$/iu, '').toLowerCase();
}

/** `aa-` for `DL-`. */
function formOf(beginning: string): string {
  return beginning.replaceAll(/\p{L}/gu, 'a');
}

function addTo(sets: Map<string, Set<string>>, key: string, values: Iterable<string>): void {
  const known = sets.get(key) ?? new Set();
  sets.set(key, known);
  for (const value of values) known.add(value);
}

function singular(name: string): string {
  return name.replace(/s$/, '');
}

/** Whether a text with another name than `id` is an identifier, too: `orderNumber` ("such as K-12"), `sku` ("for example T1"). */
function namesExample(name: string, schemas: readonly JsonObject[]): boolean {
  return schemas.some(({ type, enum: list, description }) => {
    const text = String(description ?? '');
    if (takesName.test(text)) return false;
    if (type !== 'string' || list !== undefined || exampleOf(text, identifiers()) === undefined)
      return false;
    return endsInNumber.test(name) || /\b(?:id|identifier|number|no\.|code)\b/i.test(text);
  });
}

/** A search that takes a name or an identifier. */
const takesName = /\b(?:names?|titles?|words?|keywords?)\b/i;

const endsInNumber =
  /(?:^|_)(?:number|no|nr|code|sku|key|ref|reference)$|(?:Number|No|Nr|Code|Sku|SKU|Key|Ref|Reference)$/;

/** The parameters that take a whole number as identifier, with the number of digits of their example. */
function numberedParameters(
  tool: JsonObject,
): readonly (readonly [name: string, digits: number])[] {
  return parametersOf(tool).flatMap(({ names, schemas }) => {
    const name = names.at(-1) ?? '';
    if (!isIdentifierName(name) && !endsInNumber.test(name)) return [];
    const examples = schemas.flatMap(({ type, enum: list, description }) =>
      type === 'integer' && list === undefined
        ? (exampleOf(String(description ?? ''), /\d{2,}/) ?? [])
        : [],
    );
    return examples.map((each) => [name, each.length] as const);
  });
}

/** The example in a description, if it has this form. */
function exampleOf(description: string, form: RegExp): string | undefined {
  return new RegExp(`${example}(?<found>${form.source})`, 'iu').exec(description)?.groups?.found;
}

const example = '\\b(?:like|such as|e\\.\\s?g\\.?|for example|example:?|for instance),? ["\'`(]?';

/** The letters before the digits of each identifier in a text, such as `k-` of `k-12`. */
function beginningsIn(text: string): readonly string[] {
  return [...text.matchAll(identifiers())].map(([, letters = '']) => letters.toLowerCase());
}

const identifiers = () =>
  /(?<![\p{L}\p{N}])(\p{L}{1,8}[-_]?)\p{N}[\p{L}\p{N}]*(?:[-_][\p{L}\p{N}]+)*/gu;
