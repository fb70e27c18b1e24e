/**
 * The text if it has at most `maxChars` characters; otherwise its beginning and `…`, together `maxChars` characters.
 * Never ends in the middle of a surrogate pair.
 */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The text on one line, at most `maxChars` characters long: white space becomes single spaces. */
export function shortenToLine(text: string, maxChars: number): string {
  return shorten(text.replace(/\s+/g, ' ').trim(), maxChars);
}
