import { describeGiven, quote } from './describe-given.ts';
import type { ErrorCode } from './error-catalogue.ts';
import { TurnwiseError } from './errors.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { nearestName, spellingOf } from './nearest-name.ts';

/** The check of one option, made with {@link option}. An option that is `undefined` is not set, and not checked. */
export type OptionCheck =
  | ValueCheck
  | {
      readonly kind: 'object';
      readonly known: Readonly<Record<string, OptionCheck>>;
      readonly otherwise?: ValueCheck;
    }
  | { readonly kind: 'record'; readonly each: OptionCheck };

/** A check of a value. `expected` completes the sentence "it must be …". */
export interface ValueCheck {
  readonly kind: 'value';
  readonly expected: string;
  /** Whether messages may contain the value. It is `false` for values that may be a secret. */
  readonly isShown: boolean;
  readonly accepts: (value: unknown) => boolean;
}

/** One check for each option of an interface: an option that is missing here does not compile. */
export type OptionChecks<Options> = { readonly [Name in keyof Options]-?: OptionCheck };

/** Options that may all be left out or be `undefined`. */
export type PartialOptions<Options> = {
  readonly [Name in keyof Options]?: Options[Name] | undefined;
};

/** Options after the defaults are filled in. */
export type CompleteOptions<Options> = {
  readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined>;
};

type KnownOptions = Readonly<Record<string, OptionCheck>>;

/** The options that a function knows, and its name for messages. */
export interface CheckedOptions {
  /** What the options belong to, such as `agent.run()`. */
  readonly name: string;
  readonly known: Readonly<Record<string, OptionCheck>>;
  /** The code of the error for a wrong value. @default 'invalid_options' */
  readonly wrongValue?: ErrorCode;
}

/**
 * Checks the options that a program passed, including those of nested objects. Throws `invalid_options` for an option that
 * does not exist, with the most similar name that does, and for a wrong value. `undefined` is valid.
 */
export function checkOptions(given: unknown, checked: CheckedOptions): void {
  if (given === undefined) return;
  if (!isJsonObject(given)) {
    const message = `${checked.name} takes an object of options, not ${describeGiven(given, false)}.`;
    throw new TurnwiseError('invalid_options', message);
  }
  checkObject(given, '', checked.known, checked);
}

/** `base` with the options of `changes` that are set: `undefined` changes nothing. */
export function mergeOptions<Base extends object, Changes extends object>(
  base: Base,
  changes: Changes | undefined,
): Base & Changes {
  const merged = Object.assign({}, base);
  for (const [name, each] of Object.entries(changes ?? {})) {
    if (each !== undefined) Reflect.set(merged, name, each);
  }
  return merged as Base & Changes;
}

/** Functions that make the check of one option, by the kind of its value. */
export const option = {
  /** Any value: it is checked elsewhere. */
  any: value('anything', () => true),
  text: value('a string', (given) => typeof given === 'string', { isShown: false }),
  flag: value('true or false', (given) => typeof given === 'boolean'),
  func: value('a function', (given) => typeof given === 'function', { isShown: false }),
  strings: value('a list of strings', (given) => isListOf(given, 'string')),
  /** An object with keys of the program. */
  dictionary: value('an object such as { key: value }', isPlainObject, { isShown: false }),
  signal: value('an AbortSignal, such as controller.signal', isAbortSignal),
  /** A value that `accepts` returns true for; `expected` completes the sentence "it must be …". */
  value: (expected: string, accepts: (given: unknown) => boolean) => value(expected, accepts),
  oneOf: (...values: readonly string[]) =>
    value(`one of: ${values.join(', ')}`, (given) => values.some((each) => each === given)),
  whole: (min: number) =>
    value(
      `a whole number of at least ${min}`,
      (given) => Number.isInteger(given) && Number(given) >= min,
    ),
  number: ({ min = -Infinity, above = -Infinity, max = Infinity }) =>
    value(
      ['a number', ...describeBounds({ min, above, max })].join(' '),
      (given) => typeof given === 'number' && given >= min && given > above && given <= max,
    ),
  /** An object with these methods. */
  methods: (expected: string, ...names: readonly string[]) =>
    value(expected, (given) =>
      names.every((name) => typeof Reflect.get(Object(given), name) === 'function'),
    ),
  /** An object with known options; `otherwise` accepts values that are not an object. */
  object: (known: Readonly<Record<string, OptionCheck>>, otherwise?: ValueCheck): OptionCheck =>
    otherwise === undefined ? { kind: 'object', known } : { kind: 'object', known, otherwise },
  /** An object with keys of the program and values of one kind. */
  record: (each: OptionCheck): OptionCheck => ({ kind: 'record', each }),
} as const;

function value(
  expected: string,
  accepts: ValueCheck['accepts'],
  { isShown = true }: { readonly isShown?: boolean } = {},
): ValueCheck {
  return { kind: 'value', expected, accepts, isShown };
}

function describeBounds({ min, above, max }: Record<'min' | 'above' | 'max', number>): string[] {
  const bounds = [
    min > -Infinity ? `of at least ${min}` : '',
    above > -Infinity ? `above ${above}` : '',
    max < Infinity ? `and at most ${max}` : '',
  ];
  return bounds.filter((bound) => bound !== '');
}

/** The entries of a `Map`, `Headers` or `FormData` are not its properties, so they would be ignored. */
function isPlainObject(given: unknown): given is JsonObject {
  return isJsonObject(given) && !(Symbol.iterator in given);
}

/** Signals of other realms and libraries are not instances of this realm's class. */
function isAbortSignal(given: unknown): boolean {
  const { aborted, addEventListener } = Object(given) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** Whether a value is a list whose items all have this `typeof`. */
export function isListOf(given: unknown, type: 'string' | 'function'): boolean {
  return Array.isArray(given) && given.every((each) => typeof each === type);
}

function checkObject(
  given: Readonly<Record<string, unknown>>,
  path: string,
  known: KnownOptions,
  checked: CheckedOptions,
): void {
  for (const name of Object.keys(given)) {
    const each = given[name];
    if (each === undefined) continue;
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) throw unknownOption(name, path, known, checked);
    checkValue(each, path === '' ? name : `${path}.${name}`, check, checked);
  }
}

function checkValue(
  given: unknown,
  path: string,
  check: OptionCheck,
  checked: CheckedOptions,
): void {
  switch (check.kind) {
    case 'value':
      if (!check.accepts(given)) throw wrongValue(given, path, check, checked);
      return;
    case 'object':
      if (isPlainObject(given)) checkObject(given, path, check.known, checked);
      else checkValue(given, path, check.otherwise ?? objectWith(check.known), checked);
      return;
    case 'record':
      checkValue(given, path, option.dictionary, checked);
      for (const [key, each] of Object.entries(Object(given))) {
        if (each !== undefined) {
          checkValue(each, `${path}[${JSON.stringify(key)}]`, check.each, checked);
        }
      }
  }
}

function objectWith(known: KnownOptions): ValueCheck {
  const names = Object.keys(known);
  const shown = names.length > 3 ? [...names.slice(0, 3), '…'] : names;
  return value(`an object: { ${shown.join(', ')} }`, isPlainObject, { isShown: false });
}

function wrongValue(
  given: unknown,
  path: string,
  { expected, isShown }: ValueCheck,
  { name, wrongValue: code = 'invalid_options' }: CheckedOptions,
): TurnwiseError {
  const message = `Option "${path}" of ${name} is ${describeGiven(given, isShown)}; it must be ${expected}.`;
  return new TurnwiseError(code, message);
}

function unknownOption(
  name: string,
  path: string,
  known: KnownOptions,
  checked: CheckedOptions,
): TurnwiseError {
  const place = path === '' ? checked.name : `${path} of ${checked.name}`;
  const paths = pathsIn(checked.known);
  // In a nested object the name of an option outside of it would be misleading without a path.
  const others = path === '' ? paths : paths.filter((each) => each.includes('.'));
  const nearest =
    findSame(name, Object.keys(known), others) ??
    // The name of an option elsewhere that is only similar would mislead in a nested object.
    findSimilar(name, Object.keys(known), path === '' ? paths : []);
  const hint =
    nearest === undefined
      ? `Known options: ${Object.keys(known).map(quote).join(', ')}.`
      : `Did you mean ${quote(nearest)}?`;
  return new TurnwiseError('invalid_options', `Unknown option ${quote(name)} in ${place}. ${hint}`);
}

/** An option with this name in another spelling or in the names that other frameworks use: first one of the same object. */
function findSame(
  name: string,
  siblings: readonly string[],
  paths: readonly string[],
): string | undefined {
  const names = [name, ...(otherNames[spellingOf(name)] ?? [])];
  const isSame = (each: string) => names.some((one) => spellingOf(one) === spellingOf(each));
  return siblings.find(isSame) ?? paths.find((path) => isSame(lastName(path)));
}

function findSimilar(
  name: string,
  siblings: readonly string[],
  paths: readonly string[],
): string | undefined {
  const nearest = nearestName(name, siblings) ?? nearestName(name, paths.map(lastName));
  return (
    siblings.find((each) => each === nearest) ?? paths.find((path) => lastName(path) === nearest)
  );
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The options of nested objects, such as `limits.maxSteps`. */
function pathsIn(known: KnownOptions, prefix = ''): string[] {
  return Object.entries(known).flatMap(([name, check]) => [
    `${prefix}${name}`,
    ...(check.kind === 'object' ? pathsIn(check.known, `${prefix}${name}.`) : []),
  ]);
}

/** Names that other frameworks and APIs use, without capitals and `_`. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  endpoint: ['baseURL'],
  func: ['execute'],
  function: ['execute'],
  handler: ['execute'],
  history: ['transcript'],
  host: ['baseURL'],
  inputschema: ['parameters'],
  maxcompletiontokens: ['maxOutputTokens'],
  maxiterations: ['maxSteps'],
  maxnewtokens: ['maxOutputTokens'],
  maxtokens: ['maxOutputTokens'],
  maxturns: ['maxSteps'],
  messages: ['transcript'],
  name: ['model'],
  numpredict: ['maxOutputTokens'],
  prompt: ['instructions', 'input'],
  responseformat: ['output'],
  run: ['execute'],
  schema: ['parameters', 'output'],
  stopsequences: ['stop'],
  system: ['instructions'],
  systemmessage: ['instructions'],
  systemprompt: ['instructions'],
  timeout: ['timeoutMs', 'timeouts', 'maxWallTimeMs'],
  token: ['apiKey'],
  url: ['baseURL'],
  window: ['tokens'],
};
