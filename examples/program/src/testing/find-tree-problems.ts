import type { RunEvent } from '@turnwise/core';

/**
 * Checks that the events of a run form a tree: every opening event is closed exactly once, inside its parent, no event
 * is outside of the run, and `seq` has no gap. Returns the problems; empty if there are none.
 */
export function findTreeProblems(events: readonly RunEvent[]): string[] {
  const open: string[] = [];
  const problems: string[] = [];
  events.forEach((event, index) => {
    const label = `event ${index} (${event.type})`;
    if (event.seq !== (events[0]?.seq ?? 0) + index)
      problems.push(`${label} has seq ${event.seq}.`);
    if (open.length === 0 && event.type !== 'run-started') {
      problems.push(`${label} is outside of the run.`);
    }
    const parent = parents[event.type];
    if (parent !== undefined && !open.some((node) => node.startsWith(parent))) {
      problems.push(`${label} is outside of ${parent}.`);
    }
    const opened = nodeOpenedBy(event);
    if (opened !== undefined) open.push(opened);
    const closed = nodeClosedBy(event);
    if (closed !== undefined) problems.push(...close(open, closed, label));
  });
  return [...problems, ...open.map((node) => `${node} was never closed.`)];
}

/** Events that must be inside another one. */
const parents: Partial<Record<RunEvent['type'], string>> = {
  'step-started': 'run',
  'request-started': 'step',
  'text-delta': 'request',
  'reasoning-delta': 'request',
  'call-delta': 'request',
  'output-delta': 'request',
  'request-retried': 'request',
  'stream-restarted': 'request',
  'turn-fixed': 'step',
  'assistant-turn-added': 'step',
  'tool-started': 'step',
  'tool-progressed': 'tool',
  'tool-turn-added': 'step',
};

function nodeOpenedBy(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return 'run';
    case 'step-started':
      return `step ${event.step}`;
    case 'request-started':
      return `request ${event.attempt}`;
    case 'tool-started':
      return `tool ${event.call.id}`;
    default:
      return undefined;
  }
}

function nodeClosedBy(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-finished':
    case 'run-failed':
      return 'run';
    case 'step-finished':
      return `step ${event.step}`;
    case 'request-finished':
      return `request ${event.attempt}`;
    case 'tool-finished':
      return `tool ${event.call.id}`;
    default:
      return undefined;
  }
}

/** Tools run in parallel and can finish in any order; everything else closes from the inside out. */
function close(open: string[], node: string, label: string): string[] {
  const at = open.lastIndexOf(node);
  if (at === -1) return [`${label} closes ${node}, which is not open.`];
  const inner = open.splice(at).slice(1);
  const isTool = node.startsWith('tool');
  const siblings = inner.filter((one) => isTool && one.startsWith('tool'));
  open.push(...siblings);
  return inner
    .filter((one) => !siblings.includes(one))
    .map((one) => `${label} closes ${node} while ${one} is open.`);
}
