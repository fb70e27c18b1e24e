import { readFile, writeFile } from 'node:fs/promises';
import type { Cell } from './decision-cell.ts';
import { playCell } from './play-cell.ts';

/** Decides on runs that another process has started, and writes the reports. The argument is a file with cells and folders. */
const file = process.argv[2] ?? '';
const saved: readonly { readonly cell: Cell; readonly folder: string }[] = JSON.parse(
  await readFile(file, 'utf8'),
);
const reports: unknown[] = [];
for (const { cell, folder } of saved) {
  reports.push(await playCell(cell, folder).catch((thrown: Error) => ({ thrown: thrown.message })));
}
await writeFile(file, JSON.stringify(reports));
