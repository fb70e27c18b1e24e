import { parseJson } from '../../json.ts';

/** Reads the text of one field of a JSON object that is still being received. */
export interface StringFieldStream {
  /** Takes the next piece of the JSON text; returns the new text of the field, often empty. */
  push(piece: string): string;
  /** Whether the field is complete: no more text will follow. */
  readonly isComplete: boolean;
}

/**
 * Streams the text of one top-level string field of a JSON object: `{"answer": "Hel`, `lo"}` gives `Hel`, `lo`.
 * Pieces may end anywhere, also inside an escape or a surrogate pair. The returned texts together are the text of the
 * field; a surrogate pair is never split. A field that is not a string gives no text. Needs strict JSON; text before it
 * is skipped if it has no `{`. Never throws; the time is linear in the length of the text.
 */
export function createStringFieldStream(field: string): StringFieldStream {
  const reader: Reader = { field, state: 'outside', depth: 0, key: '', escape: '', held: '' };
  return {
    push(piece) {
      const given: string[] = [];
      for (let at = 0; at < piece.length && reader.state !== 'over'; at += 1) {
        given.push(steps[reader.state](reader, piece.charAt(at)));
      }
      return given.join('');
    },
    get isComplete() {
      return reader.state === 'over';
    },
  };
}

type State =
  | 'outside'
  | 'before-key'
  | 'key'
  | 'before-value'
  | 'text'
  | 'other'
  | 'other-string'
  | 'over';

interface Reader {
  readonly field: string;
  state: State;
  /** The number of open brackets inside the value of another field. */
  depth: number;
  /** The key as written, without its quotes. */
  key: string;
  /** An incomplete escape, with its backslash. */
  escape: string;
  /** The first half of a surrogate pair until the second arrives. */
  held: string;
}

type Step = (reader: Reader, character: string) => string;

const steps: Readonly<Record<State, Step>> = {
  outside: (reader, character) => enter(reader, character === '{' ? 'before-key' : 'outside'),
  'before-key': readBeforeKey,
  key: readKey,
  'before-value': readBeforeValue,
  text: readText,
  other: readOther,
  'other-string': readOtherString,
  over: () => '',
};

function enter(reader: Reader, state: State): string {
  reader.state = state;
  return '';
}

function readBeforeKey(reader: Reader, character: string): string {
  if (character === '}') return enter(reader, 'over');
  if (character !== '"') return '';
  reader.key = '';
  return enter(reader, 'key');
}

function readKey(reader: Reader, character: string): string {
  if (character === '"' && reader.escape === '') return enter(reader, 'before-value');
  reader.key += character;
  skipEscape(reader, character);
  return '';
}

/** Tracks whether the next character is escaped, in a string whose text is not used. */
function skipEscape(reader: Reader, character: string): void {
  reader.escape = character === '\\' && reader.escape === '' ? character : '';
}

function readBeforeValue(reader: Reader, character: string): string {
  if (character === ':' || /\s/.test(character)) return '';
  if (character === '"') return enter(reader, isField(reader) ? 'text' : 'other-string');
  reader.depth = 0;
  reader.state = 'other';
  return readOther(reader, character);
}

function isField({ key, field }: Reader): boolean {
  return key === field || parseJson(`"${key}"`) === field;
}

function readOther(reader: Reader, character: string): string {
  if (character === '"') return enter(reader, 'other-string');
  if (character === '{' || character === '[') reader.depth += 1;
  if (character === ',' && reader.depth === 0) return enter(reader, 'before-key');
  if (character === '}' || character === ']') reader.depth -= 1;
  return reader.depth < 0 ? enter(reader, 'over') : '';
}

function readOtherString(reader: Reader, character: string): string {
  if (character === '"' && reader.escape === '') return enter(reader, 'other');
  skipEscape(reader, character);
  return '';
}

function readText(reader: Reader, character: string): string {
  if (reader.escape !== '') return readEscape(reader, character);
  if (character === '"') {
    reader.state = 'over';
    return release(reader);
  }
  if (character !== '\\') return give(reader, character);
  reader.escape = character;
  return '';
}

function readEscape(reader: Reader, character: string): string {
  reader.escape += character;
  const isUnicode = reader.escape.startsWith('\\u');
  if (isUnicode && reader.escape.length < 6) return '';
  const decoded = parseJson(`"${reader.escape}"`);
  reader.escape = '';
  return give(reader, typeof decoded === 'string' ? decoded : '\ufffd');
}

function give(reader: Reader, unit: string): string {
  const before = release(reader);
  if (!/^[\ud800-\udbff]$/.test(unit)) return before + unit;
  reader.held = unit;
  return before;
}

function release(reader: Reader): string {
  const { held } = reader;
  reader.held = '';
  return held;
}
