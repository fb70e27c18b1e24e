import { type Turn, textOf, type UserInput } from './turn.ts';

/** The inputs of the user in a turn: an answer or a call has none, and a result may have some. */
export function inputsOf(turn: Turn | undefined): readonly UserInput[] {
  return turn === undefined || turn.role === 'assistant' ? [] : (turn.inputs ?? []);
}

/** The texts of the user in a turn. */
export function inputText(turn: Turn | undefined): string {
  return inputsOf(turn)
    .map(({ parts }) => textOf(parts))
    .join('\n');
}

/** The user's last inputs, and the place of their turn. */
export function lastInput(turns: readonly Turn[]): {
  readonly text: string;
  readonly place: number;
} {
  const place = turns.findLastIndex((turn) => inputsOf(turn).length > 0);
  return { text: inputText(turns[place]), place };
}
