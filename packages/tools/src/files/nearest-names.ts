import type { RootFolder } from './root-folder.ts';
import { joinPath, walkFolder } from './walk-folder.ts';

/** The number of names that are compared with a missing one. */
const maxNames = 2000;
const maxShown = 3;

/** Up to three existing paths that are similar to a missing one, most similar first. */
export async function findNearestNames(
  root: RootFolder,
  missing: string,
  options: { readonly ignore: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const wanted = joinPath('.', missing.replace(/^(?:\.\/+)+/, '')).slice(-120);
  const found: { path: string; distance: number }[] = [];
  for await (const { path, kind } of walkFolder(root, '.', { ...options, maxEntries: maxNames })) {
    if (kind !== 'file' && kind !== 'folder') continue;
    const distance = distanceOf(wanted, path);
    if (distance <= Math.max(1, lastName(wanted).length * 0.3)) found.push({ path, distance });
  }
  found.sort((one, other) => one.distance - other.distance);
  return found.slice(0, maxShown).map(({ path }) => path);
}

/** The same name in another folder counts as one edit. */
function distanceOf(wanted: string, path: string): number {
  const whole = countEdits(wanted.toLowerCase(), path.toLowerCase());
  const inName = countEdits(lastName(wanted).toLowerCase(), lastName(path).toLowerCase());
  return Math.min(whole, inName + 1);
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The number of letters to add, remove or change, at most 40. */
function countEdits(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 40) return 40;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column < row.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(40, row.at(-1) ?? 40);
}
