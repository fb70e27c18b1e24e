import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installNodes } from '../packed/install-nodes.ts';
import { runCommand } from '../packed/run-command.ts';
import { type Cell, cells } from './cells.ts';
import { createProject } from './project.ts';

/** Whether a cell works, in seconds, or why it does not. */
type Outcome = { readonly seconds: number } | { readonly problem: string };

const { values } = parseArgs({
  options: {
    // A version, or `this` for the Node that runs this program.
    node: { type: 'string', multiple: true, default: ['20.19.0', '22', '24'] },
    only: { type: 'string', default: '' },
    // Only the rows whose tools the workspace has: `.ci/run` tries these.
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    // The folder of an earlier run with --keep: nothing is built or installed.
    in: { type: 'string' },
  },
});
const began = Date.now();
const [nodes, project] = await Promise.all([
  installNodes(values.node),
  values.in ?? createProject({ linked: values.quick }),
]);
console.log(`Packed and installed in ${secondsSince(began)} s.`);
const alone = mkdtempSync(join(tmpdir(), 'turnwise-alone-'));

const chosen = cells.filter(
  ({ name, isQuick = false }) => name.includes(values.only) && (isQuick || !values.quick),
);
const width = Math.max(...chosen.map(({ name }) => name.length));
printRow('', ['before', ...nodes.map(({ version }) => version)]);
const problems: string[] = [];
const waiting = [...chosen];
await Promise.all(Array.from({ length: availableParallelism() }, tryCells));
for (const problem of problems) console.log(`\n${problem}`);
console.log(`\n${chosen.length} rows, ${problems.length} failures, ${secondsSince(began)} s.`);
if (values.keep || values.in !== undefined) console.log(project);
else for (const folder of [project, alone]) rmSync(folder, { recursive: true, force: true });
process.exitCode = problems.length === 0 ? 0 : 1;

async function tryCells(): Promise<void> {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) await tryCell(cell);
}

async function tryCell(cell: Cell): Promise<void> {
  const folder = writeFiles(cell);
  const { run } = cell;
  const prepared = await measure(() => prepare(cell, folder));
  const outcomes = [{ ...prepared, at: 'before' }];
  if (run !== undefined && !('problem' in prepared)) {
    for (const { program, version } of nodes) {
      const place = { folder: placeOf(cell, folder) };
      outcomes.push({ ...(await measure(() => runCommand(program, run, place))), at: version });
    }
  }
  const texts = outcomes.map((outcome) =>
    'problem' in outcome ? 'FAILED' : `${outcome.seconds} s`,
  );
  printRow(cell.name, texts);
  for (const outcome of outcomes) {
    if ('problem' in outcome) problems.push(`${cell.name}, ${outcome.at}: ${outcome.problem}`);
  }
}

function printRow(name: string, texts: readonly string[]): void {
  console.log([name.padEnd(width), ...texts.map((text) => text.padEnd(8))].join('  ').trimEnd());
}

function writeFiles(cell: Cell): string {
  const folder = join(project, cell.name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  // TypeScript and jest in CommonJS read the same program under the name of a TypeScript file.
  for (const file of ['check.mjs', 'program.ts']) {
    cpSync(join(project, 'check.mjs'), join(folder, file));
  }
  for (const [file, text] of Object.entries(cell.files)) writeFileSync(join(folder, file), text);
  return folder;
}

async function prepare(cell: Cell, folder: string): Promise<void> {
  for (const [program = '', ...rest] of cell.prepare ?? []) {
    await runCommand(join(project, 'node_modules/.bin', program), rest, { folder });
  }
  if (cell.moved !== undefined) {
    mkdirSync(placeOf(cell, folder));
    cpSync(join(folder, cell.moved), join(placeOf(cell, folder), cell.moved));
  }
}

/** A bundle runs in a folder that has no `node_modules` above it. */
function placeOf(cell: Cell, folder: string): string {
  return cell.moved === undefined ? folder : join(alone, cell.name.replace(/\W+/g, '-'));
}

async function measure(work: () => Promise<unknown>): Promise<Outcome> {
  const start = Date.now();
  try {
    await work();
    return { seconds: secondsSince(start) };
  } catch (error) {
    return { problem: shorten(error instanceof Error ? error.message : String(error)) };
  }
}

/** The start of each line, and the last lines: a minified bundle prints its whole text as one line. */
function shorten(problem: string): string {
  const lines = problem.split('\n').map((line) => line.slice(0, 300));
  return (lines.length > 60 ? [...lines.slice(0, 5), '…', ...lines.slice(-50)] : lines).join('\n');
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}
