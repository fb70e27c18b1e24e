// Before the tests, esbuild compiles all source files that have changed: 1,300 files in about two seconds. ts-jest, which compiles them one
// after the other in each worker, needs twenty seconds of each on a fresh clone, and tsx needs nearly one for each start of a program.
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join, relative } = require('node:path');
const { version } = require('esbuild/package.json');

const root = join(__dirname, '..');
const folder = join(root, 'node_modules/.cache/compiled-source', version);
const optionsFor = (file) => ({
  loader: 'ts',
  target: 'es2023',
  sourcemap: 'inline',
  sourcefile: file,
  sourcesContent: false,
});

/** Compiles all files that have changed. */
async function compileSource() {
  const changed = sourceFiles().filter((file) => !isCompiled(file));
  if (changed.length === 0) return;
  const { transform } = require('esbuild');
  await Promise.all(
    changed.map(async (file) => {
      const { code } = await transform(readFileSync(file, 'utf8'), optionsFor(file));
      writeCompiled(file, code);
    }),
  );
}

/** The JavaScript of a file. A file that was written after `compileSource` is compiled now. */
function compiledText(file) {
  if (isCompiled(file)) return readFileSync(compiledPath(file), 'utf8');
  return require('esbuild').transformSync(readFileSync(file, 'utf8'), optionsFor(file)).code;
}

function sourceFiles() {
  return ['examples', 'packages', 'real', 'scripts'].flatMap((name) => filesIn(join(root, name)));
}

function filesIn(parent) {
  return readdirSync(parent, { withFileTypes: true }).flatMap((entry) => {
    const path = join(parent, entry.name);
    if (entry.isDirectory()) return /^(?:node_modules|dist)$/.test(entry.name) ? [] : filesIn(path);
    return /(?<!\.d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

function compiledPath(file) {
  return join(folder, relative(root, file));
}

/** Whether the compiled file is that of the present source: both have the same time of change. */
function isCompiled(file) {
  const compiled = statSync(compiledPath(file), { throwIfNoEntry: false });
  return compiled?.mtime.getTime() === statSync(file).mtime.getTime();
}

/** Another run of tests reads the old file or the new one, and never a part. */
function writeCompiled(file, text) {
  const path = compiledPath(file);
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, text);
  const { mtime } = statSync(file);
  utimesSync(unfinished, mtime, mtime);
  renameSync(unfinished, path);
}

module.exports = {
  compileSource,
  compiledText,
  /** The transformer of Jest. */
  process: (_text, file) => ({ code: compiledText(file) }),
};
