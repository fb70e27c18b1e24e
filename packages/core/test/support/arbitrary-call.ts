import fc from 'fast-check';
import { wireName } from '../../src/dialect/wire-name.ts';
import type { JsonObject } from '../../src/json.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { arbitraryText } from './arbitrary-text.ts';
import { textTools } from './spy-tools.ts';

/** A call as a model writes it, and what it may cause. */
export interface WrittenCall {
  /** The tool that runs if the call may run. */
  readonly tool: string;
  /** The name in a native call. */
  readonly name: string;
  /** The name in a call of JSON text. */
  readonly textName: string;
  readonly json: string;
  readonly python: string;
  readonly mayRun: boolean;
  readonly input: JsonObject;
}

/** A call that may run, or one with a mistake. */
export function arbitraryCall(profile: ModelProfile): fc.Arbitrary<WrittenCall> {
  const way = fc.constantFrom(
    ...Array.from({ length: 6 }, () => 'whole'),
    'repaired',
    'cut',
    'open',
    'wrong',
    'named',
    'decorated',
    'encoded',
    'with null',
    'with a number in quotes',
    'with a word',
    'with another key',
  );
  const tools = fc.constantFrom(...textTools, 'photo', 'hangs', 'nope', 'Echo', 'ech');
  return fc
    .record({ name: tools, text: arbitraryText(profile), way, at: fc.nat(1_000) })
    .map(({ name, text, way, at }) => writeCall(name, text, way, at));
}

function writeCall(name: string, text: string, way: string, at: number): WrittenCall {
  const isKnown = !['nope', 'Echo', 'ech'].includes(name);
  const input: JsonObject = name === 'photo' || name === 'hangs' ? {} : { text };
  const whole = JSON.stringify(input);
  const inner = Object.entries(input).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const python = `${wireName(name)}(${inner})`;
  const written = {
    tool: name,
    name,
    textName: wireName(name),
    json: whole,
    python,
    input,
    mayRun: isKnown,
  };
  const needsText = 'text' in input;
  const cutAt = 1 + (at % (whole.length - 1));
  switch (way) {
    case 'repaired':
      return needsText ? { ...written, json: `${whole.slice(0, -1)},}` } : written;
    case 'cut':
      return {
        ...written,
        json: whole.slice(0, cutAt),
        python: python.slice(0, -1),
        mayRun: false,
      };
    case 'open':
      return { ...written, json: whole.slice(0, -1), python: python.slice(0, -2), mayRun: false };
    case 'wrong':
      if (!needsText) return written;
      return {
        ...written,
        json: '{"text": 5}',
        python: `${wireName(name)}(text=5)`,
        mayRun: false,
      };
    case 'encoded':
      return { ...written, json: JSON.stringify(whole) };
    case 'with null':
    case 'with a number in quotes':
    case 'with a word':
    case 'with another key':
      return needsText ? withAnotherArgument(written, way) : written;
    case 'named':
      return { ...written, name: wireName(name) };
    case 'decorated':
      return {
        ...written,
        name: decorate(name, at),
        textName: decorate(wireName(name), at),
        python: `default_api.${python}`,
      };
    default:
      return written;
  }
}

/** A call with an argument more, and what the tool gets then. */
function withAnotherArgument(written: WrittenCall, way: string): WrittenCall {
  const [key, json, python, value] =
    otherArguments.get(way) ?? (otherArguments.get('with a word') as OtherArgument);
  return {
    ...written,
    json: `${written.json.slice(0, -1)},"${key}":${json}}`,
    python: `${written.python.slice(0, -1)}, ${key}=${python})`,
    input: value === undefined ? written.input : { ...written.input, [key]: value },
    mayRun: written.mayRun && way !== 'with a word',
  };
}

type OtherArgument = readonly [key: string, json: string, python: string, value?: number];

const otherArguments: ReadonlyMap<string, OtherArgument> = new Map<string, OtherArgument>([
  ['with null', ['times', 'null', 'None']],
  ['with a number in quotes', ['times', '"3"', '"3"', 3]],
  ['with a word', ['times', '"three"', '"three"']],
  ['with another key', ['extra', '{"a":1}', '{"a": 1}']],
]);

/** A name with something around it that does not belong to it. */
function decorate(name: string, at: number): string {
  const ways = [`${name}\n`, ` ${name}`, `functions.${name}`, `default_api.${name}\t`];
  return [...ways, `${name}<|channel|>commentary`][at % 5] as string;
}
