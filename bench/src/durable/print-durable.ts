import type { RestateReport, WallTimes } from './measure-restate.ts';
import type { SqliteReport } from './measure-sqlite.ts';
import type { WaitingReport } from './measure-waiting.ts';

/** What `pnpm bench durable` measures. */
export interface DurableReport {
  readonly sqlite: SqliteReport;
  readonly waiting: WaitingReport;
  /** Missing if Restate has no program for this platform. */
  readonly restate?: RestateReport | undefined;
}

/** The limits of the ratios. */
const bars = { entry: 3, entryUs: 30, alone: 1.5, together: 2.5 };

/** The report as text. */
export function printDurable({ sqlite, waiting, restate }: DurableReport): string {
  const { node, entryUs, bareUs, ratio, ratios, runUs, steps, readUs } = sqlite;
  const lines = [
    `SQLite, Node ${node}: ${entryUs.toFixed(1)} µs of CPU for each journal entry (limit ${bars.entryUs}), ${bareUs.toFixed(1)} µs for a bare insert: ${ratio.toFixed(2)} times (limit ${bars.entry}; half of the measurements: ${ratios.low.toFixed(2)} to ${ratios.high.toFixed(2)})`,
    `SQLite: ${(runUs / 1000).toFixed(2)} ms of CPU for the start and the end of a run, ${(readUs / 1000).toFixed(2)} ms to read the result of one with ${steps} steps`,
    `SQLite: ${waiting.bytesPerRun.toFixed(0)} bytes of heap for each of ${waiting.runs} runs that wait`,
  ];
  if (restate === undefined) lines.push('Restate has no program for this platform.');
  else {
    const line = (name: string, { runMs, nothingMs, ratio: times }: WallTimes, bar: number) =>
      `Restate, ${name}: ${runMs.toFixed(1)} ms for a run, ${nothingMs.toFixed(1)} ms for ${restate.steps} steps that do nothing: ${times.toFixed(2)} times (limit ${bar})`;
    lines.push(line('one at a time', restate.alone, bars.alone));
    lines.push(line('50 at once', restate.together, bars.together));
  }
  return `${lines.join('\n')}\n`;
}
