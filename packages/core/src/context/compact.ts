import { type Turn, textOf } from '../turns/turn.ts';
import { applyView, type ContextView } from './context-view.ts';
import { droppableUnits, type IsPinned } from './droppable-units.ts';

/** How a prompt that is over its budget becomes smaller. */
export type CompactionPolicy = 'cap-and-drop' | 'drop' | 'summarise';

/** The input of a compaction. */
export interface CompactionOrder {
  readonly turns: readonly Turn[];
  readonly view: ContextView;
  readonly policy: CompactionPolicy;
  readonly isPinned: IsPinned;
  /** Tokens that the shown turns may have after it. */
  readonly target: number;
  readonly costOf: (turn: Turn) => number;
}

/** The result of a compaction. */
export interface Compaction {
  readonly view: ContextView;
  /** Places of the turns that it left out. */
  readonly dropped: readonly number[];
  /** Whether the shown turns fit the target. */
  readonly fits: boolean;
}

/** Old results are shortened to this before any turn is left out, in characters. */
const oldResultChars = 600;
/** The last results are first shortened to this, in characters. */
const mostResultChars = 8_000;
/** The last results are not shortened further than this, in characters. */
const leastResultChars = 200;
/** How many pairs of calls and results at the end are left out last. */
const keepLast = 2;

/**
 * Makes a view that fits: it shortens old results in the middle, then leaves out the oldest turns, and then shortens the
 * newest results too. Pure; every view is a valid conversation.
 */
export function compact(order: CompactionOrder): Compaction {
  const { turns, target } = order;
  let view = order.policy === 'cap-and-drop' ? capOldResults(order) : order.view;
  let cost = costOfView(order, view);
  const dropped: number[] = [];
  for (const keep of [keepLast, 1]) {
    for (const unit of droppableUnits(turns, { keepLast: keep, isPinned: order.isPinned })) {
      if (cost <= target) break;
      const fresh = unit.filter((place) => !view.dropped.includes(place));
      cost -= costOfTurns(order, fresh, view);
      dropped.push(...fresh);
      view = { ...view, dropped: [...view.dropped, ...fresh] };
    }
  }
  view = withNote(turns, view);
  for (let chars = mostResultChars; chars >= leastResultChars; chars = Math.floor(chars / 2)) {
    if (costOfView(order, view) <= target) break;
    view = capResults(turns, view, chars);
  }
  return { view, dropped, fits: costOfView(order, view) <= target };
}

function costOfView(order: CompactionOrder, view: ContextView): number {
  return applyView(order.turns, view).reduce((sum, turn) => sum + order.costOf(turn), 0);
}

function costOfTurns(
  order: CompactionOrder,
  places: readonly number[],
  { capped }: ContextView,
): number {
  const turns = places.flatMap((place) => order.turns[place] ?? []);
  return applyView(turns, { dropped: [], capped, note: '' }).reduce(
    (sum, turn) => sum + order.costOf(turn),
    0,
  );
}

function capOldResults({ turns, view, target, ...order }: CompactionOrder): ContextView {
  if (costOfView({ turns, view, target, ...order }, view) <= target) return view;
  const tools = turns.filter((turn) => turn.role === 'tool');
  return capResults(tools.slice(0, Math.max(0, tools.length - keepLast)), view, oldResultChars);
}

function capResults(turns: readonly Turn[], view: ContextView, chars: number): ContextView {
  const capped = new Map(Object.entries(view.capped));
  for (const turn of turns) {
    if (turn.role !== 'tool') continue;
    for (const { callId, parts } of turn.results) {
      const shown = Math.min(textOf(parts).length, capped.get(callId) ?? Infinity);
      if (shown > chars) capped.set(callId, chars);
    }
  }
  return { ...view, capped: Object.fromEntries(capped) };
}

function withNote(turns: readonly Turn[], view: ContextView): ContextView {
  const dropped = view.dropped.toSorted((one, other) => one - other);
  return dropped.length === 0 ? view : { ...view, dropped, note: describeDropped(turns, dropped) };
}

/** The note to the model about the turns that it no longer sees. */
function describeDropped(turns: readonly Turn[], dropped: readonly number[]): string {
  const calls = dropped.flatMap((place) => {
    const turn = turns[place];
    return turn?.role === 'assistant' && turn.kind === 'calls' ? turn.calls : [];
  });
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  const named = [...counts].map(([name, count]) => `${name} ${count} times`).join(', ');
  return `[${dropped.length} earlier turns are left out to save space${named === '' ? '' : `; they called ${named}`}.]`;
}
