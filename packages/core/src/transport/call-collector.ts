import type { RawCall, RawCallDelta } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Assembles calls from their pieces. Servers identify the call of a piece in different ways: by `index`, by `id`, by
 * both, by neither, with one index for all calls, or with a new id on every piece (older vLLM). A piece that matches no
 * known call starts a new one. Calls are numbered in the order in which they started.
 */
export class CallCollector {
  readonly #calls: OpenCall[] = [];
  readonly #touched = new Set<OpenCall>();

  /** Adds the `tool_calls` of one message or delta. */
  add(pieces: readonly JsonValue[]): void {
    const seenHere = new Set<OpenCall>();
    for (const value of pieces) {
      if (!isJsonObject(value)) continue;
      const piece = toPiece(value);
      const call = this.#find(piece, seenHere) ?? this.#open(piece.index);
      seenHere.add(call);
      call.id ??= piece.id;
      call.addName(piece.name);
      call.addArguments(piece.arguments);
      this.#touched.add(call);
    }
  }

  /** What was added since the last call, at most one piece per tool call; `undefined` if nothing was. */
  takeDeltas(): readonly RawCallDelta[] | undefined {
    if (this.#touched.size === 0) return undefined;
    const deltas = [...this.#touched].map((call) => call.takeDelta());
    this.#touched.clear();
    return deltas;
  }

  /** All calls so far. */
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
    const startsNewCall =
      piece.name !== '' && (piece.id !== undefined || seenHere.has(last) || last.hasArguments);
    return startsNewCall ? undefined : last;
  }

  #findByIndex(piece: CallPiece): OpenCall | undefined {
    const sharing = this.#calls.filter((call) => call.serverIndex === piece.index);
    const latest = sharing.at(-1);
    if (piece.id === undefined || latest?.id === undefined || latest.id === piece.id) return latest;
    // A different id with a name is a new call. Without a name, the server generates a new id for every piece.
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
  #hasSentId = false;

  constructor(index: number, serverIndex: number | undefined) {
    this.#index = index;
    this.serverIndex = serverIndex;
  }

  get hasArguments(): boolean {
    return this.#arguments !== '';
  }

  addName(piece: string): void {
    // Some servers repeat the complete name on every piece.
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
      ...(this.id !== undefined && !this.#hasSentId && { id: this.id }),
      ...(this.#newName !== '' && { name: this.#newName }),
      ...(this.#newArguments !== '' && { arguments: this.#newArguments }),
    };
    this.#hasSentId = this.id !== undefined;
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
