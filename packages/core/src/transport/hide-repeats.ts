/**
 * Replaces every place where a text repeats `secret`. If the text is cut off after its first `least` characters, that
 * place is replaced too.
 */
export function hideRepeats(
  text: string,
  secret: string,
  { least, mark }: { readonly least: number; readonly mark: string },
): string {
  const start = secret.slice(0, least);
  if (start === '') return text;
  let kept = '';
  let from = 0;
  for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, from)) {
    kept += text.slice(from, at) + mark;
    from = at + sharedLength(text, at, secret);
  }
  return from === 0 ? text : kept + text.slice(from);
}

function sharedLength(text: string, at: number, secret: string): number {
  let length = 0;
  while (length < secret.length && text[at + length] === secret[length]) length += 1;
  return length;
}
