import type { RawCall, RawCallDelta } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { OpenCall } from './open-call.ts';

/**
 * Assembles calls from their pieces. Servers identify the call of a piece in different ways: by `index`, by `id`, by
 * both, by neither, with one index or one id for all calls, or with a new id on every piece (older vLLM). A piece that
 * matches no known call, or that brings a second name for a call whose arguments are complete, starts a new one.
 * Entries without a name and arguments are placeholders, not calls.
 */
export class CallCollector {
  readonly #calls: OpenCall[] = [];
  readonly #touched = new Set<OpenCall>();
  #ignored = 0;
  #named = 0;

  /** Adds the `tool_calls` of one delta. */
  addPieces(entries: readonly JsonValue[]): void {
    const seenHere = new Set<OpenCall>();
    for (const entry of entries) {
      if (!isJsonObject(entry)) this.#ignored += 1;
      else this.#addPiece(toPiece(entry), seenHere);
    }
  }

  /** Adds the `tool_calls` of a whole reply: every entry is a call of its own, also if several have the same id. */
  addWholeCalls(entries: readonly JsonValue[]): void {
    for (const entry of entries) {
      if (!isJsonObject(entry)) this.#ignored += 1;
      else this.#extend(this.#open(), toPiece(entry));
    }
  }

  /** What was added since the last call, at most one piece per tool call; `undefined` if nothing was. */
  takeDeltas(): readonly RawCallDelta[] | undefined {
    const deltas = [...this.#touched].flatMap((call) => call.takeDelta() ?? []);
    this.#touched.clear();
    return deltas.length === 0 ? undefined : deltas;
  }

  /** All calls so far, in the order of their deltas. */
  calls(): readonly RawCall[] {
    const real = this.#calls.filter((call) => !call.isPlaceholder);
    return real
      .toSorted((left, right) => (left.index ?? Infinity) - (right.index ?? Infinity))
      .map((call) => call.whole());
  }

  /** How many entries were placeholders. */
  get placeholders(): number {
    return this.#ignored + this.#calls.filter((call) => call.isPlaceholder).length;
  }

  #addPiece(piece: CallPiece, seenHere: Set<OpenCall>): void {
    const found = this.#find(piece);
    const isSecond = found !== undefined && startsSecondCall(found, piece, seenHere);
    const call = found === undefined || isSecond ? this.#open(piece.index) : found;
    const name = isSecond && piece.name === '' ? found.name : piece.name;
    seenHere.add(call);
    this.#extend(call, { ...piece, name });
  }

  #extend(call: OpenCall, piece: CallPiece): void {
    call.id ??= piece.id;
    call.add(piece);
    if (call.index === undefined && call.name.trim() !== '') {
      call.index = this.#named;
      this.#named += 1;
    }
    this.#touched.add(call);
  }

  #open(serverIndex?: number): OpenCall {
    const call = new OpenCall(serverIndex);
    this.#calls.push(call);
    return call;
  }

  #find({ index, id, name }: CallPiece): OpenCall | undefined {
    if (index === undefined) {
      const known = id === undefined ? undefined : this.#calls.findLast((call) => call.id === id);
      if (known !== undefined) return known;
      const last = this.#calls.at(-1);
      return name !== '' && id !== undefined ? undefined : last;
    }
    const sharing = this.#calls.filter((call) => call.serverIndex === index);
    const latest = sharing.at(-1);
    if (id === undefined || latest?.id === undefined || latest.id === id) return latest;
    // A different id with a name is a new call. Without a name, the server generates a new id for every piece.
    return sharing.findLast((call) => call.id === id) ?? (name === '' ? latest : undefined);
  }
}

interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: string;
}

/** Whether a piece that has the identity of `call` belongs to another call. */
function startsSecondCall(
  call: OpenCall,
  piece: CallPiece,
  seenHere: ReadonlySet<OpenCall>,
): boolean {
  const hasArguments = piece.arguments.trim() !== '';
  if (piece.name === '') return hasArguments && call.hasRepeatedName && call.hasCompleteArguments;
  if (call.name === '') return false;
  const isSameName = piece.name === call.name;
  // Some servers repeat the name on every piece of a call.
  if (call.hasArguments && !call.hasCompleteArguments) return !isSameName;
  // No server splits one call over two named entries of one list.
  if (seenHere.has(call)) return true;
  if (call.hasArguments) return !isSameName || hasArguments;
  // Servers that send names in pieces send an index, and the id only once.
  return !isSameName && (piece.index === undefined || piece.id !== undefined);
}

function toPiece(entry: JsonObject): CallPiece {
  const named = isJsonObject(entry.function) ? entry.function : entry;
  const { index, id } = entry;
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
