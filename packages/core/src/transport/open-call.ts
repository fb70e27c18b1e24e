import type { RawCall, RawCallDelta } from '../dialect/wire.ts';

/** A call of a reply while its pieces arrive. */
export class OpenCall {
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
  #hasSentId = false;
  readonly #end = new JsonEndFinder();

  constructor(serverIndex: number | undefined) {
    this.serverIndex = serverIndex;
  }

  get name(): string {
    return this.#name;
  }

  get hasArguments(): boolean {
    return this.#arguments !== '';
  }

  /** Whether the arguments are one closed JSON object, list or string. */
  get hasCompleteArguments(): boolean {
    return this.#end.isClosed;
  }

  /** Whether nothing has arrived that makes it a call. */
  get isPlaceholder(): boolean {
    return this.#name.trim() === '' && emptyArguments.has(this.#arguments.trim());
  }

  add(piece: { readonly name: string; readonly arguments: string }): void {
    this.hasRepeatedName = piece.name !== '' && piece.name === this.#name;
    if (!this.hasRepeatedName) {
      this.#name += piece.name;
      this.#newName += piece.name;
    }
    this.#arguments += piece.arguments;
    this.#newArguments += piece.arguments;
    this.#end.add(piece.arguments);
  }

  /** What was added since the last delta; `undefined` if nothing was, or if the call has no name yet. */
  takeDelta(): RawCallDelta | undefined {
    const { index, id } = this;
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
    return {
      ...(this.id !== undefined && { id: this.id }),
      name: this.#name,
      arguments: this.#arguments,
    };
  }
}

/** Arguments that, without a name, only show that there is no call. */
const emptyArguments: ReadonlySet<string> = new Set(['', '{}', '[]', '""', 'null']);

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
