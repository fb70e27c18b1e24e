import type { FolderEntry, RootFolder } from './root-folder.ts';

/** A thing found below a folder, with its path below the root. */
export interface FoundEntry extends FolderEntry {
  readonly path: string;
}

/** How far a walk goes. */
export interface WalkOptions {
  /** Names that are passed over, with all that is in them. */
  readonly ignore: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Entries that are looked at, at most; a walk that stops there returns `false`. */
  readonly maxEntries: number;
}

/**
 * Everything below a folder, folder by folder in order of name. Links are named and not followed, so a walk ends.
 * Folders that cannot be read are passed over, except the first. Returns whether the walk was complete.
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

/** A path below the root, written with `/`; `.` is the root itself. */
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
