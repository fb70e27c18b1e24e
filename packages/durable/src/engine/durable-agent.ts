import type { AgentInput, AgentRun, JsonValue, RunStateJson } from '@turnwise/core';
import type { Effects, ResumedRunOptions, SeedOptions } from '@turnwise/core/model';

/** The decision of a human on a call that waits. */
export type RunDecision = NonNullable<NonNullable<ResumedRunOptions['decisions']>[string]>;

/** The part of an `Agent` that an engine uses. */
export interface EngineAgent {
  seed(input: AgentInput, options?: SeedOptions): Promise<RunStateJson>;
  resume(
    saved: RunStateJson | JsonValue,
    options: ResumedRunOptions & { readonly effects: Effects; readonly context?: never },
  ): AgentRun<unknown>;
  checkDecisions(
    saved: RunStateJson,
    decisions: Readonly<Record<string, RunDecision>>,
  ): Promise<void>;
  fingerprint(): string;
}

/** An agent whose runs survive the process. */
export interface DurableAgent {
  /** To keep the images of its inputs, too, create it with `blobs: store.blobs`. */
  readonly agent: EngineAgent;
  /**
   * The context of a run, for its tools and functions. It is called when a run starts and each time that a process continues it, so
   * that connections are new. @default undefined
   */
  readonly context?:
    | ((run: { readonly id: string; readonly agent: string }) => unknown)
    | undefined;
}
