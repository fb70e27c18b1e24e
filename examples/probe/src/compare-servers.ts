import {
  type Measurement,
  measuredThings,
  probeProfile,
  type ServerReport,
} from '@turnwise/core/doctor';
import { imitatedServers, startImitation } from './choose-server.ts';

/** Measures every server that the embedded endpoint imitates, and returns the findings as a Markdown table. */
export async function compareServers(signal?: AbortSignal): Promise<string> {
  const reports: ServerReport[] = [];
  for (const name of imitatedServers) {
    const server = await startImitation(name);
    try {
      const { baseURL, model } = server;
      reports.push(
        await probeProfile({ baseURL, model, ...(signal === undefined ? {} : { signal }) }),
      );
    } finally {
      await server.close();
    }
  }
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['', ...imitatedServers]),
    row(['---', ...imitatedServers.map(() => '---')]),
    ...measuredThings.map((thing, index) =>
      row([
        thing.replaceAll('_', '\\_'),
        ...reports.map(({ measurements }) => formatCell(measurements[index])),
      ]),
    ),
    row(['**profile**', ...reports.map(({ profile }) => `\`${profile.id}\``)]),
    row(['**dialect**', ...reports.map(({ profile }) => profile.dialect)]),
  ].join('\n');
}

function formatCell(measurement: Measurement | undefined): string {
  if (measurement === undefined) return '';
  const { thing, verdict, detail } = measurement;
  const tokens = /^\d+ tokens/.exec(detail)?.[0];
  if (verdict === 'yes') return thing === 'context window' ? (tokens ?? 'yes') : 'yes';
  const status = /^(\d{3}):/.exec(detail)?.[1];
  if (status !== undefined) return `${verdict}, ${status}`;
  return detail.startsWith('ignored') ? `${verdict}, ignored` : verdict;
}
