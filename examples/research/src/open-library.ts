import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The pages of a folder, and those that were read. */
export interface Library {
  /** Up to 5 pages with a word of the query, the best first, each with its first line that has one. */
  search(query: string): readonly { readonly page: string; readonly line: string }[];
  /** The text of a page; `undefined` if it does not exist. */
  read(page: string): string | undefined;
  readonly wasRead: ReadonlySet<string>;
}

/** Opens the Markdown files of a folder. Rejects if the folder cannot be read. */
export async function openLibrary(folder: string): Promise<Library> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const pages = new Map<string, string>();
  for (const name of names) pages.set(name, await readFile(join(folder, name), 'utf8'));
  const wasRead = new Set<string>();
  return {
    wasRead,
    search: (query) => {
      const words = query.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
      const hasWord = (line: string) => words.some((word) => line.toLowerCase().includes(word));
      return [...pages]
        .map(([page, text]) => ({ page, lines: text.split('\n').filter(hasWord) }))
        .filter(({ lines }) => lines.length > 0)
        .sort((one, other) => other.lines.length - one.lines.length)
        .slice(0, 5)
        .map(({ page, lines: [line = ''] }) => ({ page, line }));
    },
    read: (page) => {
      if (pages.has(page)) wasRead.add(page);
      return pages.get(page);
    },
  };
}
