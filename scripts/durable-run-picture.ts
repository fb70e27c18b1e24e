import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the picture is. */
export const pictureFile = join(import.meta.dirname, '../docs/guide/durable-run.svg');

const columns = { program: 110, run: 400, store: 690 } as const;
type Column = keyof typeof columns;

/** What happens in one row of the picture. */
type Row =
  | { readonly from: Column; readonly to: Column; readonly label: string }
  | { readonly at: Column; readonly label: string }
  | { readonly ends: string };

/** The life of a run whose process is killed while its tool runs. `ends` is the end of a process. */
const rows: readonly Row[] = [
  { from: 'program', to: 'run', label: "start('clerk', 'Refund A-7.')" },
  { from: 'run', to: 'store', label: 'the run and its input' },
  { from: 'store', to: 'program', label: 'start() resolves: the run is not lost any more' },
  { from: 'run', to: 'store', label: 'the reply of the model: a call of "refund"' },
  { from: 'run', to: 'store', label: '"refund" begins now' },
  { at: 'run', label: '"refund" runs' },
  { ends: 'The process is killed.' },
  { from: 'store', to: 'run', label: 'the journal: the model is not asked again' },
  { from: 'run', to: 'store', label: '"refund" is in doubt: the run waits' },
  { ends: 'The process ends. The run needs no process while it waits.' },
  { from: 'program', to: 'store', label: "decide(id, { '1.0': { kind: 'happened', … } })" },
  { from: 'store', to: 'run', label: 'the journal and the decision' },
  { from: 'run', to: 'store', label: 'the answer of the model' },
  { from: 'run', to: 'store', label: 'completed' },
  { from: 'store', to: 'program', label: 'result(id) resolves' },
];

const rowHeight = 34;
const firstRow = 74;

/** The life of a durable run as an SVG. */
export function drawDurableRun(): string {
  const bottom = firstRow + rows.length * rowHeight;
  const heads = Object.entries({
    program: 'Your program',
    run: 'The run',
    store: 'The store',
  }).map(
    ([column, label]) =>
      `<text class="head" x="${columns[column as Column]}" y="28" text-anchor="middle">${label}</text>`,
  );
  const lines = Object.values(columns).map(
    (x) => `<line class="life" x1="${x}" y1="40" x2="${x}" y2="${bottom}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${bottom + 12}" font-family="system-ui, sans-serif" font-size="13">
<title>The life of a durable run: what is stored, and what happens after its process is killed</title>
<style>text{fill:#24292f}.head{font-weight:600;font-size:15px}.life{stroke:#afb8c1}.arrow{stroke:#2f81f7;stroke-width:1.5;fill:none}.tip{fill:#2f81f7}.end{stroke:#cf222e;stroke-dasharray:6 4}.ends{fill:#cf222e}.box{fill:#2f81f722;stroke:#2f81f7}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.life{stroke:#484f58}.ends{fill:#ff7b72}.end{stroke:#ff7b72}}</style>
${[...heads, ...lines, ...rows.map(drawRow)].join('\n')}
</svg>
`;
}

function drawRow(row: Row, place: number): string {
  const y = firstRow + place * rowHeight;
  if ('ends' in row) {
    return `<line class="end" x1="20" y1="${y}" x2="560" y2="${y}"/>
<text class="ends" x="20" y="${y - 6}">${escapeText(row.ends)}</text>`;
  }
  if ('at' in row) {
    const x = columns[row.at];
    return `<rect class="box" x="${x - 60}" y="${y - 18}" width="120" height="24" rx="4"/>
<text x="${x}" y="${y - 1}" text-anchor="middle">${escapeText(row.label)}</text>`;
  }
  const [start, end] = [columns[row.from], columns[row.to]];
  const side = end > start ? -7 : 7;
  return `<line class="arrow" x1="${start}" y1="${y}" x2="${end + side}" y2="${y}"/>
<path class="tip" d="M${end} ${y}l${side} -4v8z"/>
<text x="${(start + end) / 2}" y="${y - 6}" text-anchor="middle">${escapeText(row.label)}</text>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

if (process.argv[1] === import.meta.filename) writeFileSync(pictureFile, drawDurableRun());
