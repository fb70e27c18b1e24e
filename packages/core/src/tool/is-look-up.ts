/**
 * Whether a tool probably changes nothing: it is safe to repeat, or its name begins with a verb such as `get` or `list`. For
 * decisions that do no harm if this is wrong.
 */
export function isLookUp({
  name,
  repeat,
}: {
  readonly name: string;
  readonly repeat: string;
}): boolean {
  return (
    repeat === 'safe' ||
    /^(?:get|show|find|search|list|look|fetch|read|view|describe|query)(?![a-z])/.test(name)
  );
}
