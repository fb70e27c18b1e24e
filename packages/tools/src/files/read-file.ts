import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, openText } from './file-access.ts';
import { FileError } from './file-error.ts';
import { type FileText, showSize } from './read-text.ts';
import { sayCount } from './say-count.ts';

const mostChars = 16_000;
const mostLineChars = 4000;

/** The tool `read_file`: a text file or some of its lines, below a line that says which of how many they are. */
export function createReadFile(access: FileAccess): Tool {
  return tool({
    name: 'read_file',
    description:
      'Reads a text file, or only its lines from … to …. The first line of the answer says which lines these are and how many the file has.',
    parameters: z.object({
      path: z.string().describe('The file, such as notes.txt or docs/plan.md.'),
      from: z.int().min(1).optional().describe('First line to read; lines count from 1.'),
      to: z.int().min(1).optional().describe('Last line to read, itself included.'),
    }),
    execute: async ({ path, from = 1, to }, { signal }) => {
      if (to !== undefined && to < from) {
        throw new FileError(`Line ${to} comes before line ${from}: "to" must not be below "from".`);
      }
      const { file, content } = await openText(access, path, signal);
      const range = { from, to: to ?? content.lines.length };
      return sayLines(file.path, content, range, access.maxFileBytes);
    },
    repeat: 'safe',
  });
}

function sayLines(
  path: string,
  { lines, isCut }: FileText,
  { from, to }: { readonly from: number; readonly to: number },
  maxFileBytes: number,
): string {
  const cut = isCut ? ` in its first ${showSize(maxFileBytes)}; the rest was not read` : '';
  const total = lines.length;
  if (total === 0) return `"${path}" is empty: 0 lines.`;
  if (from > total) {
    throw new FileError(
      `"${path}" has ${sayCount(total, 'line')}${cut}; line ${from} does not exist.`,
    );
  }
  const shown = fitLines(lines.slice(from - 1, to));
  const last = from + shown.length - 1;
  const more = last < Math.min(to, total) ? `\n… cut here: read on with from = ${last + 1}.` : '';
  const range = last === from ? `line ${from}` : `lines ${from}-${last}`;
  return `${path}, ${range} of ${total}${cut}:\n${shown.join('\n')}${more}`;
}

/** As many lines as fit the answer, at least one. */
function fitLines(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let chars = 0;
  for (const line of lines) {
    const fitted =
      line.length > mostLineChars
        ? `${line.slice(0, mostLineChars)} … (line cut: it has ${line.length} characters)`
        : line;
    chars += fitted.length + 1;
    if (chars > mostChars && shown.length > 0) break;
    shown.push(fitted);
  }
  return shown;
}
