// Jest gives each test file a process state of its own, in which the engine compiles all code again. At a desk, files that need no own
// state run as a few groups, which takes about half of the CPU time. `.ci/run`, and a command that names files, runs each file alone.
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { basename, dirname, join, relative, sep } = require('node:path');

const root = join(__dirname, '..');
const folder = join(root, '.test-groups');

/** What other files would notice: hooks, another clock, replaced modules, and changes of the process. */
const needsOwnState =
  /\b(?:(?:before|after)(?:All|Each)|useFakeTimers|unstable_mockModule|resetModules|globalThis|child_process|process\.(?:env|on|once|exit\w*|chdir))\b/;

const filesInGroup = 12;

const isThorough = Number(process.env.TURNWISE_PROPERTY_RUNS) >= 1_000;

/** Groups of files of one package, of the examples, or of the programs for real models. */
function findGroups() {
  const areas = [
    ['examples', testFolders('examples')],
    ...testFolders('packages').map((test) => [basename(dirname(test)), [test]]),
    ['real', [join(root, 'real/test')]],
  ];
  return areas.flatMap(([name, tests]) => {
    const files = tests.flatMap(testFiles).filter((file) => !needsOwnState.test(read(file)));
    const count = Math.ceil(files.length / filesInGroup);
    return Array.from({ length: count }, (_, index) => ({
      path: join(folder, `${name}-${index + 1}.test.mjs`),
      files: files.slice(index * filesInGroup, (index + 1) * filesInGroup),
    }));
  });
}

function testFolders(parent) {
  const folders = readdirSync(join(root, parent)).sort();
  return folders.map((name) => join(root, parent, name, 'test')).filter(existsSync);
}

function testFiles(test) {
  const files = readdirSync(test, { recursive: true }).sort();
  return files.filter((file) => /(?<!\.ci)\.test\.ts$/.test(file)).map((file) => join(test, file));
}

function read(file) {
  return readFileSync(file, 'utf8');
}

/** Writes a file for each group. Jest finds only files that exist when it starts. */
function writeTestGroups() {
  mkdirSync(folder, { recursive: true });
  const groups = findGroups();
  for (const { path, files } of groups) {
    const names = files.map((file) => relative(folder, file).split(sep).join('/'));
    writeFileSync(path, names.map((name) => `await import('${name}');\n`).join(''));
  }
  const paths = new Set(groups.map(({ path }) => path));
  for (const name of readdirSync(folder)) {
    if (!paths.has(join(folder, name))) rmSync(join(folder, name));
  }
}

/** Jest calls this with the files that the command names: a group replaces its files, and files for CI run if they are named. */
module.exports = async (paths) => {
  const groups = isThorough ? [] : findGroups().filter(({ path }) => paths.includes(path));
  const replaced = new Set(groups.flatMap(({ files }) => files));
  const runsCiFiles = isThorough || process.argv.some((part) => part.includes('.ci'));
  const filtered = paths.filter((path) => {
    if (path.startsWith(folder)) return !isThorough;
    return !replaced.has(path) && (runsCiFiles || !path.endsWith('.ci.test.ts'));
  });
  return { filtered };
};
module.exports.writeTestGroups = writeTestGroups;
