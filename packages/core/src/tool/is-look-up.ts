/**
 * Whether a tool probably changes nothing: it is safe to repeat, or its name or description begins with a verb such as `get` or
 * `list`. For decisions that do no harm if this is wrong.
 */
export function isLookUp({
  name,
  description = '',
  repeat,
}: {
  readonly name: string;
  readonly description?: string;
  readonly repeat: string;
}): boolean {
  return repeat === 'safe' || lookUpName.test(name) || lookUpDescription.test(description);
}

/** `check_in` and `checkOut` are actions. */
const lookUpName =
  /^(?:get|show|find|search|list|look|lookup|fetch|retrieve|read|view|describe|query|count|check(?!_?(?:[Ii]n|[Oo]ut)(?![a-z])))(?![a-z])/;

/** A description with a second verb ("Finds and deletes") may be that of an action. */
const lookUpDescription =
  /^(?:looks? up|shows?|lists?|finds?|search(?:es)?(?: for)?|retrieves?|fetch(?:es)?)\b(?!.*\b(?:and|then|to)\b)/i;
