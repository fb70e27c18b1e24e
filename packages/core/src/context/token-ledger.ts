import type { Phase } from '../model/model.ts';
import { startsWith } from '../turns/prefix-cache.ts';
import type { Turn } from '../turns/turn.ts';
import type { TurnMeasurer } from './estimate-turn.ts';

/** A prompt for the ledger: its turns, and the estimated size of the rest. */
export interface LedgerPrompt {
  readonly turns: readonly Turn[];
  /** Estimated tokens of instructions, tools and output schema. */
  readonly overhead: number;
  /** Requests with and without tools have a different overhead. */
  readonly phase: Phase;
}

/** The estimated tokens of a prompt. */
export interface LedgerEstimate {
  readonly tokens: number;
  /** The part that the server has not counted yet. */
  readonly unmeasured: number;
}

/** A prompt whose tokens the server counted. */
interface Anchor {
  readonly turns: readonly Turn[];
  readonly overhead: number;
  readonly tokens: number;
}

/** A count proves a cut only for a prompt with more estimated tokens than this. */
const leastProof = { whole: 2_000, fresh: 200 };

/** Bounds for the correction that a single reply suggests. */
const bounds = { least: 0.3, most: 3.5 };

/**
 * Estimates the tokens of prompts. A prompt that continues a counted one has that count plus an estimate of the new turns.
 * The next count shows the real size of the new turns and corrects later estimates.
 */
export class TokenLedger {
  readonly #measurer: TurnMeasurer;
  readonly #counted = new Map<Turn, number>();
  readonly #anchors: Partial<Record<Phase, Anchor>> = {};
  readonly #overheads: Partial<Record<Phase, number>> = {};
  #correction: number;
  #mostCounted = 0;

  constructor(measurer: TurnMeasurer, { correction = 1 }: { correction?: number } = {}) {
    this.#measurer = measurer;
    this.#correction = correction;
  }

  /** Counted tokens per estimated token, as learned so far. */
  get correction(): number {
    return this.#correction;
  }

  /** The largest count of a prompt so far: the window has at least this size. */
  get mostCounted(): number {
    return this.#mostCounted;
  }

  /** Tokens of one turn: counted, or estimated and corrected. */
  costOf(turn: Turn): number {
    return this.#counted.get(turn) ?? this.#measurer.ofTurn(turn) * this.#correction;
  }

  /** Estimates a prompt; uses the server's own counts as far as possible. */
  estimate(prompt: LedgerPrompt): LedgerEstimate {
    const anchor = this.#anchorOf(prompt);
    if (anchor !== undefined) {
      const fresh =
        this.#sum(prompt.turns, anchor.turns.length) +
        Math.max(0, prompt.overhead - anchor.overhead) * this.#correction;
      return { tokens: Math.ceil(anchor.tokens + fresh), unmeasured: fresh };
    }
    const known = this.#overheads[prompt.phase];
    const overhead = known ?? prompt.overhead;
    const unmeasured =
      this.#sumUncounted(prompt.turns) + (known === undefined ? prompt.overhead : 0);
    return { tokens: Math.ceil(overhead + this.#sum(prompt.turns, 0)), unmeasured };
  }

  /**
   * Whether a count shows that the server cut the prompt: it is far below the estimate, or hardly above the count of the
   * prompt that this one continues.
   */
  isCut(prompt: LedgerPrompt, tokens: number, estimated: number): boolean {
    const anchor = this.#anchorOf(prompt);
    if (anchor === undefined) return estimated > leastProof.whole && tokens < estimated / 2;
    const fresh = this.#sum(prompt.turns, anchor.turns.length);
    return fresh > leastProof.fresh && tokens - anchor.tokens < fresh / 5;
  }

  /** Learns from the server's count of a prompt that was not cut. */
  observe(prompt: LedgerPrompt, tokens: number): void {
    this.#mostCounted = Math.max(this.#mostCounted, tokens);
    const anchor = this.#anchorOf(prompt);
    if (anchor === undefined) this.#learnOverhead(prompt, tokens);
    else this.#learnTurns(prompt.turns, anchor.turns.length, tokens - anchor.tokens);
    const { turns, phase, overhead } = prompt;
    this.#anchors[phase] = { turns, overhead, tokens };
  }

  /** The counted prompt that this one continues. */
  #anchorOf({ turns, phase }: LedgerPrompt): Anchor | undefined {
    const anchor = this.#anchors[phase];
    // The view may have shortened any of its turns since.
    return anchor !== undefined && startsWith(turns, anchor.turns) ? anchor : undefined;
  }

  /** The count minus the turns is the size of instructions and tools on this server. */
  #learnOverhead({ turns, phase, overhead }: LedgerPrompt, tokens: number): void {
    const rest = tokens - this.#sum(turns, 0);
    this.#overheads[phase] = Math.max(rest, overhead * bounds.least);
  }

  #learnTurns(turns: readonly Turn[], from: number, tokens: number): void {
    const { ofTurn } = this.#measurer;
    let estimated = 0;
    for (let at = from; at < turns.length; at++) estimated += ofTurn(turns[at] as Turn);
    if (estimated <= 0 || tokens <= 0) return;
    const ratio = Math.min(bounds.most, Math.max(bounds.least, tokens / estimated));
    for (let at = from; at < turns.length; at++) {
      const turn = turns[at] as Turn;
      this.#counted.set(turn, ofTurn(turn) * ratio);
    }
    this.#correction = (this.#correction + ratio) / 2;
  }

  #sum(turns: readonly Turn[], from: number): number {
    let sum = 0;
    for (let at = from; at < turns.length; at++) sum += this.costOf(turns[at] as Turn);
    return sum;
  }

  #sumUncounted(turns: readonly Turn[]): number {
    return turns.reduce(
      (sum, turn) => (this.#counted.has(turn) ? sum : sum + this.costOf(turn)),
      0,
    );
  }
}
