import { type Tool, TurnwiseError } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import { createCountLines } from './count-lines.ts';
import type { FileAccess } from './file-access.ts';
import { createListFiles } from './list-files.ts';
import { createReadFile } from './read-file.ts';
import { RootFolder } from './root-folder.ts';
import { createSearchText } from './search-text.ts';

/** The folder to read, and limits. */
export interface FilesOptions {
  /** The folder that the tools read. It must exist and can be a link. */
  readonly root: string;
  /** The maximum number of bytes that are read of one file; the result reports that the rest was not read. @default 10_000_000 */
  readonly maxFileBytes?: number | undefined;
  /** Names of files and folders that listings and searches skip. @default ['.git', 'node_modules'] */
  readonly ignore?: readonly string[] | undefined;
}

const filesChecks: OptionChecks<FilesOptions> = {
  root: option.text,
  maxFileBytes: option.whole(1),
  ignore: option.strings,
};

/**
 * Four tools that read the text files of one folder: `list_files`, `read_file`, `count_lines` and `search_text`.
 * They do not write files or start programs. They cannot read outside the folder: not with `..`, absolute paths or
 * links, even if a link is created while a tool runs. Devices, pipes and sockets are refused immediately. For a missing
 * file the result lists the nearest existing names. Throws `invalid_options` if `root` is not a folder.
 */
export function files(options: FilesOptions): Tool[] {
  checkOptions(options, { name: 'files()', known: filesChecks });
  if (options?.root === undefined) {
    throw new TurnwiseError('invalid_options', 'files() needs a folder: files({ root: "docs" }).');
  }
  const { root, maxFileBytes = 10_000_000, ignore = ['.git', 'node_modules'] } = options;
  const access: FileAccess = { root: new RootFolder(root), maxFileBytes, ignore: new Set(ignore) };
  return [
    createListFiles(access),
    createReadFile(access),
    createCountLines(access),
    createSearchText(access),
  ];
}
