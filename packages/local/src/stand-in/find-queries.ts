import { findPaths, findQuoted } from './find-values.ts';
import type { Parameter } from './offered-tool.ts';

const queryPatterns = [
  /\b(?:for|occurrences?\s+of|mention(?:s|ing|ed)?|contain(?:s|ing|ed)?|about|matching)\s+(?:the\s+)?(?:words?\s+|text\s+|phrase\s+|string\s+|term\s+)?(.+?)(?=\s+(?:in|inside|within|on|from)\b|[?!;]|\.(?:\s|$)|$)/i,
  /\b(?:words?|text|phrase|string|term)\s+(.+?)(?=\s+(?:in|inside|within|on|from|occurs?|appears?|defined|used|mentioned|called)\b|[?!;]|\.(?:\s|$)|$)/i,
  /\b(?:find|search|look\s+up|look\s+for|grep|where\s+(?:is|does))\s+(.+?)(?=\s+(?:in|inside|within|on|from|occurs?|appears?|defined|used|mentioned|called)\b|[?!;]|\.(?:\s|$)|$)/i,
];

/** What a text asks to search for: quoted words, or else the words after `for`, `about` or `find`. */
export function findQueries({ isRequired }: Parameter, text: string): string[] {
  const quoted = findQuoted(text).filter((words) => !findPaths(text).includes(words));
  if (quoted.length > 0 || !isRequired) return quoted.slice(0, 1);
  for (const pattern of queryPatterns) {
    const words = pattern.exec(text)?.[1]?.trim();
    if (words !== undefined && isQuery(words)) return [words];
  }
  return [];
}

/** `all markdown files` selects files; it is not a text to search for. */
function isQuery(words: string): boolean {
  return words !== '' && !findPaths(words).includes(words) && !/\bfiles?$/i.test(words);
}
