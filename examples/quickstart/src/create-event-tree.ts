import type { RunEvent } from '@turnwise/core';
import { type Colours, escapeLine } from '@turnwise-examples/program';
import { describeEvent } from './describe-event.ts';

/**
 * Prints the events of a run as a tree while they happen. A closing event is the last branch of its parent.
 * The deltas of a reply are printed on one line.
 */
export function createEventTree(
  write: (text: string) => void,
  colours: Colours,
): (event: RunEvent) => void {
  const depths = new Map<string, number>();
  let growing: string | undefined;

  const endGrowing = () => {
    if (growing !== undefined) write('\n');
    growing = undefined;
  };

  const branch = (event: RunEvent): string => {
    const depth = depths.get(event.runId) ?? 0;
    if (depth === 0) return '';
    return colours.dim(`${'│  '.repeat(depth - 1)}${closesLast(event) ? '└─' : '├─'} `);
  };

  return (event) => {
    const piece = pieceOf(event);
    const description = escapeLine(describeEvent(event));
    if (piece !== undefined && growing === piece) {
      write(description);
      return;
    }
    endGrowing();
    write(
      `${branch(event)}${paint(event, colours)}${description === '' ? '' : `  ${description}`}`,
    );
    growing = piece;
    if (piece === undefined) write('\n');
    depths.set(event.runId, (depths.get(event.runId) ?? 0) + depthChange(event));
  };
}

const openers: ReadonlySet<string> = new Set(['run-started', 'step-started', 'request-started']);

const closers: ReadonlySet<string> = new Set([
  'request-finished',
  'step-finished',
  'run-finished',
  'run-failed',
]);

/** The reply or call that a delta belongs to; `undefined` for other events. */
function pieceOf(event: RunEvent): string | undefined {
  if (!event.type.endsWith('-delta')) return undefined;
  return event.type === 'call-delta' ? `${event.type} ${event.index}` : event.type;
}

function closesLast({ type }: RunEvent): boolean {
  return closers.has(type);
}

function depthChange({ type }: RunEvent): number {
  if (openers.has(type)) return 1;
  return closers.has(type) ? -1 : 0;
}

function paint(event: RunEvent, colours: Colours): string {
  switch (event.type) {
    case 'run-failed':
      return colours.red(event.type);
    case 'turn-fixed':
    case 'request-retried':
    case 'stream-restarted':
      return colours.yellow(event.type);
    case 'tool-started':
    case 'tool-progressed':
      return colours.cyan(event.type);
    case 'tool-finished':
      return event.result.status === 'ok' ? colours.green(event.type) : colours.red(event.type);
    default:
      return closesLast(event) ? colours.dim(event.type) : colours.bold(event.type);
  }
}
