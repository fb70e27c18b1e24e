/** The visible text of a web page, such as an error page of a gateway, on one line. Takes linear time. */
export function readWebPage(html: string): string {
  const source = html.slice(0, longestPage);
  const lower = source.toLowerCase();
  let text = '';
  let from = 0;
  while (from < source.length) {
    const start = source.indexOf('<', from);
    if (start === -1) break;
    text += `${source.slice(from, start)} `;
    from = endOfTag(lower, start);
  }
  return decodeEntities(text + source.slice(from))
    .replace(/\s+/g, ' ')
    .trim();
}

/** Characters of a page that are read; error pages are short. */
const longestPage = 20_000;

/** The position after a tag, or after an element without visible text. */
function endOfTag(lower: string, start: number): number {
  if (lower.startsWith('<!--', start)) return after(lower, '-->', start);
  const hidden = hiddenElements.find((name) => lower.startsWith(`<${name}`, start));
  return after(lower, '>', hidden === undefined ? start : after(lower, `</${hidden}`, start));
}

const hiddenElements = ['script', 'style'];

function after(text: string, part: string, start: number): number {
  const at = text.indexOf(part, start);
  return at === -1 ? text.length : at + part.length;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}
