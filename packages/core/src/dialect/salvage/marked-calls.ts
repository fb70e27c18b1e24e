import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { withRepair } from './found-call.ts';
import { readStatements, type Statement } from './statement.ts';

interface Mark {
  readonly begin: string;
  readonly end: string;
  /** Whether models leave the end out as a rule: the text's own end serves. */
  readonly endsWithText?: boolean;
}

const marks: readonly Mark[] = [
  // Hermes, Qwen, and community templates for Gemma 3.
  { begin: '<tool_call>', end: '</tool_call>' },
  { begin: '<function_call>', end: '</function_call>' },
  { begin: '<function_calls>', end: '</function_calls>' },
  { begin: '<tool_code>', end: '</tool_code>' },
  // FunctionGemma, then Gemma 4.
  { begin: '<start_function_call>', end: '<end_function_call>' },
  { begin: '<|tool_call>', end: '<tool_call|>' },
  // Llama 3 and 4.
  { begin: '<|python_tag|>', end: '<|eom_id|>', endsWithText: true },
  { begin: '<|python_start|>', end: '<|python_end|>' },
  { begin: '<|tool_call_start|>', end: '<|tool_call_end|>' },
  // Mistral, then LM Studio.
  { begin: '[TOOL_CALLS]', end: '</s>', endsWithText: true },
  { begin: '[TOOL_REQUEST]', end: '[END_TOOL_REQUEST]' },
];

/**
 * Reads calls of any form between marks such as `<tool_call>` and `</tool_call>`. A missing end mark is mended, what is
 * missing inside is not. `undefined`, and no step, where no mark stands here or no call behind it.
 */
export function readMarkedCalls(place: CallPlace): Statement | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const mark = marks.find(({ begin }) => cursor.skip(begin));
    if (mark === undefined) return undefined;
    const inside = { ...place, stops: [mark.end, mark.begin], isMarked: true };
    const read = readStatements(inside);
    if (read === undefined) return undefined;
    return { calls: withRepair(read.calls, skipEnd(cursor, mark)), form: mark.begin };
  });
}

const strayMarks = [
  ...marks.filter(({ endsWithText }) => endsWithText !== true).map(({ end }) => end),
];

const endTokens = [
  '<end_of_turn>',
  '<eos>',
  '</s>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|eot|>',
  '<|im_end|>',
  '<turn|>',
];

/** Steps over what may be left behind a call: the token that ends a turn, an end mark whose beginning was lost. */
export function skipLeftovers(cursor: Cursor): boolean {
  return cursor.skipAny(endTokens) !== undefined || cursor.skipAny(strayMarks) !== undefined;
}

/** Steps over the end mark, and says what had to be mended for it. */
function skipEnd(cursor: Cursor, { begin, end, endsWithText }: Mark): string | undefined {
  const stray = cursor.attempt(() => {
    cursor.skipSpace();
    const braces = cursor.takeWhile((character) => character === '}');
    cursor.skipSpace();
    return cursor.skip(end) ? braces : undefined;
  });
  if (stray !== undefined) return stray === '' ? undefined : `superfluous "${stray}"`;
  return endsWithText === true ? undefined : `missing ${end} after ${begin}`;
}
