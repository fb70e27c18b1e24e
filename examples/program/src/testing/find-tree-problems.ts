import type { RunEvent } from '@turnwise/core';

/**
 * Where events of one run do not form the tree that they should: every opening event closed exactly once, inside what
 * was opened before it, nothing outside of the run, and `seq` counting without a gap. Empty where all is well.
 */
export function findTreeProblems(events: readonly RunEvent[]): string[] {
  const open: string[] = [];
  const problems: string[] = [];
  events.forEach((event, place) => {
    const where = `event ${place} (${event.type})`;
    if (event.seq !== place) problems.push(`${where} has seq ${event.seq}.`);
    if (open.length === 0 && event.type !== 'run-started') {
      problems.push(`${where} stands outside of the run.`);
    }
    const parent = parents[event.type];
    if (parent !== undefined && !open.some((node) => node.startsWith(parent))) {
      problems.push(`${where} stands outside of ${parent}.`);
    }
    const opened = nodeOpenedBy(event);
    if (opened !== undefined) open.push(opened);
    const closed = nodeClosedBy(event);
    if (closed !== undefined) problems.push(...close(open, closed, where));
  });
  return [...problems, ...open.map((node) => `${node} was never closed.`)];
}

/** The kinds of events that may only stand inside another one. */
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

/** Tools run side by side and may end in any order; everything else closes innermost first. */
function close(open: string[], node: string, where: string): string[] {
  const at = open.lastIndexOf(node);
  if (at === -1) return [`${where} closes ${node}, which is not open.`];
  const inner = open.splice(at).slice(1);
  const isTool = node.startsWith('tool');
  const siblings = inner.filter((one) => isTool && one.startsWith('tool'));
  open.push(...siblings);
  return inner
    .filter((one) => !siblings.includes(one))
    .map((one) => `${where} closes ${node} while ${one} is open.`);
}
