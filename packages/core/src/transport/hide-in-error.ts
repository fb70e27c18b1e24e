import { toError } from '../errors.ts';
import { nodeUtil } from '../node-util.ts';
import type { HideSecrets } from './secrets.ts';

/**
 * The same error if it contains no secret, otherwise a copy without secrets: message, stack, name and code of the error and
 * of its causes. Other properties are dropped, because a `fetch` of the program can attach its request to its errors.
 */
export function hideInError(error: Error, hide: HideSecrets): Error {
  const printed = nodeUtil().inspect(error, {
    depth: 6,
    showHidden: true,
    maxStringLength: 10_000,
  });
  return hide(printed) === printed ? error : copyOf(error, hide, 0);
}

function copyOf(error: Error, hide: HideSecrets, level: number): Error {
  const { cause } = error;
  const hasCause = cause !== undefined && level < mostCauses;
  const copy = new Error(
    hide(error.message),
    hasCause ? { cause: copyOf(toError(cause), hide, level + 1) } : undefined,
  );
  copy.name = error.name;
  copy.stack = hide(error.stack ?? '');
  if ('code' in error && typeof error.code === 'string') Object.assign(copy, { code: error.code });
  return copy;
}

/** A chain of causes can contain a cycle. */
const mostCauses = 8;
