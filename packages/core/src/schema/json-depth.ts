/** The number of nested objects and arrays that a JSON value may have, so that recursive functions can process it. */
export const maxJsonDepth = 500;

/** Whether a strict JSON text is nested more than {@link maxJsonDepth} levels deep. Linear in the length of the text. */
export function isTooDeep(json: string): boolean {
  if (json.length <= 2 * maxJsonDepth) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charAt(at);
    if (character === '"') at = endOfString(json, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > maxJsonDepth) return true;
  }
  return false;
}

/** The position of the quote that closes the string at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1;
  return at;
}
