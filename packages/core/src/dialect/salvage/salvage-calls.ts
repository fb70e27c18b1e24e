import { type CallableName, toCallableNames } from './callable-name.ts';
import { Cursor } from './cursor.ts';
import type { FoundCall, SalvagedCall } from './found-call.ts';
import { readResponse } from './json-call.ts';
import { TextWalk } from './text-walk.ts';

export type { CallableName } from './callable-name.ts';
export type { SalvagedCall } from './found-call.ts';

/** What a text of the model holds. */
export interface Salvaged {
  /** The calls in the order of the text; those that cannot be read among them. Empty where the text is an answer. */
  readonly calls: readonly SalvagedCall[];
  /** The prose outside of the calls and their marks, as written; the whole text where there is no call. */
  readonly text: string;
  /** How the first call was written, for people: `Python list`, `<tool_call>`, ```` ```tool_code ````. */
  readonly form?: string;
  /** What is meant as the answer where the text says it in JSON: the generic format of llama.cpp, `{"response": "…"}`. */
  readonly answer?: string;
}

/**
 * Reads the calls that a model wrote as text. To be given the text of an assistant only. Never throws; linear in
 * the text: what would have to be read more than 64 times over stays an answer.
 *
 * What is a call, and what is an answer that speaks of one:
 *
 * 1. A call has the exact name of an offered tool. A name that was not offered counts only beside one that was.
 * 2. Between marks (`<tool_call>`, `[TOOL_CALLS]`, `<|python_start|>`, …) and as `<function=f>…</function>`, calls stand
 *    anywhere.
 * 3. In a code fence they are calls if the fence has no language, or one of `tool_code`, `python`, `json` and their like,
 *    and holds calls only: comments and `print(…)` around a call aside, any other code makes the whole fence an answer.
 * 4. In brackets, `[f(a=1)]`, `{"name": "f", "arguments": {…}}` or a list of such objects, they may follow prose on the
 *    same line, but nothing may follow them on theirs, other calls and a `# comment` aside. Behind `=`, quotes or an
 *    open bracket they are code or data, and so is everything inside other JSON.
 * 5. Bare, `f(a=1)` or `call:f{a:1}`, they also begin their line, or stand behind a colon. `f(a, b)` is a signature.
 * 6. In inline code, in thoughts (`<think>…</think>`), and behind what claims to be a tool's result (`<tool_response>`,
 *    ```` ```tool_output ````: the model made it up), nothing is a call.
 *
 * A call is readable if its syntax is whole. Mended are a missing comma, quotes inside quotes where it is clear which one
 * closes, a missing end mark of a fence or tag, and what `repairJson` repairs; each is named in `repairs`. Where a quote or a
 * bracket of the call is missing, a value is no literal, or an argument comes twice, the call is not readable. It does not
 * cost its neighbours, which are read by themselves; but of a list that is not closed, the last call counts as cut.
 */
export function salvageCalls(text: string, tools: readonly CallableName[]): Salvaged {
  const walk = new TextWalk(toCallableNames(tools));
  const found: FoundCall[] = [];
  let form: string | undefined;
  let prose = '';
  let at = 0;
  for (;;) {
    const passage = walk.walk(text, at, { isWhole: true });
    if (passage.kind !== 'calls') break;
    const { start, group } = passage;
    for (const call of group.calls) found.push(call);
    form ??= group.form;
    prose += text.slice(at, start);
    walk.passCalls(text, start, group.end);
    at = group.end;
  }
  if (form === undefined) return { calls: [], text, ...answerIn(text) };
  return { calls: found.map(({ call }) => call), text: prose + text.slice(at), form };
}

function answerIn(text: string): { answer?: string } {
  const cursor = new Cursor(text);
  cursor.skipSpace();
  const answer = readResponse(cursor);
  return answer === undefined ? {} : { answer };
}
