import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, openText } from './file-access.ts';
import { FileError } from './file-error.ts';
import { formatCount } from './format-count.ts';
import { type FileText, showSize } from './read-text.ts';

const maxChars = 16_000;
const maxLineChars = 4000;

/** Creates the tool `read_file`: a text file or some of its lines, after a heading with the line numbers and the total. */
export function createReadFile(access: FileAccess): Tool {
  return tool({
    name: 'read_file',
    description:
      'Reads a text file, or only its lines from … to …. The first line of the result contains the line numbers and the number of lines of the file.',
    parameters: z.object({
      path: z.string().describe('The file, such as notes.txt or docs/plan.md.'),
      from: z.int().min(1).optional().describe('First line to read; lines count from 1.'),
      to: z.int().min(1).optional().describe('Last line to read, inclusive.'),
    }),
    execute: async ({ path, from = 1, to }, { signal }) => {
      if (to !== undefined && to < from) {
        throw new FileError(
          `"to" is ${to} and "from" is ${from}; "to" must not be less than "from".`,
        );
      }
      const { file, content } = await openText(access, path, signal);
      const range = { from, to: to ?? content.lines.length };
      return formatLines(file.path, content, range, access.maxFileBytes);
    },
    repeat: 'safe',
  });
}

function formatLines(
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
      `"${path}" has ${formatCount(total, 'line')}${cut}; line ${from} does not exist.`,
    );
  }
  const shown = fitLines(lines.slice(from - 1, to));
  const last = from + shown.length - 1;
  const more = last < Math.min(to, total) ? `\n… cut here: continue with from = ${last + 1}.` : '';
  const range = last === from ? `line ${from}` : `lines ${from}-${last}`;
  return `${path}, ${range} of ${total}${cut}:\n${shown.join('\n')}${more}`;
}

/** The lines that fit into the result, at least one. */
function fitLines(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let chars = 0;
  for (const line of lines) {
    const fitted =
      line.length > maxLineChars
        ? `${line.slice(0, maxLineChars)} … (line cut: it has ${line.length} characters)`
        : line;
    chars += fitted.length + 1;
    if (chars > maxChars && shown.length > 0) break;
    shown.push(fitted);
  }
  return shown;
}
