import type { Cursor } from './cursor.ts';

const resultMarks = [
  '<tool_response',
  '<tool_result',
  '<tool_output',
  '<start_function_response>',
  '<|tool_response>',
  '<function_response',
  '[TOOL_RESULTS]',
];

const resultLanguages = new Set(['tool_output', 'tool_outputs', 'tool_response', 'tool_result']);

/** Where thoughts begin and end: Qwen and its like, then Gemma 4. */
const thoughtMarks: ReadonlyMap<string, string> = new Map([
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<|channel>thought', '<channel|>'],
]);

/** Whether what stands here claims to be a tool's result. The model cannot know one: it made it up, or repeats one. */
export function isAtInventedResult(cursor: Cursor): boolean {
  return cursor.isAtAny(resultMarks);
}

/** Whether a fence of this language claims to hold a tool's result. */
export function isResultLanguage(language: string): boolean {
  return resultLanguages.has(language.toLowerCase());
}

/** Steps over the mark that begins a thought, and gives the mark that ends it. */
export function skipThoughtMark(cursor: Cursor): string | undefined {
  return thoughtMarks.get(cursor.skipAny([...thoughtMarks.keys()]) ?? '');
}
