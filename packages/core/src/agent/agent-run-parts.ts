import type { Run } from '../run/state/run-setup.ts';
import type { RunTrace } from '../run/state/run-tracer.ts';
import type { AroundRun } from './around-run.ts';
import type { EventHub } from './event-hub.ts';
import type { RunControl } from './run-control.ts';

/** What an agent starts a run with. */
export interface AgentRunParts {
  readonly run: Run<unknown>;
  readonly control: RunControl;
  readonly agent: string;
  /** Whether the run continues; otherwise it begins. */
  readonly resumed: boolean;
  /** Whether open calls of the given conversation are answered as cancelled. */
  readonly cancelsOpenCalls: boolean;
  /** Whether events are kept for an iterator. */
  readonly keepsEvents: boolean;
  /** Whether an engine executes the effects. */
  readonly isRecorded: boolean;
  readonly around: AroundRun | undefined;
  /** Gets every event in order, before the iterator; never throws. */
  readonly hub: Pick<EventHub, 'hasListeners' | 'listensTo' | 'emit'>;
  /** Gets every event before the listeners. */
  readonly trace: RunTrace | undefined;
}
