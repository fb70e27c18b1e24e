import { regexes } from 'zod/v4/core';

/**
 * Whether a pattern is the one that zod writes next to a `format`. The name of the format then means the same in fewer
 * tokens; any other pattern is a rule of its own.
 */
export function isPatternOfFormat(pattern: string): boolean {
  own ??= listPatterns();
  return own.has(pattern);
}

let own: ReadonlySet<string> | undefined;

function listPatterns(): ReadonlySet<string> {
  const constants: unknown[] = Object.values(regexes);
  const times = [{}, { offset: true }, { local: true }, { offset: true, local: true }].flatMap(
    (options) =>
      [undefined, -1, 0, 3].map((precision) => ({ ...options, precision: precision ?? null })),
  );
  return new Set(
    [
      ...constants.filter((each): each is RegExp => each instanceof RegExp),
      ...times.flatMap((options) => [regexes.datetime(options), regexes.time(options)]),
      ...[undefined, 1, 2, 3, 4, 5, 6, 7, 8].map((version) => regexes.uuid(version)),
    ].map(({ source }) => source),
  );
}
