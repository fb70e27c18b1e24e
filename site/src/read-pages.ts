import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';

/** The folder of the repository. */
export const repository = join(import.meta.dirname, '../..');

/** A page of the site. */
export interface Page {
  /** Its file, relative to the folder of all pages, such as `guide/tools.md`. */
  readonly path: string;
  readonly title: string;
  /** Markdown, with the links of the site. */
  readonly text: string;
}

/** The pages of the site, and its images: the address of each and its file in the repository. */
export function readPages(): {
  readonly pages: readonly Page[];
  readonly images: ReadonlyMap<string, string>;
} {
  const images = new Map<string, string>();
  const docs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' });
  const sources = ['README.md', ...docs.filter(isPage).map((file) => join('docs', file))];
  const pages = sources.map((source) => {
    const text = withSiteLinks(source, images);
    return { path: toSitePath(source), title: titleOf(text), text };
  });
  return { pages, images };
}

function isPage(file: string): boolean {
  return file.endsWith('.md');
}

/** The README is the first page of the site, and the README of a folder is the first page of that folder. */
function toSitePath(source: string): string {
  const path = relative('docs', source).replace(/^\.\.\//, '');
  return basename(path) === 'README.md' ? join(dirname(path), 'index.md') : path;
}

function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? '';
}

/** A link to a file that is not on the site becomes its text. */
function withSiteLinks(source: string, images: Map<string, string>): string {
  const text = readFileSync(join(repository, source), 'utf8');
  return text.replace(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (link, mark, label, address) => {
    if (/^(?:https?|mailto):|^#/.test(address)) return link;
    const [path = '', anchor] = address.split('#');
    const file = join(dirname(source), path);
    if (mark === '!') return `![${label}](${addImage(file, images)})`;
    const page = existsSync(join(repository, file, 'README.md')) ? join(file, 'README.md') : file;
    if (!isOnSite(page)) return label;
    const from = dirname(toSitePath(source));
    const target = relative(from, toSitePath(page));
    return `[${label}](./${target}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}

function isOnSite(file: string): boolean {
  return file === 'README.md' || (file.startsWith('docs/') && extname(file) === '.md');
}

function addImage(file: string, images: Map<string, string>): string {
  const address = `/images/${basename(file)}`;
  images.set(address, file);
  return address;
}
