import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** The names of the templates. */
export const templates = ['terminal', 'web-service', 'tests'] as const;

/** A wrong command line or folder. The message explains what to do. */
export class UsageError extends Error {}

/** What a new project is. */
export interface ProjectOptions {
  /** Where it is written. The folder must be new or empty; its name becomes the name of the package. */
  readonly folder: string;
  /** One of {@link templates}. */
  readonly template: string;
  /** The version of the Turnwise packages. */
  readonly version: string;
  /** A folder with the packed packages (`turnwise-core-0.0.0.tgz`), which are used in place of the registry. */
  readonly from?: string | undefined;
}

const sources = join(import.meta.dirname, '../templates');

/**
 * Writes a project and returns its files, relative to its folder. Throws {@link UsageError} if the template does not exist, the
 * folder is not empty, or a packed package is missing; then it writes nothing.
 */
export function createProject({ folder, template, version, from }: ProjectOptions): string[] {
  if (!templates.some((name) => name === template)) {
    throw new UsageError(
      `There is no template "${template}". The templates are: ${templates.join(', ')}.`,
    );
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new UsageError(`The folder "${folder}" is not empty. Choose another name, or empty it.`);
  }
  const source = readFileSync(join(sources, template, 'package.json'), 'utf8');
  const manifest = complete(source, { folder, version, from });
  mkdirSync(folder, { recursive: true });
  for (const part of ['common', template]) {
    cpSync(join(sources, part), folder, { recursive: true });
  }
  // npm does not publish files with this name.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  writeFileSync(join(folder, 'package.json'), manifest);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(resolve(folder).length + 1))
    .sort();
}

/** The manifest of the project: its name, and where the packages come from. */
function complete(
  source: string,
  { folder, version, from }: Omit<ProjectOptions, 'template'>,
): string {
  const manifest = JSON.parse(source) as { dependencies: Record<string, string> };
  const dependencies = Object.entries(manifest.dependencies).map(([name, range]) => {
    if (!name.startsWith('@turnwise/')) return [name, range];
    return [name, from === undefined ? `^${version}` : `file:${findPacked(from, name)}`];
  });
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
  const completed = { name, ...manifest, dependencies: Object.fromEntries(dependencies) };
  return `${JSON.stringify(completed, null, 2)}\n`;
}

function findPacked(folder: string, name: string): string {
  const prefix = `${name.replace('@', '').replace('/', '-')}-`;
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const file = files.find((each) => each.startsWith(prefix) && each.endsWith('.tgz'));
  if (file === undefined) {
    throw new UsageError(
      `"${folder}" has no ${prefix}*.tgz. Run \`pnpm release --dry-run\` first.`,
    );
  }
  return resolve(folder, file);
}
