import type { CallableNames } from './callable-name.ts';
import { type Salvaged, salvageFrom } from './salvage-calls.ts';
import { TextWalk } from './text-walk.ts';

/** Emits streamed text as soon as it certainly is not part of a call. */
export interface HoldBack {
  /** Takes the next piece and returns the text that can be shown now; `''` if everything is held back. */
  push(delta: string): string;
  /**
   * The calls in the whole text, as `salvageCalls` finds them, without reading the emitted text again. `undefined` if `text` is
   * not what was pushed, or if it must be read from its start. Call it once, at the end.
   */
  finish(text: string): Salvaged | undefined;
  /** The text that is held back. All results of `push` followed by `held` equal the whole text. */
  readonly held: string;
}

/**
 * Creates a {@link HoldBack} for the reply to a request with these tools. It emits only text that `salvageCalls` would treat
 * as prose; from the first call on it holds everything back. It uses the same readers, which report whether more text could
 * change their result. Undecided text is read again when it has grown by half, or doubled if it is long, so that the
 * work stays linear.
 */
export function createHoldBack(tools: CallableNames): HoldBack {
  const walk = new TextWalk(tools);
  let held = '';
  let readAgainAt = 1;
  let hasCalls = false;
  let pushed = '';

  const release = (length: number): string => {
    const shown = held.slice(0, length);
    held = held.slice(length);
    return shown;
  };

  return {
    push(delta) {
      held += delta;
      pushed += delta;
      if (hasCalls || held.length < readAgainAt) return '';
      const passage = walk.walk(held, 0, { isWhole: false });
      hasCalls = passage.kind === 'calls';
      const shown = release(passage.kind === 'end' ? held.length : passage.start);
      readAgainAt = Math.max(1, held.length * (held.length < longText ? 1.5 : 2));
      return shown;
    },
    finish(text) {
      if (walk.hasGivenUp || pushed !== text) return undefined;
      pushed = '';
      const salvaged = salvageFrom(walk, text, text.length - held.length);
      // Its work includes what was read again while the text grew.
      return walk.hasGivenUp ? undefined : salvaged;
    },
    get held() {
      return held;
    },
  };
}

const longText = 1_000;
