import type { Column, Comparison } from './compare.ts';

const shown: readonly { readonly column: Column; readonly title: string }[] = [
  { column: 'request', title: 'a model request' },
  { column: 'run', title: 'a step of a 200-step run' },
  { column: 'delta', title: 'a streamed delta' },
  { column: 'parallel', title: 'a run, 300 in parallel' },
  { column: 'rss', title: 'peak memory' },
  { column: 'import', title: 'import' },
];

const size = { block: 440, label: 130, bar: 13, gap: 4, head: 58, title: 26, columns: 2 };

/** Draws an SVG for light and dark pages: a bar for each program and column, as a multiple of the first row. */
export function drawComparison({ rows, node, date, machine }: Comparison): string {
  const blocks = shown.filter(({ column }) => rows.some(({ cells }) => cells[column]));
  const blockHeight = size.title + rows.length * (size.bar + size.gap) + 12;
  const width = size.block * size.columns;
  const height = size.head + Math.ceil(blocks.length / size.columns) * blockHeight + 8;
  const parts = blocks.flatMap(({ column, title }, place) => {
    const left = (place % size.columns) * size.block;
    const top = size.head + Math.floor(place / size.columns) * blockHeight;
    return drawBlock(rows, { column, title, left, top });
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeXml(describe(rows))}</title>`,
    '<style>text{fill:#57606a}.title{fill:#24292f;font-weight:600}.own{fill:#2f81f7}.other{fill:#afb8c1}.base{fill:#6e7781}',
    '@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}.other{fill:#484f58}.base{fill:#8b949e}}</style>',
    `<text class="title" x="8" y="22" font-size="15">CPU time and memory, as multiples of a hand-written loop (shorter is better)</text>`,
    `<text x="8" y="40">Node ${escapeXml(node)}, ${escapeXml(machine)}, ${date}; pnpm bench</text>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

/** The alternative text of the image. */
function describe(rows: Comparison['rows']): string {
  const names = rows.map(({ name }) => name).join(', ');
  return `CPU time and memory of ${names}; docs/performance.md has the figures`;
}

interface Block {
  readonly column: Column;
  readonly title: string;
  readonly left: number;
  readonly top: number;
}

function drawBlock(rows: Comparison['rows'], { column, title, left, top }: Block): string[] {
  const ratios = rows.map(({ cells }) => cells[column]?.ratio ?? 0);
  const scale = (size.block - size.label - 60) / Math.max(1, ...ratios);
  const start = left + size.label;
  const bars = rows.flatMap(({ name }, place) => {
    const ratio = ratios[place] ?? 0;
    const y = top + size.title + place * (size.bar + size.gap);
    const width = Math.max(1, ratio * scale).toFixed(1);
    return [
      `<text x="${start - 8}" y="${y + 10}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect class="${kindOf(name, place)}" x="${start}" y="${y}" width="${width}" height="${size.bar}" rx="2"/>`,
      `<text x="${(start + ratio * scale + 6).toFixed(1)}" y="${y + 10}">${ratio.toFixed(2)}</text>`,
    ];
  });
  return [
    `<text class="title" x="${left + 8}" y="${top + 14}">${escapeXml(title)}</text>`,
    ...bars,
  ];
}

function kindOf(name: string, place: number): string {
  if (place === 0) return 'base';
  return name.startsWith('turnwise') ? 'own' : 'other';
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
