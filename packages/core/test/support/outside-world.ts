import type { AgentRun } from '../../src/agent/agent-run.ts';
import type { JournalEntry } from './segment-journal.ts';

/** What reaches a run from outside, each during the effect with an id. */
export interface FromOutside {
  readonly inputs: readonly { readonly during: string; readonly text: string }[];
  readonly abortDuring?: string | undefined;
}

/** What a store keeps of what came from outside: everything that was accepted, until a run has read it. */
export class OutsideWorld {
  readonly #given: FromOutside;
  readonly #arrived = new Set<string>();
  readonly #read = new Set<string>();

  /** The journals are those that a crash left. */
  constructor(given: FromOutside, journals: readonly (readonly JournalEntry[])[] = []) {
    this.#given = given;
    for (const journal of journals) {
      for (const { id } of journal) this.#arrived.add(id);
      this.takeRead(journal);
    }
  }

  /** The texts that no run has read, in the order in which they came. */
  get unread(): readonly string[] {
    return [...this.#arrived].flatMap((id) =>
      this.#given.inputs
        .filter(({ during, text }) => during === id && !this.#read.has(text))
        .map(({ text }) => text),
    );
  }

  /** Gives a run that starts or continues what is unread. */
  giveUnread(run: AgentRun): void {
    for (const text of this.unread) run.steer(text, { id: text });
    this.#abort(run);
  }

  /** Gives a run what comes while an effect is executed. */
  during(id: string, run: AgentRun): void {
    if (this.#arrived.has(id)) return;
    this.#arrived.add(id);
    for (const { during, text } of this.#given.inputs) {
      if (during === id) run.steer(text, { id: text });
    }
    this.#abort(run);
  }

  /** Notes which inputs a run has read. */
  takeRead(journal: readonly JournalEntry[]): void {
    for (const { id, output } of journal) {
      if (!/^inbox\.\d+$/.test(id) || output === undefined) continue;
      const { inputs } = JSON.parse(output).value as { inputs: readonly { id?: string }[] };
      for (const input of inputs) if (input.id !== undefined) this.#read.add(input.id);
    }
  }

  #abort(run: AgentRun): void {
    const { abortDuring } = this.#given;
    if (abortDuring !== undefined && this.#arrived.has(abortDuring)) run.abort();
  }
}
