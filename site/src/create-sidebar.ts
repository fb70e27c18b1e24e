import type { Page } from './read-pages.ts';

interface SidebarEntry {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarEntry[];
}

/** The sidebar: the pages of the guide in the order of its list, then the others. */
export function createSidebar(pages: readonly Page[]): readonly SidebarEntry[] {
  const first = [
    { text: 'Turnwise', link: '/' },
    { text: 'All pages', link: '/guide/' },
  ];
  const reference = pages
    .filter(({ path }) => !path.includes('/') && path !== 'index.md')
    .map(toEntry);
  const decisions = pages.filter(({ path }) => /^decisions\/(?!index)/.test(path)).map(toEntry);
  return [
    { text: 'Guide', items: [...first, ...guideInOrder(pages).map(toEntry)] },
    { text: 'Reference', items: [{ text: 'API', link: '/api/' }, ...reference] },
    { text: 'Decisions', collapsed: true, items: decisions },
  ];
}

/** The pages of the guide, in the order of the list on its first page, with the short titles of that list. */
export function guideInOrder(pages: readonly Page[]): readonly Page[] {
  const list = pages.find(({ path }) => path === 'guide/index.md')?.text ?? '';
  const names = [...list.matchAll(/^\d+\. \[([^\]]+)\]\(\.\/([\w-]+\.md)\)/gm)];
  return names.map(([, title = '', name = '']) => {
    const page = pages.find(({ path }) => path === `guide/${name}`);
    if (page === undefined) throw new Error(`The guide lists ${name}, which is not a page.`);
    return { ...page, title };
  });
}

function toEntry({ path, title }: Page): SidebarEntry {
  return { text: title, link: `/${path.replace(/\.md$/, '')}` };
}
