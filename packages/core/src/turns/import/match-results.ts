import type { HistoryChange } from '../history-change.ts';
import type { Part } from '../turn.ts';
import type { ImportedCall, ImportedMessage, ImportedResult } from './imported-message.ts';

/** An imported message and the position of its source in the list. */
export interface PlacedMessage {
  readonly index: number;
  readonly message: ImportedMessage;
}

/** Lists a change. */
export type NoteChange = (kind: HistoryChange['kind'], index: number, detail: string) => void;

/**
 * Finds the call of each result: by id, in any place; a result without an id, or the result of a call without one, by
 * the name of the tool, or because only one call is open, or by their order if as many calls are open as results follow. A
 * result that has no call or whose call has a result already is dropped. Every result that is moved, matched by order or
 * dropped is listed.
 */
export function matchResults(
  messages: readonly PlacedMessage[],
  note: NoteChange,
): ReadonlyMap<ImportedCall, ImportedResult> {
  const matcher = new Matcher(note);
  for (const [place, { index, message }] of messages.entries()) {
    if (message.role === 'user' || message.role === 'assistant') matcher.startGroup();
    if (message.role === 'assistant') matcher.addCalls(message.calls);
    if (message.role !== 'tool') continue;
    for (const [at, result] of message.results.entries()) {
      matcher.addResult(result, index, () => countUnnamed(messages, place, at));
    }
  }
  return matcher.finish();
}

/** The number of results without an id and a name that follow each other, from one result of a message on. */
function countUnnamed(
  messages: readonly PlacedMessage[],
  start: number,
  firstResult: number,
): number {
  let count = 0;
  for (let place = start; place < messages.length; place += 1) {
    const message = messages[place]?.message;
    if (message?.role !== 'tool') return count;
    for (const { callId, name } of message.results.slice(place === start ? firstResult : 0)) {
      if (callId !== undefined || name !== undefined) return count;
      count += 1;
    }
  }
  return count;
}

class Matcher {
  readonly #note: NoteChange;
  /** The calls without a result, oldest first. */
  #open: ImportedCall[] = [];
  /** The calls of the last message, until another message follows. */
  #group: readonly ImportedCall[] = [];
  readonly #results = new Map<ImportedCall, ImportedResult>();
  /** Results whose call may follow later. */
  readonly #unmatched: { readonly result: ImportedResult; readonly index: number }[] = [];

  constructor(note: NoteChange) {
    this.#note = note;
  }

  startGroup(): void {
    this.#group = [];
  }

  addCalls(calls: readonly ImportedCall[]): void {
    this.#group = calls;
    this.#open.push(...calls);
  }

  addResult(result: ImportedResult, index: number, countUnnamedResults: () => number): void {
    const call = this.#find(result) ?? this.#findByOrder(result, index, countUnnamedResults);
    if (call === undefined) this.#unmatched.push({ result, index });
    else this.#match(call, result, index);
  }

  finish(): ReadonlyMap<ImportedCall, ImportedResult> {
    this.startGroup();
    for (const { result, index } of this.#unmatched) {
      const call = result.callId === undefined ? undefined : this.#find(result);
      if (call !== undefined) this.#match(call, result, index);
      else this.#note('dropped-result', index, describeParts(result.parts));
    }
    return this.#results;
  }

  #match(call: ImportedCall, result: ImportedResult, index: number): void {
    if (!this.#group.includes(call)) {
      this.#note('moved-result', index, `moved to its call of "${call.name}"`);
    }
    this.#open = this.#open.filter((each) => each !== call);
    this.#results.set(call, result);
  }

  #find({ callId, name }: ImportedResult): ImportedCall | undefined {
    if (callId !== undefined) {
      const byId = this.#first((call) => call.id === callId);
      if (byId !== undefined) return byId;
    }
    const isPossible = (call: ImportedCall) => callId === undefined || call.id === undefined;
    if (name !== undefined) return this.#first((call) => isPossible(call) && call.name === name);
    const possible = this.#open.filter(isPossible);
    const neighbours = possible.filter((call) => this.#group.includes(call));
    const [only, ...others] = neighbours.length > 0 ? neighbours : possible;
    return others.length === 0 ? only : undefined;
  }

  /** The first open call that fits; those of the last message come first, because programs use the same id again. */
  #first(fits: (call: ImportedCall) => boolean): ImportedCall | undefined {
    const open = this.#open.filter(fits);
    return open.find((call) => this.#group.includes(call)) ?? open[0];
  }

  #findByOrder(
    { callId, name }: ImportedResult,
    index: number,
    countUnnamedResults: () => number,
  ): ImportedCall | undefined {
    const open = this.#open.filter((call) => this.#group.includes(call));
    const [first] = open;
    if (callId !== undefined || name !== undefined || first === undefined) return undefined;
    if (countUnnamedResults() !== open.length) return undefined;
    this.#note('matched-result', index, `matched by its place to the call of "${first.name}"`);
    return first;
  }
}

/** The text of parts; never empty. */
function describeParts(parts: readonly Part[]): string {
  const texts = parts.map((part) =>
    part.type === 'text' ? part.text : `[image ${part.image.mediaType}]`,
  );
  return texts.join('') || 'an empty result';
}
