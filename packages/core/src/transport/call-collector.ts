import type { RawCall, RawCallDelta } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { OpenCall } from './open-call.ts';
import type { PieceOwner } from './piece-template.ts';

/**
 * Assembles calls from their pieces. Servers identify the call of a piece in different ways: by `index`, by `id`, by
 * both, by neither, with one index or one id for all calls, or with a new id on every piece (older vLLM). A piece that
 * matches no known call, or that brings a second name for a call whose arguments are complete, starts a new one.
 * A piece that repeats a whole call with its id is the summary at the end of a stream, and adds nothing. Entries without a
 * name and arguments are placeholders, not calls.
 */
export class CallCollector {
  readonly #calls: OpenCall[] = [];
  readonly #all = new SharedIds();
  readonly #byServerIndex = new Map<number, SharedIds>();
  readonly #touched = new Set<OpenCall>();
  #ignored = 0;
  #named = 0;

  /** Adds the `tool_calls` of one delta. */
  addPieces(entries: readonly JsonValue[]): void {
    const seenHere = new Set<OpenCall>();
    for (const entry of entries) {
      if (!isJsonObject(entry)) this.#ignored += 1;
      else seenHere.add(this.#addPiece(toPiece(entry), seenHere));
    }
  }

  /** Adds a delta that is only a piece of the arguments of one call. */
  addArguments({ index, id }: PieceOwner, text: string): void {
    this.#addPiece({ index, id, name: '', arguments: text }, noneSeen);
  }

  /** Adds the `tool_calls` of a whole reply: every entry is a call of its own, also if several have the same id. */
  addWholeCalls(entries: readonly JsonValue[]): void {
    for (const entry of entries) {
      if (!isJsonObject(entry)) this.#ignored += 1;
      else this.#extend(this.#open(), toPiece(entry));
    }
  }

  /**
   * Adds the `tool_calls` of a message that follows the deltas of a stream: it repeats the calls so far, and may contain
   * others.
   */
  addSummary(entries: readonly JsonValue[]): void {
    const known = new Set(this.#calls);
    const others = entries.filter((entry) => {
      if (!isJsonObject(entry)) return false;
      const piece = toPiece(entry);
      const same = [...known].find((call) => call.isRepeatedBy(piece));
      return same === undefined || !known.delete(same);
    });
    this.addPieces(others);
  }

  /** What was added since the last call, at most one piece per tool call; `undefined` if nothing was. */
  takeDeltas(): readonly RawCallDelta[] | undefined {
    if (this.#touched.size === 0) return undefined;
    const deltas: RawCallDelta[] = [];
    for (const call of this.#touched) {
      const delta = call.takeDelta();
      if (delta !== undefined) deltas.push(delta);
    }
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

  #addPiece(piece: CallPiece, seenHere: ReadonlySet<OpenCall>): OpenCall {
    const found = this.#find(piece);
    if (found !== undefined && isSummaryOf(found, piece, seenHere)) return found;
    const isSecond = found !== undefined && startsSecondCall(found, piece, seenHere);
    const call = found === undefined || isSecond ? this.#open(piece.index) : found;
    const name = isSecond && piece.name === '' ? found.name : piece.name;
    this.#extend(call, { ...piece, name });
    return call;
  }

  #extend(call: OpenCall, piece: CallPiece): void {
    if (call.id === undefined && piece.id !== undefined) {
      call.id = piece.id;
      this.#all.addId(call);
      this.#sharing(call.serverIndex)?.addId(call);
    }
    call.add(piece);
    if (call.index === undefined && call.name.trim() !== '') {
      call.index = this.#named;
      this.#named += 1;
    }
    this.#touched.add(call);
  }

  #open(serverIndex?: number): OpenCall {
    const call = new OpenCall(this.#calls.length, serverIndex);
    this.#calls.push(call);
    this.#all.latest = call;
    if (serverIndex === undefined) return call;
    const sharing = this.#sharing(serverIndex) ?? new SharedIds();
    this.#byServerIndex.set(serverIndex, sharing);
    sharing.latest = call;
    return call;
  }

  #sharing(serverIndex: number | undefined): SharedIds | undefined {
    return serverIndex === undefined ? undefined : this.#byServerIndex.get(serverIndex);
  }

  #find({ index, id, name }: CallPiece): OpenCall | undefined {
    if (index === undefined) {
      const known = this.#all.withId(id);
      if (known !== undefined) return known;
      return name !== '' && id !== undefined ? undefined : this.#all.latest;
    }
    const sharing = this.#sharing(index);
    const latest = sharing?.latest;
    if (id === undefined || latest?.id === undefined || latest.id === id) return latest;
    // A different id with a name is a new call. Without a name, the server generates a new id for every piece.
    return sharing?.withId(id) ?? (name === '' ? latest : undefined);
  }
}

/** Finds calls that have one index, or all calls, without a search for each piece. */
class SharedIds {
  /** The call that was opened last. */
  latest: OpenCall | undefined;
  readonly #byId = new Map<string, OpenCall>();

  /** The last opened call with this id. */
  withId(id: string | undefined): OpenCall | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Adds the id that a call got. */
  addId(call: OpenCall): void {
    const { id, place } = call;
    if (id === undefined || (this.#byId.get(id)?.place ?? -1) > place) return;
    this.#byId.set(id, call);
  }
}

const noneSeen: ReadonlySet<OpenCall> = new Set();

interface CallPiece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string;
  readonly arguments: string;
}

/** Whether a piece repeats the whole call. Without an id it can be a second, equal call. */
function isSummaryOf(call: OpenCall, piece: CallPiece, seenHere: ReadonlySet<OpenCall>): boolean {
  return (
    piece.id !== undefined &&
    piece.id === call.id &&
    !seenHere.has(call) &&
    call.isRepeatedBy(piece)
  );
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
  const name = typeof entry.function === 'string' ? entry.function : named.name;
  return {
    index: toIndex(entry.index),
    id: toId(entry.id),
    name: typeof name === 'string' ? name : '',
    arguments: toArgumentText(named.arguments ?? named.parameters ?? named.input ?? named.args),
  };
}

/** Some servers send numbers as text, and text as numbers. */
function toIndex(index: JsonValue | undefined): number | undefined {
  if (typeof index === 'number') return index;
  return typeof index === 'string' && /^\d{1,9}$/.test(index) ? Number(index) : undefined;
}

function toId(id: JsonValue | undefined): string | undefined {
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function toArgumentText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
