import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, openText } from './file-access.ts';
import { FileError } from './file-error.ts';
import { formatCount } from './format-count.ts';
import { showSize } from './read-text.ts';

/** Creates the tool `count_lines`: the number of lines, words, characters and bytes of a text file. */
export function createCountLines(access: FileAccess): Tool {
  return tool({
    name: 'count_lines',
    description:
      'Counts the lines, words, characters and bytes of a text file. A last line without a line end counts; an empty file has 0 lines.',
    parameters: z.object({
      path: z.string().describe('The file, such as notes.txt or docs/plan.md.'),
    }),
    execute: async ({ path }, { signal }) => {
      const { file, content } = await openText(access, path, signal);
      if (content.isCut) {
        throw new FileError(
          `"${file.path}" has ${showSize(file.size)}; files larger than ${showSize(access.maxFileBytes)} are not counted.`,
        );
      }
      const counts = [
        formatCount(content.lines.length, 'line'),
        formatCount(content.text.match(/\S+/g)?.length ?? 0, 'word'),
        formatCount(countCharacters(content.text), 'character'),
        formatCount(file.size, 'byte'),
      ];
      return `${file.path}: ${counts.join(', ')}.`;
    },
    repeat: 'safe',
  });
}

function countCharacters(text: string): number {
  let pairs = 0;
  for (const _pair of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) pairs += 1;
  return text.length - pairs;
}
