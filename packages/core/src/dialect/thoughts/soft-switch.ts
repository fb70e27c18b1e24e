import { type Turn, textOf } from '../../turns/turn.ts';
import type { Prompt } from '../dialect.ts';

/**
 * Whether the last switch in the instructions and inputs turns thinking off: `/no_think` of Qwen 3 and SmolLM 3, `/nothink` of
 * GLM 4.5, `detailed thinking off` of Nemotron. A switch is at the beginning or the end of a line. Results of tools have none.
 */
export function switchesThinkingOff({ instructions, reminder = '', turns }: Prompt): boolean {
  const latest = lastSwitch(reminder) ?? lastInTurns(turns) ?? lastSwitch(instructions);
  return latest !== undefined && offSwitch.test(latest);
}

function lastInTurns(turns: readonly Turn[]): string | undefined {
  for (let at = turns.length - 1; at >= 0; at -= 1) {
    const turn = turns[at];
    const inputs = turn === undefined || turn.role === 'assistant' ? [] : (turn.inputs ?? []);
    for (const { parts } of [...inputs].reverse()) {
      const found = lastSwitch(textOf(parts));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function lastSwitch(text: string): string | undefined {
  return text.match(anySwitch)?.at(-1)?.trim();
}

const anySwitch =
  /(?:^|[ \t])(?:\/(?:no_?)?think|(?:detailed )?thinking (?:on|off))[ \t]*[.!]?[ \t]*$|^[ \t]*(?:\/(?:no_?)?think|(?:detailed )?thinking (?:on|off))(?=\s|$)/gim;

const offSwitch = /\/no|off/i;
