/** Paragraphs as one text; empty ones are left out. */
export function joinParagraphs(...paragraphs: readonly string[]): string {
  return paragraphs.filter((each) => each !== '').join('\n\n');
}
