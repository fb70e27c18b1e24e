import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { withRepair } from './found-call.ts';
import { readStatements, type Statement } from './statement.ts';
import { mayBeAtTag, startsOf } from './tag-starts.ts';

interface Tag {
  readonly begin: string;
  readonly end: string;
  /** Whether models usually leave the end tag out: then the calls end with the text. */
  readonly endsWithText?: boolean;
}

const tags: readonly Tag[] = [
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

const tagStarts = startsOf(tags.map(({ begin }) => begin));

/**
 * Reads calls of any form between tags such as `<tool_call>` and `</tool_call>`. A missing end tag is repaired; missing
 * parts of the calls are not. Returns `undefined` and does not move if no tag with a call after it begins here.
 */
export function readMarkedCalls(place: CallPlace): Statement | undefined {
  const { cursor } = place;
  if (!mayBeAtTag(cursor, tagStarts)) return undefined;
  return cursor.attempt(() => {
    const tag = tags.find(({ begin }) => cursor.skip(begin));
    if (tag === undefined) return undefined;
    const inside = { ...place, stops: [tag.end, tag.begin], isMarked: true };
    const read = readStatements(inside);
    if (read === undefined) return undefined;
    return { calls: withRepair(read.calls, skipEnd(cursor, tag)), form: tag.begin };
  });
}

/** Every tag and every end token begins with one of these characters. */
function mayBeTag(cursor: Cursor): boolean {
  const character = cursor.peek();
  return character === '<' || character === '[';
}

const strayEndTags = tags.filter(({ endsWithText }) => endsWithText !== true).map(({ end }) => end);

const endTokens = [
  '<end_of_turn>',
  '<eos>',
  '</s>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|eot|>',
  '<|im_end|>',
  '<turn|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<|return|>',
  '<|call|>',
  '<|end|>',
  '<|END_OF_TURN_TOKEN|>',
  '<｜end▁of▁sentence｜>',
  // MiniMax.
  '[e~[',
];

/** Skips one leftover after a call: the token that ends a turn, or an end tag without a start tag. Returns whether it did. */
export function skipLeftovers(cursor: Cursor): boolean {
  if (!mayBeTag(cursor)) return false;
  return cursor.skipAny(endTokens) !== undefined || cursor.skipAny(strayEndTags) !== undefined;
}

/** Skips the end tag and returns the repair that it needed. */
function skipEnd(cursor: Cursor, { begin, end, endsWithText }: Tag): string | undefined {
  const stray = cursor.attempt(() => {
    cursor.skipSpace();
    const braces = cursor.takeWhile((character) => character === '}');
    cursor.skipSpace();
    return cursor.skip(end) ? braces : undefined;
  });
  if (stray !== undefined) return stray === '' ? undefined : `superfluous "${stray}"`;
  return endsWithText === true ? undefined : `missing ${end} after ${begin}`;
}
