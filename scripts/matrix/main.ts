import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cell, cells } from './cells.ts';
import { createProject } from './project.ts';
import { runCommand } from './run-command.ts';

/** Whether a cell works, in seconds, or why it does not. */
type Outcome = { readonly seconds: number } | { readonly problem: string };

const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: ['20.19.0', '22', '24'] },
    // The Node that runs this program, without installing others.
    'this-node': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    // The folder of an earlier run with --keep: nothing is built or installed.
    in: { type: 'string' },
  },
});
const began = Date.now();
const versions = values['this-node'] ? [] : values.node;
const project = values.in ?? (await createProject(versions));
console.log(`Packed and installed in ${secondsSince(began)} s.`);
const alone = mkdtempSync(join(tmpdir(), 'turnwise-alone-'));
const nodes = versions.length === 0 ? [process.execPath] : versions.map(programOf);
const names = versions.length === 0 ? [process.version] : versions;

const chosen = cells.filter(({ name }) => name.includes(values.only));
const width = Math.max(...chosen.map(({ name }) => name.length));
console.log(['', ...names].map((name, at) => name.padEnd(at === 0 ? width : 8)).join('  '));
const problems: string[] = [];
for (const cell of chosen) await tryCell(cell);
for (const problem of problems) console.log(`\n${problem}`);
console.log(`\n${chosen.length} rows, ${problems.length} failures, ${secondsSince(began)} s.`);
if (values.keep || values.in !== undefined) console.log(project);
else for (const folder of [project, alone]) rmSync(folder, { recursive: true, force: true });
process.exitCode = problems.length === 0 ? 0 : 1;

async function tryCell(cell: Cell): Promise<void> {
  const folder = writeFiles(cell);
  const prepared = await measure(() => prepare(cell, folder));
  const outcomes: Outcome[] = [];
  for (const node of nodes) {
    const { run } = cell;
    if ('problem' in prepared || run === undefined) outcomes.push(prepared);
    else outcomes.push(await measure(() => runCommand(node, run, placeOf(cell, folder))));
  }
  const row = outcomes.map((outcome) => ('problem' in outcome ? 'FAILED' : `${outcome.seconds} s`));
  console.log([cell.name.padEnd(width), ...row.map((text) => text.padEnd(8))].join('  '));
  for (const [at, outcome] of outcomes.entries()) {
    if ('problem' in outcome) problems.push(`${cell.name}, ${names[at]}: ${outcome.problem}`);
  }
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
    await runCommand(join(project, 'node_modules/.bin', program), rest, folder);
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

function programOf(version: string): string {
  return join(project, `node_modules/node-${version}/bin/node`);
}

async function measure(work: () => Promise<unknown>): Promise<Outcome> {
  const start = Date.now();
  try {
    await work();
    return { seconds: secondsSince(start) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message.slice(0, 3000) : String(error) };
  }
}

function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}
