import type { DialectTrial } from './measure-dialects.ts';
import { type Measurement, measuredThings } from './measurement.ts';

const width = Math.max(...measuredThings.map((thing) => thing.length));

/** Formats a measurement as one line, for a reader who waits. */
export function printMeasurement({ thing, verdict, detail }: Measurement): string {
  return `${thing.padEnd(width)}  ${verdict.padEnd(7)}  ${detail}`.trimEnd();
}

/** Formats the result of a small task as one line. */
export function printTrial({ task, dialect, isSolved }: DialectTrial): string {
  return `${`task "${task}"`.padEnd(width)}  ${isSolved ? 'solved ' : 'failed '}  ${dialect}`;
}
