import type { ServerReport } from './probe-profile.ts';

/** Formats a report as text: a table of the measurements, and the profile as code. */
export function printReport({
  endpoint,
  model,
  measurements,
  profile,
  why,
  code,
}: ServerReport): string {
  const widest = Math.max(...measurements.map(({ thing }) => thing.length));
  const lines = measurements.map(
    ({ thing, verdict, detail }) => `  ${thing.padEnd(widest)}  ${verdict.padEnd(7)}  ${detail}`,
  );
  return [
    `${model} at ${endpoint}`,
    '',
    ...lines.map((line) => line.trimEnd()),
    '',
    `Dialect ${profile.dialect}: ${why}`,
    '',
    code,
    '',
  ].join('\n');
}
