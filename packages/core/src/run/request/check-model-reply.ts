import { TurnwiseError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import {
  type Check,
  checkThat,
  isObject,
  isText,
  listOf,
  objectOf,
  oneOf,
} from '../../json-check.ts';
import type { Model, ModelReply, ModelRequest } from '../../model/model.ts';
import { isUsage } from '../state/usage.ts';

/**
 * Checks the reply of a model, which a program may have written itself. Throws `invalid_options` with the path of the first
 * field that is missing or wrong, so that a mistake of the model does not look like one of the run.
 */
export function checkModelReply(reply: unknown, model: string): asserts reply is ModelReply {
  if (!isJsonObject(reply)) throw wrongReply(model, `It returned ${describe(reply)}.`);
  const path = isReply(reply);
  if (path !== undefined) {
    throw wrongReply(model, `Its field "${path.slice(1)}" is missing or not valid.`);
  }
}

/** Starts a request of a model. Throws `invalid_options` if its `request` does not return an async generator. */
export function startRequest(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
): ReturnType<Model['request']> {
  const running = model.request(request, signal);
  if (typeof running?.next === 'function' && Symbol.asyncIterator in running) return running;
  throw new TurnwiseError(
    'invalid_options',
    `\`request\` of the model "${model.id}" returned ${describe(running)}. Make it an async generator: async *request(request, signal) { … }.`,
  );
}

function wrongReply(model: string, what: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    `The model "${model}" must return a ModelReply at the end of \`request\`. ${what} Return { parsed, raw, usage, finishReason, dialect } as the type ModelReply of @turnwise/core/model describes.`,
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const isFinishReason = oneOf('stop', 'length', 'tool-calls', 'content-filter', 'other');

const parsedForms: Readonly<Record<string, Check>> = {
  text: objectOf({ text: isText }),
  calls: objectOf({ calls: nonEmptyListOf(objectOf({ name: isText, arguments: isObject })) }),
  unusable: objectOf({ problem: isText }),
};

const isParsedOfAnyForm = objectOf({
  kind: oneOf(...Object.keys(parsedForms)),
  fixes: listOf(isObject),
});

const isParsed: Check = (parsed) => {
  const problem = isParsedOfAnyForm(parsed);
  if (problem !== undefined || !isJsonObject(parsed)) return problem ?? '';
  return parsedForms[String(parsed.kind)]?.(parsed);
};

const isReply = objectOf({
  parsed: isParsed,
  raw: objectOf({
    text: isText,
    reasoning: isText,
    calls: listOf(objectOf({ name: isText, arguments: isText })),
    finishReason: isFinishReason,
  }),
  usage: isUsage,
  finishReason: isFinishReason,
  dialect: oneOf('native', 'prompted', 'guided'),
});

function nonEmptyListOf(check: Check): Check {
  const isNonEmptyList = checkThat((value) => Array.isArray(value) && value.length > 0);
  const isList = listOf(check);
  return (value) => isNonEmptyList(value) ?? isList(value);
}
