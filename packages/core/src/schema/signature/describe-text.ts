/**
 * A description on one line, without control characters and the period at its end. HTML, as in documents of AWS, becomes
 * plain text: the markup would take a quarter of the tokens.
 */
export function describeText(text: string): string {
  return toOneLine(isHtml(text) ? htmlToText(text) : text);
}

/** A text on one line, without control characters. */
export function toOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** Only a text that begins with a block is a page: another one may be about tags. */
function isHtml(text: string): boolean {
  return /^\s*<(?:div|h[1-6]|important|note|ol|p|table|ul)(?:\s[^<>]*)?>/i.test(text);
}

/** Literals keep a mark, and items of lists begin with a hyphen. */
function htmlToText(html: string): string {
  return html
    .replace(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*)?\/?>/gi, (_tag, end: string, name: string) => {
      if (codeTags.has(name.toLowerCase())) return '`';
      if (name.toLowerCase() === 'li') return end === '' ? ' - ' : ' ';
      return inlineTags.has(name.toLowerCase()) ? '' : ' ';
    })
    .replace(/&(?:lt|gt|amp|quot|apos|nbsp|#39|#x27);/gi, (entity) => entities[entity] ?? entity)
    .replace(/ +([.,;:)])/g, '$1');
}

const codeTags = new Set(['code', 'tt', 'kbd']);
const inlineTags = new Set(['a', 'b', 'em', 'i', 'span', 'strong', 'sub', 'sup', 'u', 'var']);
const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#x27;': "'",
  '&nbsp;': ' ',
};
