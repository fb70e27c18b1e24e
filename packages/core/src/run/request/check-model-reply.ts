import { describeGiven } from '../../describe-given.ts';
import type { ParsedReply } from '../../dialect/dialect.ts';
import type { RawReply, Usage } from '../../dialect/wire.ts';
import { TurnwiseError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import { isCount } from '../../json-check.ts';
import type { ModelReply } from '../../model/model.ts';

/**
 * Checks the reply of a model, which a program may have written itself. Throws `invalid_options` with the path of the first
 * field that is missing or wrong, so that a mistake of the model does not look like one of the run.
 */
export function checkModelReply(reply: unknown, model: string): asserts reply is ModelReply {
  if (!isJsonObject(reply)) throw wrongReply(model, `It returned ${describeGiven(reply, false)}.`);
  const path = findWrongField(reply);
  if (path !== undefined) {
    throw wrongReply(model, `Its field "${path}" is missing or not valid.`);
  }
}

function wrongReply(model: string, what: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    `The model "${model}" must return a ModelReply at the end of \`request\`. ${what} Return { parsed, raw, usage, finishReason, dialect } as the type ModelReply of @turnwise/core/model describes.`,
  );
}

/**
 * The path of the first field that is missing or wrong. Every reply is checked, so this does not use the checks of saved
 * values: they find each field by its name, which is several times slower.
 */
function findWrongField({
  parsed,
  raw,
  usage,
  finishReason,
  dialect,
}: Partial<ModelReply>): string | undefined {
  if (!isJsonObject(parsed)) return 'parsed';
  if (!isJsonObject(raw)) return 'raw';
  if (!isJsonObject(usage)) return 'usage';
  if (!finishReasons.has(finishReason)) return 'finishReason';
  if (!dialects.has(dialect)) return 'dialect';
  return findWrongParsed(parsed) ?? findWrongRaw(raw) ?? findWrongUsage(usage);
}

function findWrongParsed(parsed: ParsedReply): string | undefined {
  if (!Array.isArray(parsed.fixes)) return 'parsed.fixes';
  const wrongFix = parsed.fixes.findIndex((fix) => !isJsonObject(fix));
  if (wrongFix >= 0) return `parsed.fixes[${wrongFix}]`;
  switch (parsed.kind) {
    case 'text':
      return typeof parsed.text === 'string' ? undefined : 'parsed.text';
    case 'unusable':
      return typeof parsed.problem === 'string' ? undefined : 'parsed.problem';
    case 'calls':
      if (!Array.isArray(parsed.calls) || parsed.calls.length === 0) return 'parsed.calls';
      return findWrongCall(parsed.calls, 'parsed.calls', isJsonObject);
    default:
      return 'parsed.kind';
  }
}

function findWrongRaw({ text, reasoning, calls, finishReason }: RawReply): string | undefined {
  if (typeof text !== 'string') return 'raw.text';
  if (typeof reasoning !== 'string') return 'raw.reasoning';
  if (!Array.isArray(calls)) return 'raw.calls';
  if (!finishReasons.has(finishReason)) return 'raw.finishReason';
  return findWrongCall(calls, 'raw.calls', (written) => typeof written === 'string');
}

function findWrongCall(
  calls: readonly { readonly name: unknown; readonly arguments: unknown }[],
  path: string,
  areArguments: (written: unknown) => boolean,
): string | undefined {
  for (const [at, call] of calls.entries()) {
    if (!isJsonObject(call)) return `${path}[${at}]`;
    if (typeof call.name !== 'string') return `${path}[${at}].name`;
    if (!areArguments(call.arguments)) return `${path}[${at}].arguments`;
  }
  return undefined;
}

function findWrongUsage(usage: Usage): string | undefined {
  if (isCount(usage.inputTokens) !== undefined) return 'usage.inputTokens';
  if (isCount(usage.outputTokens) !== undefined) return 'usage.outputTokens';
  return isCount(usage.cachedInputTokens) === undefined ? undefined : 'usage.cachedInputTokens';
}

const finishReasons: ReadonlySet<unknown> = new Set([
  'stop',
  'length',
  'tool-calls',
  'content-filter',
  'other',
]);

const dialects: ReadonlySet<unknown> = new Set(['native', 'prompted', 'guided']);
