import { canonicalJson } from '../../canonical-json.ts';
import type { Fix } from '../../dialect/fix.ts';
import type { JsonValue } from '../../json.ts';
import { checkValue } from '../../schema/check/check-value.ts';
import { rootPlace } from '../../schema/json-schema/schema-place.ts';
import { explainLargeNumber, findMisplacedNumber } from '../../schema/json-text/exact-number.ts';
import { findJsonParts, type JsonPart } from '../../schema/json-text/json-parts.ts';
import { type RepairedJson, repairJson } from '../../schema/json-text/repair-json.ts';
import type { Schema, SchemaIssue, Validation } from '../../schema/schema.ts';
import { shorten } from '../../shorten.ts';
import { awaitChecks, validationRecord } from '../program/await-checks.ts';
import { maxFixChars } from '../state/fixes.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';

/** The value of an answer, with the fixes that it needed, or why the answer does not fit. */
export type ReadAnswer<Output> =
  | { readonly ok: true; readonly value: Output; readonly fixes: readonly Fix[] }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/**
 * Reads an answer that should fit a schema. If the text as a whole is JSON, only the whole counts. Otherwise the JSON in its code
 * fences and between its prose counts if exactly one value fits; a text counts as it is if the schema takes strings.
 * Only the syntax of JSON is repaired; no bracket is closed and no value is invented. `effectId` identifies the checks of an
 * asynchronous schema.
 */
export function* readAnswer<Context, Output>(
  run: Run<Context>,
  text: string,
  schema: Schema<Output>,
  effectId: string,
): LoopGenerator<ReadAnswer<Output>> {
  const answer: Answer<Context, Output> = { run, text, schema, effectId };
  const whole = repairJson(text, { keepsLargeNumbers: true });
  return whole.ok ? yield* readWhole(answer, whole) : yield* readParts(answer, whole.problem);
}

interface Answer<Context, Output> {
  readonly run: Run<Context>;
  readonly text: string;
  readonly schema: Schema<Output>;
  readonly effectId: string;
}

type Json = Extract<RepairedJson, { readonly ok: true }>;

function* readWhole<Context, Output>(
  answer: Answer<Context, Output>,
  whole: Json,
): LoopGenerator<ReadAnswer<Output>> {
  const { text, schema } = answer;
  const checked = yield* check(answer, whole, 'whole');
  if (checked.ok) return { ...checked, fixes: repairsOf(text, whole.repairs) };
  const inner = typeof whole.value === 'string' ? decode(whole.value) : undefined;
  if (inner !== undefined) {
    const decoded = yield* check(answer, inner, 'decoded');
    const repairs = ['JSON inside a string', ...whole.repairs, ...inner.repairs];
    if (decoded.ok) return { ...decoded, fixes: repairsOf(text, repairs) };
  }
  // The text `42` is an answer for a schema of strings.
  if (typeof whole.value !== 'object' && rootPlace(schema.jsonSchema).takesText) {
    const asText = yield* readText(answer);
    if (asText.ok) return asText;
  }
  return checked;
}

function decode(text: string): Json | undefined {
  const read = repairJson(text, { keepsLargeNumbers: true });
  return read.ok ? read : undefined;
}

function* readParts<Context, Output>(
  answer: Answer<Context, Output>,
  problem: string,
): LoopGenerator<ReadAnswer<Output>> {
  const { text, schema } = answer;
  if (text.trim() === '') return refuse('the answer was empty');
  const { parts, hasBroken } = findJsonParts(text);
  const { fitting, issues } = yield* checkParts(answer, parts);
  const [fit, ...others] = fitting;
  const { takesText } = rootPlace(schema.jsonSchema);
  if (others.length > 0 || (fit !== undefined && takesText)) return refuse(severalFit);
  if (fit !== undefined && !hasBroken) {
    return { ok: true, value: fit.value, fixes: partFixes(text, fit.part) };
  }
  if (takesText || (parts.length === 0 && hasNoRules(schema))) return yield* readText(answer);
  if (parts.length === 1 && !hasBroken && issues !== undefined) return { ok: false, issues };
  return refuse(`the answer is not the requested JSON: ${problem}`);
}

/** The different values that fit, and the issues of the first one that does not. */
function* checkParts<Context, Output>(
  answer: Answer<Context, Output>,
  parts: readonly JsonPart[],
): LoopGenerator<{
  readonly fitting: readonly FittingPart<Output>[];
  readonly issues: readonly SchemaIssue[] | undefined;
}> {
  const fitting = new Map<string, FittingPart<Output>>();
  let issues: readonly SchemaIssue[] | undefined;
  for (const [index, part] of parts.entries()) {
    const checked = yield* check(answer, part.read, `${index}`);
    if (checked.ok) fitting.set(canonicalJson(part.read.value), { part, value: checked.value });
    else issues ??= checked.issues;
  }
  return { fitting: [...fitting.values()], issues };
}

const severalFit = 'the answer has several values that fit. Send only one, without other text';

interface FittingPart<Output> {
  readonly part: JsonPart;
  readonly value: Output;
}

function* check<Context, Output>(
  { run, schema, effectId }: Answer<Context, Output>,
  { value, largeNumbers }: Json,
  place: string,
): LoopGenerator<Validation<Output>> {
  const misplaced = findMisplacedNumber(value, schema.jsonSchema, largeNumbers);
  if (misplaced !== undefined) return refuse(explainLargeNumber(misplaced));
  return yield* checkAs({ run, schema, effectId }, value, place);
}

/** The text as it is. */
function* readText<Context, Output>(
  answer: Answer<Context, Output>,
): LoopGenerator<ReadAnswer<Output>> {
  const checked = yield* checkAs(answer, answer.text, 'text');
  return checked.ok ? { ...checked, fixes: [] } : checked;
}

function* checkAs<Context, Output>(
  { run, schema, effectId }: Pick<Answer<Context, Output>, 'run' | 'schema' | 'effectId'>,
  value: JsonValue,
  place: string,
): LoopGenerator<Validation<Output>> {
  const checks = [checkValue(schema, value)];
  const [checked] = yield* awaitChecks(
    run,
    `${effectId}.${place}`,
    checks,
    validationRecord<Validation<Output>>(),
  );
  return checked ?? refuse('the answer was not checked');
}

/** Whether a schema accepts everything, as `z.any()` does. */
function hasNoRules({ jsonSchema }: Schema): boolean {
  return Object.keys(jsonSchema).every((key) => key === '$schema' || key === 'description');
}

function partFixes(text: string, { start, end, read }: JsonPart): readonly Fix[] {
  const prose = [text.slice(0, start), text.slice(end)].map((each) => each.trim());
  const dropped = prose.filter((each) => each !== '').join('\n');
  return [
    ...repairsOf(text.slice(start, end), read.repairs),
    ...(dropped === ''
      ? []
      : [{ kind: 'dropped-text', text: shorten(dropped, maxFixChars) } as const]),
  ];
}

function repairsOf(text: string, repairs: readonly string[]): readonly Fix[] {
  if (repairs.length === 0) return [];
  return [{ kind: 'repaired-output', text: shorten(text, maxFixChars), repairs }];
}

function refuse(message: string): { readonly ok: false; readonly issues: readonly SchemaIssue[] } {
  return { ok: false, issues: [{ path: '', message }] };
}
