import { canonicalJson } from '../../src/canonical-json.ts';
import { errorFromJson, errorToJson } from '../../src/error-json.ts';
import { EngineStop } from '../../src/errors.ts';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';
import type { ToolRepeat } from '../../src/tool/tool.ts';

/** A row of the journal of one segment. */
export interface JournalEntry {
  readonly id: string;
  readonly input: string;
  /** The JSON of `{ value }` or `{ error }`; missing while the effect runs. */
  output?: string;
}

/**
 * The effects of a segment as an engine makes them: recorded results first, in the order in which they were recorded, then
 * execution, which is recorded too. A tool that must not run twice and has no result is in doubt. `onBegin` gets the id of each effect
 * that is executed.
 */
export function segmentEffects(
  journal: JournalEntry[],
  onBegin: (id: string) => void = () => undefined,
): Effects {
  const replay = new Replay(journal);
  const record = (entry: JournalEntry, output: { value: unknown } | { error: unknown }): string => {
    entry.output = JSON.stringify(output);
    // The order of the results is the order of the rows.
    journal.splice(journal.indexOf(entry), 1);
    journal.push(entry);
    return entry.output;
  };
  const begin = ({ id, input }: Asked): JournalEntry => {
    const entry = { id, input: canonicalJson(input()) };
    journal.push(entry);
    onBegin(id);
    return entry;
  };
  return {
    get isReplaying() {
      return replay.isReplaying;
    },
    async *perform(effect) {
      const known = await replay.take(effect);
      if (known !== undefined) return read(known);
      const entry = begin(effect);
      try {
        return read(record(entry, { value: yield* effect.execute({ attempt: 1 }) }));
      } catch (thrown) {
        return fail(entry, thrown, record);
      }
    },
    async value(effect) {
      const known = await replay.take(effect);
      if (known !== undefined) return read(known);
      const entry = begin(effect);
      let value: unknown;
      try {
        value = await effect.execute({ attempt: 1 });
      } catch (thrown) {
        return fail(entry, thrown, record);
      }
      return read(record(entry, { value }));
    },
    all: inProcessEffects.all,
  };
}

interface Asked {
  readonly id: string;
  readonly repeat: ToolRepeat;
  readonly input: () => unknown;
}

/** The rows that a crash left. */
class Replay {
  readonly #done: JournalEntry[];
  readonly #intents: ReadonlyMap<string, JournalEntry>;
  readonly #journal: JournalEntry[];
  #waiters: (() => void)[] = [];

  constructor(journal: JournalEntry[]) {
    this.#journal = journal;
    this.#done = journal.filter(({ output }) => output !== undefined);
    const open = journal.filter(({ output }) => output === undefined);
    this.#intents = new Map(open.map((entry) => [entry.id, entry]));
  }

  get isReplaying(): boolean {
    return this.#done.length > 0;
  }

  /** The recorded output of an effect, once the results before it have been taken; `undefined` to execute it. */
  async take({ id, repeat, input }: Asked): Promise<string | undefined> {
    const place = this.#done.findIndex((entry) => entry.id === id);
    if (place === -1) return await this.#takeIntent({ id, repeat, input });
    while (this.#done[0]?.id !== id) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    const [entry] = this.#done.splice(0, 1);
    this.#wake();
    if (entry?.input !== canonicalJson(input())) throw new EngineStop('non_determinism', id);
    return entry?.output;
  }

  async #takeIntent({ id, repeat }: Asked): Promise<string | undefined> {
    const intent = this.#intents.get(id);
    // Only an effect of a parallel call can be asked for before the results of its neighbours have been taken.
    if (this.#done.length > 0 && !isOfCall(id)) throw new EngineStop('non_determinism', id);
    while (this.#done.length > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    if (intent === undefined) return undefined;
    this.#journal.splice(this.#journal.indexOf(intent), 1);
    if (repeat !== 'never') return undefined;
    intent.output = JSON.stringify({ value: { inDoubt: true } });
    this.#journal.push(intent);
    return intent.output;
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

/** Whether an effect belongs to one call: the tool itself, or what its call needs, such as the time from which it waits. */
function isOfCall(id: string): boolean {
  return /^\d+\.\d+(?:\.|$)/.test(id);
}

function fail(
  entry: JournalEntry,
  thrown: unknown,
  record: (entry: JournalEntry, output: { error: unknown }) => string,
): never {
  if (thrown instanceof EngineStop) throw thrown;
  return read(record(entry, { error: errorToJson(thrown) }));
}

function read<Result>(output: string): Result {
  const { value, error } = JSON.parse(output);
  if (error !== undefined) throw errorFromJson(error);
  return value;
}
