import { knownThoughtTags } from '../../profile/thought-tags.ts';
import type { Cursor } from './cursor.ts';
import { mayBeAtTag, startsOf } from './tag-starts.ts';

const resultTags = [
  '<tool_response',
  '<tool_result',
  '<tool_output',
  '<start_function_response>',
  '<|tool_response>',
  '<function_response',
  '[TOOL_RESULTS]',
  '<function_result',
  // DeepSeek, GLM, gpt-oss.
  '<｜tool▁output',
  '<|observation|>',
  '<|start|>functions.',
];

const resultStarts = startsOf(resultTags);

const resultLanguages = new Set(['tool_output', 'tool_outputs', 'tool_response', 'tool_result']);

/** The tags around thoughts. Thoughts at the start of a line never arrive here; these are the ones within a line. */
const thoughtTags: ReadonlyMap<string, string> = new Map(
  knownThoughtTags
    .filter(({ isProse }) => isProse !== true)
    .map(({ open, close }) => [open, close]),
);
/** Whether an invented tool result begins here. A model cannot know a result: it invents one or repeats an old one. */
export function isAtInventedResult(cursor: Cursor): boolean {
  return mayBeAtTag(cursor, resultStarts) && cursor.isAtAny(resultTags);
}

/** Whether a code fence of this language contains an invented tool result. */
export function isResultLanguage(language: string): boolean {
  return resultLanguages.has(language.toLowerCase());
}

/** Skips the tag that begins a thought and returns the tag that ends it; `undefined` if no thought begins here. */
export function skipThoughtTag(cursor: Cursor): string | undefined {
  if (!mayBeAtTag(cursor, thoughtStarts)) return undefined;
  return thoughtTags.get(cursor.skipAny(thoughtOpenings) ?? '');
}

const thoughtOpenings = [...thoughtTags.keys()];
const thoughtStarts = startsOf(thoughtOpenings);
