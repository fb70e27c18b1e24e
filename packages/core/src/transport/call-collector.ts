import type { RawCall, RawCallDelta } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Puts calls together from their pieces. Servers disagree on how pieces name their call: by `index`, by `id`,
 * by both, by neither, with one index for all calls, or with a fresh id on every piece (older vLLM). A piece opens
 * a call when nothing known fits it; the calls are numbered in the order in which they opened.
 */
export class CallCollector {
  readonly #calls: OpenCall[] = [];
  readonly #touched = new Set<OpenCall>();

  /** Takes the `tool_calls` of one message or delta. */
  add(pieces: readonly JsonValue[]): void {
    const openedHere = new Set<OpenCall>();
    for (const value of pieces) {
      if (!isJsonObject(value)) continue;
      const piece = toPiece(value);
      const call = this.#find(piece, openedHere) ?? this.#open(piece.index);
      openedHere.add(call);
      call.id ??= piece.id;
      call.addName(piece.name);
      call.addArguments(piece.arguments);
      this.#touched.add(call);
    }
  }

  /** What came since the last time, at most one piece per call; `undefined` when nothing came. */
  takeDeltas(): readonly RawCallDelta[] | undefined {
    if (this.#touched.size === 0) return undefined;
    const deltas = [...this.#touched].map((call) => call.takeDelta());
    this.#touched.clear();
    return deltas;
  }

  /** Every call so far, whole. */
  calls(): readonly RawCall[] {
    return this.#calls.map((call) => call.whole());
  }

  #open(index: number | undefined): OpenCall {
    const call = new OpenCall(this.#calls.length, index);
    this.#calls.push(call);
    return call;
  }

  #find(piece: CallPiece, seenHere: ReadonlySet<OpenCall>): OpenCall | undefined {
    if (piece.index !== undefined) return this.#findByIndex(piece);
    if (piece.id !== undefined) {
      const known = this.#calls.find((call) => call.id === piece.id);
      if (known !== undefined) return known;
    }
    const last = this.#calls.at(-1);
    if (last === undefined) return undefined;
    const startsAnew =
      piece.name !== '' && (piece.id !== undefined || seenHere.has(last) || last.hasArguments);
    return startsAnew ? undefined : last;
  }

  #findByIndex(piece: CallPiece): OpenCall | undefined {
    const sharing = this.#calls.filter((call) => call.serverIndex === piece.index);
    const latest = sharing.at(-1);
    if (piece.id === undefined || latest?.id === undefined || latest.id === piece.id) return latest;
    // Another id with a name is another call; without a name it is a server that makes up an id for each piece.
    return sharing.find((call) => call.id === piece.id) ?? (piece.name === '' ? latest : undefined);
  }
}

interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: string;
}

function toPiece(value: JsonObject): CallPiece {
  const named = isJsonObject(value.function) ? value.function : value;
  const { index, id } = value;
  return {
    index: typeof index === 'number' ? index : undefined,
    id: typeof id === 'string' && id !== '' ? id : undefined,
    name: typeof named.name === 'string' ? named.name : '',
    arguments: toArgumentText(named.arguments),
  };
}

function toArgumentText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

class OpenCall {
  readonly serverIndex: number | undefined;
  id: string | undefined;
  readonly #index: number;
  #name = '';
  #arguments = '';
  #newName = '';
  #newArguments = '';
  #toldId = false;

  constructor(index: number, serverIndex: number | undefined) {
    this.#index = index;
    this.serverIndex = serverIndex;
  }

  get hasArguments(): boolean {
    return this.#arguments !== '';
  }

  addName(piece: string): void {
    // Some servers repeat the whole name on every piece.
    if (piece === '' || piece === this.#name) return;
    this.#name += piece;
    this.#newName += piece;
  }

  addArguments(piece: string): void {
    this.#arguments += piece;
    this.#newArguments += piece;
  }

  takeDelta(): RawCallDelta {
    const delta = {
      index: this.#index,
      ...(this.id !== undefined && !this.#toldId && { id: this.id }),
      ...(this.#newName !== '' && { name: this.#newName }),
      ...(this.#newArguments !== '' && { arguments: this.#newArguments }),
    };
    this.#toldId = this.id !== undefined;
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
