import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pack-packages.ts';

/** What {@link checkPacked} reads of a manifest. */
interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly exports?: unknown;
  readonly bin?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** What is wrong in the content of a packed package, one sentence each. */
export function checkPacked(tarball: string): readonly string[] {
  const files = listFiles(tarball);
  const manifest = JSON.parse(read(tarball, 'package.json')) as Manifest;
  const problems = [
    ...['LICENSE', 'README.md'].filter((file) => !files.has(file)).map(missing),
    ...targetsOf([manifest.exports, manifest.bin]).filter(isNotIn(files)).map(missing),
    ...[...files].filter(isUnwanted).map((file) => `${file} must not be in the package.`),
    ...unpublishedRanges(manifest),
  ];
  if (manifest.license === undefined) problems.push('package.json has no license.');
  if (manifest.name === '@turnwise/core') {
    const pages = readdirSync(join(root, 'docs/guide')).map((page) => `docs/${page}`);
    problems.push(...pages.filter(isNotIn(files)).map(missing));
  }
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

function listFiles(tarball: string): ReadonlySet<string> {
  const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return new Set(list.split('\n').map((file) => file.replace(/^package\//, '')));
}

function read(tarball: string, file: string): string {
  return execFileSync('tar', ['-xzOf', tarball, `package/${file}`], { encoding: 'utf8' });
}

/** The files that `exports` and `bin` name, in all their conditions. */
function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(targetsOf);
}

function isNotIn(files: ReadonlySet<string>): (file: string) => boolean {
  return (file) => !files.has(file);
}

function missing(file: string): string {
  return `${file} is missing.`;
}

/** Tests, build records and installed packages. The tests of a template belong to the package. */
function isUnwanted(file: string): boolean {
  if (file.startsWith('templates/')) return file.includes('node_modules');
  return /(^|\/)(test|node_modules|interop)\/|\.test\.|\.tsbuildinfo$/.test(file);
}

/** Ranges that only the workspace understands. */
function unpublishedRanges({ dependencies, peerDependencies }: Manifest): readonly string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
    .map(([name, range]) => `The range of ${name} is ${range}, which npm does not know.`);
}
