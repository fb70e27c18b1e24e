import { FileError } from './file-error.ts';

const maxGlobChars = 200;
const maxAlternatives = 64;

/**
 * Creates a test for paths written with `/`: `*` and `?` match within a name, `**` across folders, `{a,b}` either one.
 * A pattern without `/` is compared with the name only. The time is at most pattern length times path length.
 */
export function createGlob(pattern: string): (path: string) => boolean {
  if (pattern.length > maxGlobChars) {
    throw new FileError(`The glob is too long: at most ${maxGlobChars} characters.`);
  }
  const globs = expandBraces(pattern.replace(/^\.?\/+/, '')).map((glob) =>
    (glob.includes('/') ? glob : `**/${glob}`).split('/'),
  );
  return (path) => globs.some((glob) => matchesParts(glob, path.split('/'), '**', matchesName));
}

function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let glob = open.pop(); glob !== undefined; glob = open.pop()) {
    const found = /\{([^{}]*,[^{}]*)\}/.exec(glob);
    if (found === null) {
      done.push(glob);
    } else {
      const [braces, choices = ''] = found;
      const before = glob.slice(0, found.index);
      const after = glob.slice(found.index + braces.length);
      open.push(...choices.split(',').map((choice) => before + choice + after));
    }
    if (open.length + done.length > maxAlternatives) {
      throw new FileError(`The glob has too many alternatives: at most ${maxAlternatives}.`);
    }
  }
  return done;
}

function matchesName(glob: string, name: string): boolean {
  return matchesParts([...glob], [...name], '*', (sign, letter) => sign === '?' || sign === letter);
}

/** Compares part by part; `many` matches any number of parts. One restart point is enough, so the time stays linear for each part. */
function matchesParts(
  glob: readonly string[],
  parts: readonly string[],
  many: string,
  matches: (glob: string, part: string) => boolean,
): boolean {
  let at = 0;
  let restart: { readonly glob: number; parts: number } | undefined;
  let position = 0;
  while (position < parts.length) {
    const wanted = glob[at];
    if (wanted === many) {
      at += 1;
      restart = { glob: at, parts: position };
    } else if (wanted !== undefined && matches(wanted, parts[position] ?? '')) {
      at += 1;
      position += 1;
    } else if (restart !== undefined) {
      restart.parts += 1;
      at = restart.glob;
      position = restart.parts;
    } else {
      return false;
    }
  }
  return glob.slice(at).every((rest) => rest === many);
}
