import { readTypeScript } from './read-typescript.ts';
import { blank, type Name, type ReadableText, withoutQuotations } from './readable-text.ts';

const fence = /^( *)(`{3,}|~{3,})(\w*)[^\n]*\n([\s\S]*?)^ *\2 *$/gm;
const linkTarget = /(?<=\])\([^)\s]*\)/g;

/** Reads a page: its text, and of its code blocks those in TypeScript or JavaScript. */
export function readMarkdown(source: string): ReadableText {
  const codeNames: Name[] = [];
  const code: { start: number; prose: string }[] = [];
  const text = source.replace(
    fence,
    (block, _indent, _marks, language: string, body: string, at) => {
      if (/^(ts|typescript|js|javascript|mjs)$/.test(language)) {
        const start = at + block.indexOf(body, block.indexOf('\n'));
        const read = readTypeScript(body, 'all');
        code.push({ start, prose: read.prose });
        codeNames.push(...read.names.map((name) => ({ ...name, offset: name.offset + start })));
      }
      return blank(block);
    },
  );
  const page = withoutQuotations(text.replace(linkTarget, blank));
  let prose = page.prose;
  for (const { start, prose: part } of code) {
    prose = prose.slice(0, start) + part + prose.slice(start + part.length);
  }
  return { prose, names: [...page.names, ...codeNames] };
}
