import { has } from './define-task.ts';

/** Whether a text contains every one of these. Typographic hyphens, apostrophes and spaces count as the plain ones. */
export function hasInPlainMarks(text: string, ...wanted: (string | RegExp)[]): boolean {
  const plain = text
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u00a0\u202f]/g, ' ');
  return has(plain, ...wanted);
}
