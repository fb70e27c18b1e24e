import type { Turn } from '../turns/turn.ts';

/** Places of turns that can be left out together and leave a valid conversation; ascending. */
export type DroppableUnit = readonly number[];

/** Whether a turn must stay. */
export type IsPinned = (turn: Turn, place: number) => boolean;

/**
 * What can be left out of a conversation, oldest first: calls with their results, and whole exchanges of user and assistant.
 * The first user turn, the open exchange, its last results, inputs of the user and pinned turns stay.
 */
export function droppableUnits(
  turns: readonly Turn[],
  { keepLast, isPinned }: { readonly keepLast: number; readonly isPinned: IsPinned },
): readonly DroppableUnit[] {
  const exchanges = toExchanges(turns);
  const open = exchanges.at(-1);
  return exchanges.flatMap((exchange): readonly DroppableUnit[] => {
    const pairs = pairsOf(turns, exchange).filter((pair) => !holdsPinned(turns, pair, isPinned));
    if (exchange === open) return pairs.slice(0, Math.max(0, pairs.length - keepLast));
    const frame = exchange.filter((place) => turns[place]?.role === 'user' || isText(turns[place]));
    const isFree = exchange[0] !== 0 && !holdsPinned(turns, exchange, isPinned);
    return isFree ? [...pairs, frame] : pairs;
  });
}

function holdsPinned(
  turns: readonly Turn[],
  places: readonly number[],
  isPinned: IsPinned,
): boolean {
  return places.some((place) => {
    const turn = turns[place];
    if (turn === undefined) return true;
    return isPinned(turn, place) || (turn.role === 'tool' && turn.inputs !== undefined);
  });
}

/** Each exchange starts with a user turn. */
function toExchanges(turns: readonly Turn[]): readonly number[][] {
  const exchanges: number[][] = [];
  for (const [place, turn] of turns.entries()) {
    if (turn.role === 'user') exchanges.push([place]);
    else exchanges.at(-1)?.push(place);
  }
  return exchanges;
}

function pairsOf(turns: readonly Turn[], exchange: readonly number[]): readonly DroppableUnit[] {
  return exchange.flatMap((place) => (turns[place]?.role === 'tool' ? [[place - 1, place]] : []));
}

function isText(turn: Turn | undefined): boolean {
  return turn?.role === 'assistant' && turn.kind === 'text';
}
