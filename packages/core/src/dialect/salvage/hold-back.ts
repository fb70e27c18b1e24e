import { type CallableName, toCallableNames } from './callable-name.ts';
import { TextWalk } from './text-walk.ts';

/** Shows a stream of text as early as it is certain not to be part of a call. */
export interface HoldBack {
  /** Takes the next piece and gives what may be shown now; `''` where all is held. */
  push(delta: string): string;
  /** What is held: with everything that `push` gave before it, the text byte for byte. */
  readonly held: string;
}

/**
 * Makes a {@link HoldBack} for a reply to a request that offered `tools`. What it lets go is prose to `salvageCalls` of the
 * whole text; from the first call on it holds everything. It reads with the same readers, which know whether more text
 * could change what they read; a piece that they cannot decide is read again when it has grown by half, so that the work
 * stays linear in the text.
 */
export function createHoldBack(tools: readonly CallableName[]): HoldBack {
  const walk = new TextWalk(toCallableNames(tools));
  let held = '';
  let readAgainAt = 1;
  let hasCalls = false;

  const letGo = (length: number): string => {
    const shown = held.slice(0, length);
    held = held.slice(length);
    return shown;
  };

  return {
    push(delta) {
      held += delta;
      if (hasCalls || held.length < readAgainAt) return '';
      const passage = walk.walk(held, 0, { isWhole: false });
      hasCalls = passage.kind === 'calls';
      const shown = letGo(passage.kind === 'end' ? held.length : passage.start);
      readAgainAt = Math.max(1, held.length * 1.5);
      return shown;
    },
    get held() {
      return held;
    },
  };
}
