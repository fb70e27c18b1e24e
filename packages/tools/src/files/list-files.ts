import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, suggestNames } from './file-access.ts';
import { showName } from './file-error.ts';
import { createGlob } from './glob.ts';
import type { FolderEntry } from './root-folder.ts';
import { joinPath, walkFolder } from './walk-folder.ts';

const maxShown = 200;
const maxEntryCount = 50_000;

/** Creates the tool `list_files`: the names in one folder, or, with a glob, all matching files below it. */
export function createListFiles(access: FileAccess): Tool {
  return tool({
    name: 'list_files',
    description: `Lists the files and folders in a folder; folders end in "/". With a glob such as *.md or src/**/*.ts it finds matching files in all folders below.${describeIgnored(access)}`,
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

function describeIgnored({ ignore }: FileAccess): string {
  return ignore.size === 0 ? '' : ` ${[...ignore].join(' and ')} are left out.`;
}

async function listFolder(access: FileAccess, folder: string): Promise<string> {
  const all = await access.root.listFolder(folder);
  const entries = all.filter(({ name }) => !access.ignore.has(name));
  const leftOut = all.filter(({ name }) => access.ignore.has(name)).map(({ name }) => name);
  const left = leftOut.length === 0 ? '' : ` (left out: ${leftOut.join(', ')})`;
  if (entries.length === 0) return `"${showName(folder)}" is empty${left}.`;
  const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
  return formatList(`"${showName(folder)}" has ${count}${left}:`, entries.map(formatEntry));
}

const endings = { file: '', folder: '/', link: ' (link)', other: ' (device, pipe or socket)' };

function formatEntry({ name, kind }: FolderEntry): string {
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
    maxEntries: maxEntryCount,
  });
  let step = await walk.next();
  for (; !step.done; step = await walk.next()) {
    const { path, kind } = step.value;
    const below = path.slice(base.length);
    if (kind === 'file' && (matches(below) || matches(path))) found.push(showName(path));
  }
  const partly = step.value ? '' : ` Only the first ${maxEntryCount} entries were searched.`;
  if (found.length === 0) {
    return `No file below "${showName(folder)}" matches ${JSON.stringify(glob)}.${partly}`;
  }
  const count = found.length === 1 ? '1 file matches' : `${found.length} files match`;
  return formatList(`${count} ${JSON.stringify(glob)}:${partly}`, found);
}

function formatList(title: string, lines: readonly string[]): string {
  const rest = lines.length - maxShown;
  const more = rest > 0 ? [`… and ${rest} more. Name a folder or a narrower glob.`] : [];
  return [title, ...lines.slice(0, maxShown), ...more].join('\n');
}
