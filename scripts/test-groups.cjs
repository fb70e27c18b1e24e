// Jest gives each test file a process state of its own, in which the engine compiles all code again. At a desk, files run in a few
// groups, which takes about two thirds of the CPU time. `.ci/run`, and a command that names files, runs each file alone.
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

/** What all files of a group would get: replaced modules, and another time limit. */
const needsOwnState = /\b(?:unstable_mockModule|resetModules|jest\.setTimeout)\b/;

const filesInGroup = 24;

const isThorough = Number(process.env.TURNWISE_PROPERTY_RUNS) >= 1_000;

/** Groups of files of one package, of the examples, of the programs for real models, or of the scripts. */
function findGroups() {
  const areas = [
    ['examples', testFolders('examples')],
    ...testFolders('packages').map((test) => [basename(dirname(test)), [test]]),
    ['real', [join(root, 'real/test')]],
    ['scripts', [join(root, 'scripts/test')]],
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
    const lines = files.map((file) => {
      const name = relative(root, file).split(sep).join('/');
      return `await testsOf('${name}', () => import('../${name}'));\n`;
    });
    const text = `/** @jest-environment ./scripts/group-environment.cjs */\n${lines.join('')}`;
    // On a fresh clone, Jest starts the largest files first. Groups whose tests start programs take longest.
    writeFileSync(path, basename(path).startsWith('core') ? text : text.padEnd(100_000));
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
module.exports.isThorough = isThorough;
module.exports.writeTestGroups = writeTestGroups;
