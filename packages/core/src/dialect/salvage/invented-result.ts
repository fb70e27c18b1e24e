import type { Cursor } from './cursor.ts';

const resultMarks = [
  '<tool_response',
  '<tool_output',
  '<start_function_response>',
  '<|tool_response>',
  '<function_response',
  '[TOOL_RESULTS]',
];

const resultLanguages = new Set(['tool_output', 'tool_outputs', 'tool_response', 'tool_result']);

/** Whether what stands here claims to be a tool's result. The model cannot know one: it made it up, or repeats one. */
export function isAtInventedResult(cursor: Cursor): boolean {
  return cursor.isAtAny(resultMarks);
}

/** Whether a fence of this language claims to hold a tool's result. */
export function isResultLanguage(language: string): boolean {
  return resultLanguages.has(language.toLowerCase());
}
