/** `Cancels`, `cancelling` and `cancel` have the same stem. */
export function stemOf(word: string): string {
  return word
    .toLowerCase()
    .replace(/(?<=\p{L}{3})(?:ing|es|s|e)$/u, '')
    .replace(/(\p{L})\1$/u, '$1');
}
