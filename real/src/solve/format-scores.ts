import type { SolverScore, TaskScore } from './score.ts';

type Column = readonly [title: string, cell: (score: SolverScore) => string];

const columns: readonly Column[] = [
  ['solver', ({ solver }) => solver],
  ['solved', ({ solved, attempted }) => `${solved} of ${attempted}`],
  ['silently wrong', ({ silentlyWrong }) => String(silentlyWrong)],
  ['named errors', ({ errors }) => formatErrors(errors)],
  ['made-up values', ({ madeUp }) => String(madeUp)],
  ['requests', ({ counts }) => String(counts.requests)],
  ['refused', ({ counts }) => String(counts.refused)],
  ['tokens in', ({ counts }) => String(counts.tokensIn)],
  ['cached', ({ counts }) => String(counts.cached)],
  ['out', ({ counts }) => String(counts.tokensOut)],
  [
    'in per solved',
    ({ counts, solved }) => (solved === 0 ? '-' : String(Math.round(counts.tokensIn / solved))),
  ],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
];

/** A Markdown table with a row for each solver. */
export function formatScores(scores: readonly SolverScore[]): string {
  const rows = [
    columns.map(([title]) => title),
    ...scores.map((score) => columns.map(([, cell]) => cell(score))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** One line about a task, for a reader who waits. */
export function formatProgress(solver: string, score: TaskScore): string {
  const { task, verdict, error, counts, calls, text } = score;
  const made = calls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`).join(' ');
  const answer = text.replace(/\s+/g, ' ').slice(0, 100);
  return `${solver} · ${task} · ${error ?? verdict} · ${counts.requests} requests, ${counts.tokensIn} in, ${counts.tokensOut} out · ${made} · ${answer}`;
}

function formatErrors(errors: Readonly<Record<string, number>>): string {
  const entries = Object.entries(errors);
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  if (total === 0) return '0';
  return `${total} (${entries.map(([name, times]) => `${name} ${times}`).join(', ')})`;
}
