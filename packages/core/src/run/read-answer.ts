import type { JsonValue } from '../json.ts';
import { repairJson } from '../schema/repair-json.ts';
import type { Schema, SchemaIssue, Validation } from '../schema/schema.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { awaitChecks } from './program-function.ts';
import type { Run } from './run-setup.ts';

/**
 * Reads an answer that should fit a schema: as JSON, as the JSON in its code fence, as the JSON between prose, or as plain
 * text. Only the syntax of JSON is repaired; no bracket is closed and no value is invented. `effectId` identifies the checks
 * of an asynchronous schema.
 */
export function* readAnswer<Context, Output>(
  run: Run<Context>,
  text: string,
  schema: Schema<Output>,
  effectId: string,
): LoopGenerator<Validation<Output>> {
  let firstIssues: readonly SchemaIssue[] | undefined;
  for (const [index, candidate] of [...candidatesIn(text), text].entries()) {
    const check = schema.validate(candidate);
    const [checked] = yield* awaitChecks(run, `${effectId}.${index}`, [check]);
    if (checked?.ok === true) return checked;
    if (candidate !== text) firstIssues ??= checked?.issues;
  }
  return { ok: false, issues: firstIssues ?? [notJson(text)] };
}

function candidatesIn(text: string): readonly JsonValue[] {
  const fenced = [...text.matchAll(/```(?:json)?[^\S\n]*\n([\s\S]*?)```/gi)].map(
    ([, body]) => body,
  );
  const texts = [text, ...fenced, between(text, '{', '}'), between(text, '[', ']')];
  return texts.flatMap((each) => {
    if (each === undefined || each.trim() === '') return [];
    const read = repairJson(each);
    return read.ok ? [read.value] : [];
  });
}

function between(text: string, open: string, close: string): string | undefined {
  const start = text.indexOf(open);
  const end = text.lastIndexOf(close);
  return start >= 0 && end > start ? text.slice(start, end + 1) : undefined;
}

function notJson(text: string): SchemaIssue {
  if (text.trim() === '') return { path: '', message: 'the answer was empty' };
  const read = repairJson(text);
  const problem = read.ok ? 'its JSON does not fit' : read.problem;
  return { path: '', message: `the answer is not the requested JSON: ${problem}` };
}
