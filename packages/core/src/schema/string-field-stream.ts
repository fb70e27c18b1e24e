/** The text of one field of a JSON object that is still being written. */
export interface StringFieldStream {
  /** Takes the next piece of the JSON text; gives the text of the field that became known by it, often none. */
  push(piece: string): string;
  /** Whether the field is over: nothing more will come. */
  readonly isComplete: boolean;
}

/**
 * Reads the text of one top-level string field out of JSON as it arrives: `{"answer": "Hel`, `lo"}` gives `Hel`, `lo`.
 * The pieces may be cut anywhere, also inside an escape or a surrogate pair; together they give the field's text, and
 * a character is never given in halves. A field that is no string gives nothing. Takes strict JSON, after any text
 * that holds no `{`; never throws; the cost is linear in the length of the text.
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
  /** How deep inside the value of another field. */
  depth: number;
  /** The key as it is written, without its quotes. */
  key: string;
  /** An escape that is not complete yet, with its backslash. */
  escape: string;
  /** The first half of a surrogate pair that waits for the second. */
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

/** Keeps track of whether the next character is escaped, where the text itself does not matter. */
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
  return key === field || decode(`"${key}"`) === field;
}

function decode(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
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
  const decoded = decode(`"${reader.escape}"`);
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
