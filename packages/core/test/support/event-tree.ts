import type { RunEvent } from '../../src/run/state/run-event.ts';

/**
 * What is wrong with the events of one run: an opening event that is not closed exactly once, an event outside of what it
 * belongs to, a gap in `seq`, a tool started out of call order. `undefined` where nothing is.
 */
export function findTreeProblem(events: readonly RunEvent[]): string | undefined {
  const tree = new EventTree();
  for (const [place, event] of events.entries()) {
    const expected = (events[0]?.seq ?? 0) + place;
    if (event.seq !== expected) return `event ${place} (${event.type}) has seq ${event.seq}`;
    const problem = tree.take(event);
    if (problem !== undefined) return `event ${place} (${event.type}): ${problem}`;
  }
  return tree.isClosed ? undefined : `open at the end: ${tree.open}`;
}

type Scope = 'run' | 'step' | 'request';

const opens: Readonly<Record<string, Scope>> = {
  'run-started': 'run',
  'step-started': 'step',
  'request-started': 'request',
};

const closes: Readonly<Record<string, Scope>> = {
  'run-finished': 'run',
  'run-failed': 'run',
  'step-finished': 'step',
  'request-finished': 'request',
};

const belongsTo: Readonly<Record<string, Scope>> = {
  'user-turn-added': 'run',
  'input-steered': 'run',
  'text-delta': 'request',
  'reasoning-delta': 'request',
  'call-delta': 'request',
  'request-retried': 'request',
  'stream-restarted': 'request',
  'assistant-turn-added': 'step',
  'decision-requested': 'step',
  'decision-resolved': 'step',
  'tool-started': 'step',
  'tool-progressed': 'step',
  'tool-finished': 'step',
};

class EventTree {
  readonly open: Scope[] = [];
  #isOver = false;
  #callOrder: readonly string[] = [];
  #started: string[] = [];
  #running = new Set<string>();
  #waited = new Set<string>();

  get isClosed(): boolean {
    return this.#isOver && this.open.length === 0;
  }

  take(event: RunEvent): string | undefined {
    if (this.#isOver) return 'after the end of the run';
    return this.#takeScope(event.type) ?? this.#takeTool(event);
  }

  #takeScope(type: string): string | undefined {
    const scope = opens[type];
    if (scope !== undefined) return this.#enter(scope);
    const closed = closes[type];
    if (closed !== undefined) return this.#leave(closed);
    const home = belongsTo[type];
    const here = this.open.at(-1);
    return home === undefined || home === here ? undefined : `stands in ${here}, not in ${home}`;
  }

  #enter(scope: Scope): string | undefined {
    const outer = { run: undefined, step: 'run', request: 'step' }[scope];
    if (this.open.at(-1) !== outer) return `opens in ${this.open.at(-1)}, not in ${outer}`;
    this.open.push(scope);
    return undefined;
  }

  #leave(scope: Scope): string | undefined {
    if (this.#running.size > 0) return `tools still run: ${[...this.#running]}`;
    if (this.open.pop() !== scope) return 'closes what is not open';
    this.#isOver = scope === 'run';
    return undefined;
  }

  #takeTool(event: RunEvent): string | undefined {
    switch (event.type) {
      case 'assistant-turn-added':
        this.#callOrder = event.turn.kind === 'calls' ? event.turn.calls.map(({ id }) => id) : [];
        this.#started = [];
        this.#waited.clear();
        return undefined;
      case 'tool-started':
        return this.#start(event.call.id);
      case 'tool-progressed':
        return this.#running.has(event.call.id) ? undefined : 'progress of a tool not running';
      case 'tool-finished':
        return this.#running.delete(event.call.id) ? undefined : 'finished, but not running';
      case 'decision-requested':
        // A call that asks a question or is in doubt has no result.
        this.#running.delete(event.callId);
        this.#started = this.#started.filter((id) => id !== event.callId);
        this.#waited.add(event.callId);
        return undefined;
      case 'tool-turn-added':
        return this.#running.size > 0 ? 'results while tools run' : undefined;
      default:
        return undefined;
    }
  }

  #start(id: string): string | undefined {
    if (this.#started.includes(id)) return 'started twice';
    this.#started.push(id);
    this.#running.add(id);
    // The other calls of its reply ran while it waited for a decision.
    if (this.#waited.has(id)) return undefined;
    // A resumed run answers calls of a turn that was added before it began. Calls that wait do not start.
    const before = this.#started.slice(0, -1).findLast((each) => !this.#waited.has(each));
    if (before === undefined || this.#callOrder.length === 0) return undefined;
    const isInOrder = this.#callOrder.indexOf(before) < this.#callOrder.indexOf(id);
    return isInOrder ? undefined : `started after ${before}`;
  }
}
