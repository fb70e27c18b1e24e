import type { Phase } from '../model/model.ts';
import { startsWith } from '../turns/prefix-cache.ts';
import type { Turn } from '../turns/turn.ts';
import type { TurnMeasurer } from './estimate-turn.ts';

/** A prompt as the ledger sees it: turns, and everything else by its rough size. */
export interface LedgerPrompt {
  readonly turns: readonly Turn[];
  /** Rough tokens of instructions and tools. */
  readonly overhead: number;
  /** Requests that offer tools and requests that do not cost differently before the first turn. */
  readonly phase: Phase;
}

/** How many tokens a prompt has. */
export interface LedgerEstimate {
  readonly tokens: number;
  /** The part of them that no server has counted yet. */
  readonly unmeasured: number;
}

/** A prompt whose tokens the server counted. */
interface Anchor {
  readonly turns: readonly Turn[];
  readonly overhead: number;
  readonly tokens: number;
}

/** Below so many estimated tokens, a count proves nothing. */
const leastProof = { whole: 2_000, fresh: 200 };

/** A single reply may not swing the correction further than this. */
const bounds = { least: 0.3, most: 3.5 };

/**
 * Knows what a conversation costs. A prompt that goes on from a counted one is that count and an estimate of what is new;
 * what the new turns really cost is learned from the next count, and corrects the estimate of turns like them.
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

  /** The largest count of a prompt so far: no window is smaller than that. */
  get mostCounted(): number {
    return this.#mostCounted;
  }

  /** Tokens of one turn: counted, or estimated and corrected. */
  costOf(turn: Turn): number {
    return this.#counted.get(turn) ?? this.#measurer.ofTurn(turn) * this.#correction;
  }

  /** What a prompt will cost: as much of it as possible by the server's own counts. */
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
   * Whether a count shows that the server cut the prompt: it is far below what was estimated of it, or hardly above the count
   * of the prompt that this one goes on from.
   */
  isCut(prompt: LedgerPrompt, tokens: number, estimated: number): boolean {
    const anchor = this.#anchorOf(prompt);
    if (anchor === undefined) return estimated > leastProof.whole && tokens < estimated / 2;
    const fresh = this.#sum(prompt.turns, anchor.turns.length);
    return fresh > leastProof.fresh && tokens - anchor.tokens < fresh / 5;
  }

  /** Learns from the server's count of a prompt that it did not cut. */
  observe(prompt: LedgerPrompt, tokens: number): void {
    this.#mostCounted = Math.max(this.#mostCounted, tokens);
    const anchor = this.#anchorOf(prompt);
    if (anchor === undefined) this.#learnOverhead(prompt, tokens);
    else this.#learnTurns(prompt.turns.slice(anchor.turns.length), tokens - anchor.tokens);
    const { turns, phase, overhead } = prompt;
    this.#anchors[phase] = { turns, overhead, tokens };
  }

  /** The counted prompt that this one goes on from. */
  #anchorOf({ turns, phase }: LedgerPrompt): Anchor | undefined {
    const anchor = this.#anchors[phase];
    // Any turn of it may be shown shorter by now, not just the last.
    return anchor !== undefined && startsWith(turns, anchor.turns) ? anchor : undefined;
  }

  /** What a count has beyond the turns is what instructions and tools cost on this server. */
  #learnOverhead({ turns, phase, overhead }: LedgerPrompt, tokens: number): void {
    const rest = tokens - this.#sum(turns, 0);
    this.#overheads[phase] = Math.max(rest, overhead * bounds.least);
  }

  #learnTurns(turns: readonly Turn[], tokens: number): void {
    const estimated = turns.reduce((sum, turn) => sum + this.#measurer.ofTurn(turn), 0);
    if (estimated <= 0 || tokens <= 0) return;
    const ratio = Math.min(bounds.most, Math.max(bounds.least, tokens / estimated));
    for (const turn of turns) this.#counted.set(turn, this.#measurer.ofTurn(turn) * ratio);
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
