import { isNonEmpty, type NonEmpty } from '../json.ts';
import { memoizeLast } from '../memoize.ts';
import type { ToolResult, ToolTurn, Turn, UserTurn } from '../turns/turn.ts';

/** Which part of a transcript the model is shown, as plain JSON. The transcript itself keeps everything. */
export interface ContextView {
  /** Places of turns that are left out, ascending. */
  readonly dropped: readonly number[];
  /** Characters that a result is shortened to, by call id. */
  readonly capped: Readonly<Record<string, number>>;
  /** The text in place of the turns that are left out. */
  readonly note: string;
}

/** The view of the whole transcript. */
export const wholeView: ContextView = Object.freeze({ dropped: [], capped: {}, note: '' });

/** The turns that the model is shown. The same turn and view give the same object, so that its encoding is cached. */
export function applyView(turns: readonly Turn[], view: ContextView): readonly Turn[] {
  if (isWhole(view)) return turns;
  const dropped = new Set(view.dropped);
  return turns.flatMap((turn, place) => {
    if (dropped.has(place)) return [];
    if (turn.role === 'tool') return [capTurn(turn, view.capped)];
    if (place === 0 && turn.role === 'user' && view.note !== '') return [withNote(turn, view.note)];
    return [turn];
  });
}

/** A view from a saved state is another object. */
function isWhole({ dropped, capped, note }: ContextView): boolean {
  return dropped.length === 0 && note === '' && Object.keys(capped).length === 0;
}

function capTurn(turn: ToolTurn, capped: Readonly<Record<string, number>>): Turn {
  // Call ids come from saved states too: `constructor` is not a cap.
  const caps = turn.results.map(({ callId }) =>
    Object.hasOwn(capped, callId) ? capped[callId] : undefined,
  );
  if (caps.every((cap) => cap === undefined)) return turn;
  return withCaps(turn, caps);
}

const withCaps = memoizeLast(
  (turn: ToolTurn, caps: readonly (number | undefined)[]): ToolTurn => {
    const results = turn.results.map((result, place) => capResult(result, caps[place]));
    return Object.freeze(isNonEmpty(results) ? { ...turn, results } : turn);
  },
  // Both are the caps of the same results.
  (one, other) => one.every((cap, place) => cap === other[place]),
);

function capResult(result: ToolResult, cap: number | undefined): ToolResult {
  if (cap === undefined) return result;
  const maxChars = Math.min(cap, result.maxChars ?? cap);
  return { ...result, maxChars };
}

const withNote = memoizeLast((turn: UserTurn, note: string): UserTurn => {
  const inputs: NonEmpty<UserTurn['inputs'][number]> = [
    ...turn.inputs,
    { parts: [{ type: 'text', text: note }] },
  ];
  return Object.freeze({ ...turn, inputs });
});
