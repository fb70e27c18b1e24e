import type { RawCall, RawCallDelta } from '../dialect/wire.ts';

/** A call of a reply while its pieces arrive. */
export class OpenCall {
  /** How many calls of the reply were opened before this one. */
  readonly place: number;
  readonly serverIndex: number | undefined;
  id: string | undefined;
  /** The position among the calls of the reply; `undefined` until the call has a name. */
  index: number | undefined;
  /** Whether the last piece repeated the name: either redundant, or the start of another call of the same tool. */
  hasRepeatedName = false;
  #name = '';
  #arguments = '';
  #newName = '';
  #newArguments = '';
  /** Pieces that were not yet added to the arguments: they are added together, because a call can have a million. */
  #pieces = '';
  #hasSentId = false;
  readonly #end = new JsonEndFinder();

  constructor(place: number, serverIndex: number | undefined) {
    this.place = place;
    this.serverIndex = serverIndex;
  }

  get name(): string {
    return this.#name;
  }

  get hasArguments(): boolean {
    return this.#arguments !== '' || this.#pieces !== '';
  }

  /** Whether the arguments are one closed JSON object, list or string. */
  get hasCompleteArguments(): boolean {
    this.#settle();
    return this.#end.isClosed;
  }

  /** Whether nothing has arrived that makes it a call. */
  get isPlaceholder(): boolean {
    this.#settle();
    return emptyNames.has(this.#name.trim()) && emptyArguments.test(this.#arguments.trim());
  }

  /** Whether a piece repeats the whole call, as the summary at the end of some streams does: white space does not matter. */
  isRepeatedBy(piece: { readonly name: string; readonly arguments: string }): boolean {
    if (piece.name !== this.#name || !this.hasCompleteArguments) return false;
    // A much shorter piece does not repeat it: the long call is not read again.
    if (piece.arguments.length * 2 < this.#arguments.length) return false;
    return withoutSpace(piece.arguments) === withoutSpace(this.#arguments);
  }

  add(piece: { readonly name: string; readonly arguments: string }): void {
    const isRepeated = piece.name !== '' && piece.name === this.#name;
    // White space does not decide whose arguments follow.
    this.hasRepeatedName = isRepeated || (this.hasRepeatedName && isBlank(piece));
    if (!isRepeated) {
      this.#name += piece.name;
      this.#newName += piece.name;
    }
    this.#pieces += piece.arguments;
  }

  #settle(): void {
    if (this.#pieces === '') return;
    this.#arguments += this.#pieces;
    this.#newArguments += this.#pieces;
    this.#end.add(this.#pieces);
    this.#pieces = '';
  }

  /** What was added since the last delta; `undefined` if nothing was, or if the call has no name yet. */
  takeDelta(): RawCallDelta | undefined {
    const { index, id } = this;
    this.#settle();
    const hasNews =
      this.#newName !== '' || this.#newArguments !== '' || (id !== undefined && !this.#hasSentId);
    if (index === undefined || !hasNews) return undefined;
    const delta = {
      index,
      ...(id !== undefined && !this.#hasSentId && { id }),
      ...(this.#newName !== '' && { name: this.#newName }),
      ...(this.#newArguments !== '' && { arguments: this.#newArguments }),
    };
    this.#hasSentId = id !== undefined;
    this.#newName = '';
    this.#newArguments = '';
    return delta;
  }

  whole(): RawCall {
    this.#settle();
    const name = this.#name;
    const text = this.#arguments;
    return this.id === undefined
      ? { name, arguments: text }
      : { id: this.id, name, arguments: text };
  }
}

function isBlank(piece: { readonly name: string; readonly arguments: string }): boolean {
  return piece.name === '' && piece.arguments.trim() === '';
}

/** No tool has one of these names on the wire. */
const emptyNames: ReadonlySet<string> = new Set(['', 'null', 'None', 'undefined']);

/** Arguments that, without a name, only show that there is no call; a stream may repeat them. */
const emptyArguments = /^(?:\s|\{\s*\}|\[\s*\]|""|null|None|undefined|false|0)*$/;

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Finds the end of a growing JSON value, with work linear in its length, and only if it is asked. */
class JsonEndFinder {
  #unread = '';
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #hasStarted = false;

  add(text: string): void {
    this.#unread += text;
  }

  /** Whether the JSON value is closed. */
  get isClosed(): boolean {
    for (const character of this.#unread) this.#read(character);
    this.#unread = '';
    return this.#hasStarted && this.#depth === 0 && !this.#isInString;
  }

  #read(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (this.#isInString) {
      this.#isEscaped = character === '\\';
      this.#isInString = character !== '"';
    } else if (character === '"') {
      this.#isInString = true;
      this.#hasStarted = true;
    } else if (character === '{' || character === '[') {
      this.#depth += 1;
      this.#hasStarted = true;
    } else if (character === '}' || character === ']') this.#depth -= 1;
  }
}
