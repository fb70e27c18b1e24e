import type { FolderEntry, RootFolder } from './root-folder.ts';

/** An entry below a folder, with its path relative to the root. */
export interface FoundEntry extends FolderEntry {
  readonly path: string;
}

/** The limits of a walk. */
export interface WalkOptions {
  /** Names to skip, with everything inside them. */
  readonly ignore: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** The maximum number of entries; a walk that reaches it returns `false`. */
  readonly maxEntries: number;
}

/**
 * Yields everything below a folder, folder by folder, sorted by name. Links are yielded but not followed, so the walk ends.
 * Folders that cannot be read are skipped, except the first. Returns whether the walk was complete.
 */
export async function* walkFolder(
  root: RootFolder,
  path: string,
  { ignore, signal, maxEntries }: WalkOptions,
): AsyncGenerator<FoundEntry, boolean> {
  const open = [path];
  let seen = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal.throwIfAborted();
    const entries = await listOrSkip(root, folder, folder === path);
    const inner: string[] = [];
    for (const entry of entries.filter(({ name }) => !ignore.has(name))) {
      seen += 1;
      if (seen > maxEntries) return false;
      const found = { ...entry, path: joinPath(folder, entry.name) };
      if (entry.kind === 'folder') inner.push(found.path);
      yield found;
    }
    open.push(...inner.reverse());
  }
  return true;
}

/** A path relative to the root, written with `/`; `.` is the root. */
export function joinPath(folder: string, name: string): string {
  const clean = folder.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
  return clean === '' || clean === '.' ? name : `${clean}/${name}`;
}

async function listOrSkip(
  root: RootFolder,
  folder: string,
  isFirst: boolean,
): Promise<readonly FolderEntry[]> {
  try {
    return await root.listFolder(folder);
  } catch (thrown) {
    if (isFirst) throw thrown;
    return [];
  }
}
