import { expect } from '@jest/globals';
import type { JsonValue } from '../../src/json.ts';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';

/** One effect of a run: its input and its result. */
export interface JournalEntry {
  readonly id: string;
  readonly input: JsonValue;
  /** The JSON of `{ value }`; missing if the effect threw. */
  result?: string;
  error?: unknown;
}

/** Effects that are executed in place and written down in the order in which they begin. */
export function recordEffects(journal: JournalEntry[]): Effects {
  const write = (id: string, input: JsonValue): JournalEntry => {
    const entry = { id, input: JSON.parse(JSON.stringify(input)) };
    journal.push(entry);
    return entry;
  };
  const keep = <Result>(entry: JournalEntry, result: Result): Result => {
    entry.result = JSON.stringify({ value: result });
    return result;
  };
  const fail = (entry: JournalEntry, error: unknown): never => {
    entry.error = error;
    throw error;
  };
  return {
    ...inProcessEffects,
    async *perform(effect) {
      const entry = write(effect.id, effect.input());
      try {
        return keep(entry, yield* effect.execute({ attempt: 1 }));
      } catch (error) {
        return fail(entry, error);
      }
    },
    async value(effect) {
      const entry = write(effect.id, effect.input());
      try {
        return keep(entry, await effect.execute({ attempt: 1 }));
      } catch (error) {
        return fail(entry, error);
      }
    },
  };
}

/** Effects that are not executed: the result of each one comes from the journal. */
export function replayEffects(
  journal: readonly JournalEntry[],
): Effects & { left(): readonly JournalEntry[] } {
  const left = [...journal];
  const replay = <Result>(id: string, input: JsonValue): Result => {
    const entry = left.shift();
    expect({ id, input: JSON.parse(JSON.stringify(input)) }).toEqual({
      id: entry?.id,
      input: entry?.input,
    });
    if (entry?.result === undefined) throw entry?.error;
    return JSON.parse(entry.result).value;
  };
  return {
    ...inProcessEffects,
    left: () => left,
    // biome-ignore lint/correctness/useYield: progress is never replayed.
    async *perform(effect) {
      return replay(effect.id, effect.input());
    },
    async value(effect) {
      return replay(effect.id, effect.input());
    },
  };
}
