import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, suggestNames } from './file-access.ts';
import { showName } from './file-error.ts';
import { createGlob } from './glob.ts';
import type { FolderEntry } from './root-folder.ts';
import { joinPath, walkFolder } from './walk-folder.ts';

const mostShown = 200;
const mostEntries = 50_000;

/** The tool `list_files`: the names in one folder, or with a glob all files below it that match. */
export function createListFiles(access: FileAccess): Tool {
  return tool({
    name: 'list_files',
    description: `Lists the files and folders in a folder; folders end in "/". With a glob such as *.md or src/**/*.ts it finds matching files in all folders below.${sayIgnored(access)}`,
    parameters: z.object({
      path: z.string().optional().describe('The folder. Without it, the root folder.'),
      glob: z.string().optional().describe('Which files, such as *.md or **/*.{ts,js}.'),
    }),
    execute: ({ path, glob }, { signal }) => {
      const folder = path || '.';
      return suggestNames(access, folder, signal, () =>
        glob ? listMatches(access, folder, glob, signal) : listFolder(access, folder),
      );
    },
    repeat: 'safe',
  });
}

function sayIgnored({ ignore }: FileAccess): string {
  return ignore.size === 0 ? '' : ` ${[...ignore].join(' and ')} are left out.`;
}

async function listFolder(access: FileAccess, folder: string): Promise<string> {
  const all = await access.root.listFolder(folder);
  const entries = all.filter(({ name }) => !access.ignore.has(name));
  const leftOut = all.filter(({ name }) => access.ignore.has(name)).map(({ name }) => name);
  const left = leftOut.length === 0 ? '' : ` (left out: ${leftOut.join(', ')})`;
  if (entries.length === 0) return `"${showName(folder)}" is empty${left}.`;
  const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
  return sayList(`"${showName(folder)}" has ${count}${left}:`, entries.map(sayEntry));
}

const endings = { file: '', folder: '/', link: ' (link)', other: ' (device, pipe or socket)' };

function sayEntry({ name, kind }: FolderEntry): string {
  return `${showName(name)}${endings[kind]}`;
}

async function listMatches(
  access: FileAccess,
  folder: string,
  glob: string,
  signal: AbortSignal,
): Promise<string> {
  const matches = createGlob(glob);
  const base = joinPath(folder, '');
  const found: string[] = [];
  const walk = walkFolder(access.root, folder, {
    ignore: access.ignore,
    signal,
    maxEntries: mostEntries,
  });
  let step = await walk.next();
  for (; !step.done; step = await walk.next()) {
    const { path, kind } = step.value;
    const below = path.slice(base.length);
    if (kind === 'file' && (matches(below) || matches(path))) found.push(showName(path));
  }
  const partly = step.value ? '' : ` Only the first ${mostEntries} entries were looked at.`;
  if (found.length === 0) {
    return `No file below "${showName(folder)}" matches ${JSON.stringify(glob)}.${partly}`;
  }
  const count = found.length === 1 ? '1 file matches' : `${found.length} files match`;
  return sayList(`${count} ${JSON.stringify(glob)}:${partly}`, found);
}

function sayList(title: string, lines: readonly string[]): string {
  const rest = lines.length - mostShown;
  const more = rest > 0 ? [`… and ${rest} more. Name a folder or a narrower glob.`] : [];
  return [title, ...lines.slice(0, mostShown), ...more].join('\n');
}
