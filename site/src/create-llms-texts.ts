import { guideInOrder } from './create-sidebar.ts';
import type { Page } from './read-pages.ts';

/**
 * The texts for language models, by name: `llms.txt` lists the pages with one sentence each (see https://llmstxt.org), and
 * `llms-full.txt` contains the README and the guide.
 */
export function createLlmsTexts(pages: readonly Page[]): Readonly<Record<string, string>> {
  const readme = pages.filter(({ path }) => path === 'index.md');
  const guide = guideInOrder(pages);
  const others = pages.filter((page) => !readme.includes(page) && !page.path.startsWith('guide/'));
  const list = pages.find(({ path }) => path === 'guide/index.md')?.text ?? '';
  const lines = [
    '# Turnwise',
    `> ${paragraphOf(readme[0]?.text ?? '')}`,
    '## Guide',
    guide.map((page) => `- ${linkTo(page)}${descriptionIn(list, page)}`).join('\n'),
    '## Optional',
    others.map((page) => `- ${linkTo(page)}`).join('\n'),
  ];
  return {
    'llms.txt': `${lines.join('\n\n')}\n`,
    'llms-full.txt': [...readme, ...guide].map(({ text }) => text.trim()).join('\n\n---\n\n'),
  };
}

function linkTo({ path, title }: Page): string {
  return `[${title}](/${path.replace(/(index)?\.md$/, '')})`;
}

/** What the list of the guide prints after the link, such as `: let a person decide on calls`. */
function descriptionIn(list: string, { path }: Page): string {
  const name = path.replace('guide/', '').replaceAll('.', '\\.');
  return new RegExp(`\\(\\./${name}\\)(:.*)$`, 'm').exec(list)?.[1] ?? '';
}

/** The first paragraph of a page, as one line. */
function paragraphOf(text: string): string {
  const paragraphs = text.split(/\n\n+/).filter((each) => /^[A-Z]/.test(each));
  return (paragraphs[0] ?? '').replaceAll('\n', ' ');
}
