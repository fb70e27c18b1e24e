import type { Part, Turn } from '../../src/turns/turn.ts';

/** Turns as short lines, one for each text, call, result and input, to compare whole conversations. */
export function describeTurns(turns: readonly Turn[]): string[] {
  return turns.flatMap(describeTurn);
}

function describeTurn(turn: Turn): string[] {
  if (turn.role === 'user') return turn.inputs.map(({ parts }) => `user: ${describe(parts)}`);
  if (turn.role === 'tool') {
    return [
      ...turn.results.map(({ name, status, parts }) => `${name} ${status}: ${describe(parts)}`),
      ...(turn.inputs ?? []).map(({ parts }) => `input: ${describe(parts)}`),
    ];
  }
  const thought = turn.reasoning === undefined ? [] : [`thought: ${turn.reasoning}`];
  if (turn.kind === 'text') return [...thought, `text: ${turn.text}`];
  return [
    ...thought,
    ...turn.calls.map((call) => `call ${call.name} ${JSON.stringify(call.arguments)}`),
  ];
}

function describe(parts: readonly Part[]): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : `<${part.image.mediaType}>`))
    .join(' | ');
}
