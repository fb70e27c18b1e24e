import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { type FileAccess, suggestNames } from './file-access.ts';
import { FileError, showName } from './file-error.ts';
import { formatCount } from './format-count.ts';
import { createGlob } from './glob.ts';
import { readText } from './read-text.ts';
import { walkFolder } from './walk-folder.ts';

const maxShown = 100;
const maxEntryCount = 50_000;
const maxChars = 100_000_000;
const maxLineChars = 200;

/** Creates the tool `search_text`: the lines that contain a text, with file and line number. The text is not a pattern. */
export function createSearchText(access: FileAccess): Tool {
  return tool({
    name: 'search_text',
    description:
      'Finds the lines that contain a text, in one file or in all files below a folder. Each result is file:line: text. The text is not a pattern. Case is ignored, unless caseSensitive is true.',
    parameters: z.object({
      text: z.string().min(1).describe('The text to find, within one line.'),
      path: z.string().optional().describe('A file or folder. Without it, the root folder.'),
      glob: z.string().optional().describe('Only in files that match, such as *.md.'),
      caseSensitive: z.boolean().optional().describe('Whether case matters.'),
    }),
    execute: async ({ text, path, glob, caseSensitive = false }, { signal }) => {
      if (/[\r\n]/.test(text)) {
        throw new FileError('The text has several lines. Search for one of its lines.');
      }
      const search = new Search(access, createLineTest(text, caseSensitive), signal);
      const start = path || '.';
      await suggestNames(access, start, signal, () => search.run(start, glob));
      return search.report(text, start);
    },
    repeat: 'safe',
  });
}

/** The position of the text in a line, or -1. */
type LineTest = (line: string) => number;

function createLineTest(text: string, caseSensitive: boolean): LineTest {
  if (caseSensitive) return (line) => line.indexOf(text);
  const wanted = text.toLowerCase();
  return (line) => line.toLowerCase().indexOf(wanted);
}

/** One search: the matches, and the files that could not be read. */
class Search {
  readonly #access: FileAccess;
  readonly #test: LineTest;
  readonly #signal: AbortSignal;
  readonly #lines: string[] = [];
  readonly #unread: string[] = [];
  #matches = 0;
  #files = 0;
  #chars = 0;
  #isComplete = true;

  constructor(access: FileAccess, test: LineTest, signal: AbortSignal) {
    this.#access = access;
    this.#test = test;
    this.#signal = signal;
  }

  async run(start: string, glob: string | undefined): Promise<void> {
    if ((await this.#access.root.findKind(start)) === 'file') return await this.#searchFile(start);
    const matches = glob ? createGlob(glob) : () => true;
    const walk = walkFolder(this.#access.root, start, {
      ignore: this.#access.ignore,
      signal: this.#signal,
      maxEntries: maxEntryCount,
    });
    let step = await walk.next();
    for (; !step.done && this.#chars < maxChars; step = await walk.next()) {
      const { path, kind } = step.value;
      if (kind === 'file' && matches(path)) await this.#searchOrSkip(path);
    }
    this.#isComplete = step.done === true && step.value;
  }

  report(text: string, start: string): string {
    const notes = this.#describeUnread();
    if (this.#matches === 0) {
      return [`No line contains ${JSON.stringify(text)} in "${showName(start)}".`, ...notes].join(
        '\n',
      );
    }
    const lines = this.#matches === 1 ? '1 line contains' : `${this.#matches} lines contain`;
    const files = formatCount(this.#files, 'file');
    const rest = this.#matches - this.#lines.length;
    const more = rest > 0 ? [`… and ${rest} more. Name a folder, a file or a longer text.`] : [];
    return [
      `${lines} ${JSON.stringify(text)}, in ${files}:`,
      ...this.#lines,
      ...more,
      ...notes,
    ].join('\n');
  }

  async #searchOrSkip(path: string): Promise<void> {
    try {
      this.#signal.throwIfAborted();
      await this.#searchFile(path);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      this.#unread.push(path);
    }
  }

  async #searchFile(path: string): Promise<void> {
    const content = await this.#access.root.withFile(path, (file) =>
      readText(file, { maxBytes: this.#access.maxFileBytes, signal: this.#signal }),
    );
    this.#signal.throwIfAborted();
    if (content.isCut) this.#unread.push(path);
    this.#chars += content.text.length;
    const before = this.#matches;
    for (const [index, line] of content.lines.entries()) {
      const at = this.#test(line);
      if (at < 0) continue;
      this.#matches += 1;
      if (this.#lines.length < maxShown) {
        this.#lines.push(`${showName(path)}:${index + 1}: ${cutAround(line, at)}`);
      }
    }
    if (this.#matches > before) this.#files += 1;
  }

  #describeUnread(): readonly string[] {
    const notes = this.#isComplete
      ? []
      : ['The search stopped at its limit before the last file. Name a folder or a glob.'];
    if (this.#unread.length === 0) return notes;
    const names = this.#unread.slice(0, 5).map(showName).join(', ');
    const others = this.#unread.length > 5 ? ` and ${this.#unread.length - 5} more` : '';
    return [
      ...notes,
      `Not or only partly searched (binary, too large or unreadable): ${names}${others}.`,
    ];
  }
}

function cutAround(line: string, at: number): string {
  if (line.length <= maxLineChars) return line.trim();
  const start = Math.max(0, at - maxLineChars / 2);
  const end = start + maxLineChars;
  return `${start > 0 ? '…' : ''}${line.slice(start, end).trim()}${end < line.length ? '…' : ''}`;
}
