import type { TurnwiseError, WaitingCall } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import type { ToolOutputView } from '../tool-output.ts';

/** What a page is shown of a run. */
export interface ViewOptions {
  /** Whether reasoning is shown. @default true */
  readonly reasoning?: boolean | undefined;
  /**
   * What is shown as the output of a call that succeeded. @default `result.forApp`, or the text that the model gets
   */
  readonly output?: ToolOutputView | undefined;
  /**
   * The text of an error. It is shown to the user, so it must contain no secrets.
   * @default a sentence with the code of the error
   */
  readonly errorText?: ((error: TurnwiseError) => string) | undefined;
}

/** The options of `toAiUi`. */
export interface AiUiOptions extends ViewOptions {
  /** The id of the message. A run that continues after a pause needs the id that the message has. @default the id of the run */
  readonly messageId?: string | undefined;
  /**
   * The place of the first turn of the model in the conversation: 1 for a new one. It gives calls their final ids while they
   * are written; with a wrong place they are shown again when they are complete. @default 1
   */
  readonly firstTurn?: number | undefined;
  /** The calls that wait, for a run that continues after a pause: `result.waiting`. @default none */
  readonly waiting?: readonly WaitingCall[] | undefined;
}

/** The checks of {@link ViewOptions}. */
export const viewOptions: OptionChecks<ViewOptions> = {
  reasoning: option.flag,
  output: option.func,
  errorText: option.func,
};

const aiUiOptions: OptionChecks<AiUiOptions> = {
  ...viewOptions,
  messageId: option.text,
  firstTurn: option.whole(0),
  waiting: option.value('a list of waiting calls, such as `result.waiting`', Array.isArray),
};

/** Throws `invalid_options` for an option that does not exist or is wrong. */
export function checkAiUiOptions(options: unknown): void {
  checkOptions(options, { name: 'toAiUi()', known: aiUiOptions });
}
