import type { CallableNames } from './callable-name.ts';
import { Cursor } from './cursor.ts';
import type { FoundCall, SalvagedCall } from './found-call.ts';
import { readResponse } from './json-call.ts';
import { type Passage, TextWalk, type WalkOptions } from './text-walk.ts';

export type { SalvagedCall } from './found-call.ts';

/** The calls and the prose in a text of the model. */
export interface Salvaged {
  /** The calls in the order of the text, including unreadable ones. Empty if the text is an answer. */
  readonly calls: readonly SalvagedCall[];
  /** The prose outside the calls and their tags, unchanged; the whole text if there is no call. */
  readonly text: string;
  /** The form of the first call, for people: `Python list`, `<tool_call>`, ```` ```tool_code ````. */
  readonly form?: string;
  /** The answer, if the text wraps it in JSON as the generic format of llama.cpp does: `{"response": "…"}`. */
  readonly answer?: string;
}

/**
 * Finds the calls that a model wrote as text. Use it only on the text of an assistant. Never throws. Linear in the length
 * of the text: text that would have to be read more than 48 times is treated as an answer.
 *
 * How it distinguishes a call from an answer that describes a call:
 *
 * 1. A call has the exact name of an active tool. A call of another name counts only next to a call of an active tool.
 * 2. Calls in tags (`<tool_call>`, `[TOOL_CALLS]`, `<|python_start|>`, …) and in `<function=f>…</function>` count anywhere.
 *    The protocols of other families (`<invoke name="f">`, `<|tool_call_begin|>`, `<arg_key>`, `to=functions.f`, `Action: f`, …)
 *    count outside of code fences, if the calls end their line or are on several lines: else they are part of a sentence.
 * 3. Calls in a code fence count if the fence has no language, or one such as `tool_code`, `python` or `json`, and contains
 *    only calls. Comments and `print(…)` around a call are allowed; any other code makes the whole fence an answer.
 * 4. Calls in brackets, `[f(a=1)]`, `{"name": "f", "arguments": {…}}` or a list of such objects, may follow prose on the
 *    same line, but only other calls and a `# comment` may follow them on their line. After `=`, a quote or an open bracket
 *    they are code or data, and so is everything inside other JSON.
 * 5. Bare calls, `f(a=1)` or `call:f{a:1}`, must also begin their line or follow a colon. `f(a, b)` is a signature.
 * 6. Nothing is a call in inline code, in thoughts (`<think>…</think>`), or after an invented tool result
 *    (`<tool_response>`, ```` ```tool_output ````, `Observation:` after `Action:`).
 *
 * A call is readable if its syntax is complete. These are repaired and listed in `repairs`: a missing comma, quotes inside
 * quotes if it is clear which one closes, a missing end of a fence or tag, and everything that `repairJson` repairs. A call is
 * not readable if a quote or a bracket is missing, a value is not a literal, or an argument occurs twice. The calls around
 * it are not affected; but if a list is not closed, its last call counts as cut.
 */
export function salvageCalls(text: string, tools: CallableNames): Salvaged {
  return salvageFrom(new TextWalk(tools), text, 0);
}

/** The same if a walk has passed the text before `start` as prose, which is not read again. */
export function salvageFrom(walk: TextWalk, text: string, start: number): Salvaged {
  const found: FoundCall[] = [];
  let form: string | undefined;
  let prose = '';
  let at = 0;
  for (const passage of passagesOf(walk, text, { isWhole: true, start })) {
    if (passage.kind !== 'calls') break;
    const { start, group } = passage;
    for (const call of group.calls) found.push(call);
    form ??= group.form;
    prose += text.slice(at, start);
    at = group.end;
  }
  if (form === undefined) return { calls: [], text, ...answerIn(text) };
  return { calls: found.map(({ call }) => call), text: prose + text.slice(at), form };
}

/**
 * The places of the calls in a text, if all calls of a group are readable; `end` is the index after the last character. If the
 * text is not complete, the last place is a call that may still be completed.
 */
export function findCallPlaces(
  text: string,
  tools: CallableNames,
  { isWhole }: WalkOptions,
): readonly { readonly start: number; readonly end: number }[] {
  const places: { start: number; end: number }[] = [];
  for (const passage of passagesOf(new TextWalk(tools), text, { isWhole, start: 0 })) {
    if (passage.kind === 'undecided') places.push({ start: passage.start, end: text.length });
    else if (passage.group.calls.every(({ call }) => call.readable)) {
      places.push({ start: passage.start, end: passage.group.end });
    }
  }
  return places;
}

/** The calls in a text, and at its end what is undecided if the text is not complete. */
function* passagesOf(
  walk: TextWalk,
  text: string,
  { start: first, ...options }: WalkOptions & { readonly start: number },
): Generator<Exclude<Passage, { kind: 'end' }>> {
  let at = first;
  for (;;) {
    const passage = walk.walk(text, at, options);
    if (passage.kind === 'end') return;
    yield passage;
    if (passage.kind === 'undecided') return;
    const { start, group } = passage;
    walk.passCalls(text, start, group);
    at = group.end;
  }
}

function answerIn(text: string): { answer?: string } {
  const cursor = new Cursor(text);
  cursor.skipSpace();
  const answer = readResponse(cursor);
  return answer === undefined ? {} : { answer };
}
