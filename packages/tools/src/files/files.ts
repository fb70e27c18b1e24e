import { type Tool, TurnwiseError } from '@turnwise/core';
import { createCountLines } from './count-lines.ts';
import type { FileAccess } from './file-access.ts';
import { createListFiles } from './list-files.ts';
import { createReadFile } from './read-file.ts';
import { RootFolder } from './root-folder.ts';
import { createSearchText } from './search-text.ts';

/** Which folder may be read, and how. */
export interface FilesOptions {
  /** The folder that the tools read. It may itself be a link; it must exist. */
  readonly root: string;
  /** Bytes of a file that are read at most; what lies beyond is said to be unread. @default 10_000_000 */
  readonly maxFileBytes?: number;
  /** Names of files and folders that listings and searches pass over. @default ['.git', 'node_modules'] */
  readonly ignore?: readonly string[];
}

/**
 * Four tools that read the text files of one folder: `list_files`, `read_file`, `count_lines` and `search_text`.
 * They write nothing, start no program, and cannot leave the folder: not by `..`, by absolute paths, nor by links, even if
 * one is put in place while a tool runs. Devices, pipes and sockets are refused without waiting. A missing file is answered
 * with the nearest existing names. Throws `invalid_options` where `root` is no folder.
 */
export function files({
  root,
  maxFileBytes = 10_000_000,
  ignore = ['.git', 'node_modules'],
}: FilesOptions): Tool[] {
  if (!Number.isSafeInteger(maxFileBytes) || maxFileBytes < 1) {
    throw new TurnwiseError(
      'invalid_options',
      `maxFileBytes is ${maxFileBytes}; it must be a whole number of bytes, at least 1.`,
    );
  }
  const access: FileAccess = { root: new RootFolder(root), maxFileBytes, ignore: new Set(ignore) };
  return [
    createListFiles(access),
    createReadFile(access),
    createCountLines(access),
    createSearchText(access),
  ];
}
