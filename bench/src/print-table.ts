import { type Column, type Comparison, columns } from './compare.ts';

const titles: Readonly<Record<Column, string>> = {
  request: 'request',
  run: '200-step run',
  delta: 'delta',
  parallel: '300 at once',
  rss: 'peak RSS',
  import: 'import',
  paced: 'paced delta',
  start: 'first answer',
};

/** The comparison as text: medians, how far the rounds lie apart, and the ratio to the first row. */
export function printComparison(comparison: Comparison): string {
  const { date, node, machine, rounds, rows } = comparison;
  const shown = (Object.keys(columns) as Column[]).filter((column) => rows[0]?.cells[column]);
  const lines = [
    ['', ...shown.map((column) => `${titles[column]} (${columns[column]})`)],
    ...rows.map(({ name, cells }) => [
      name,
      ...shown.map((column) => {
        const cell = cells[column];
        if (cell === undefined) return '–';
        const { median, least, most, ratio } = cell;
        return `${toText(median)} [${toText(least)} ${toText(most)}] ×${ratio.toFixed(2)}`;
      }),
    ]),
  ];
  const head = `CPU time per unit of work; median [least most] ×ratio to ${rows[0]?.name}. ${rounds} rounds, Node ${node}, ${machine}, ${date}`;
  return [head, '', ...printTable(lines), ...printPieces(comparison)].join('\n');
}

/** Rows of cells with aligned columns. */
export function printTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, place) =>
    Math.max(...rows.map((row) => (row[place] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, place) =>
        place === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[place] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Three significant digits. */
export function toText(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function printPieces({ rows }: Comparison): string[] {
  const joined = rows.flatMap(({ name, piecesSeen = {} }) =>
    Object.entries(piecesSeen)
      .filter(([, seen]) => seen < 0.995)
      .map(([column, seen]) => `${name} in "${column}" shows ${seen.toFixed(2)}`),
  );
  return joined.length === 0
    ? []
    : ['', `Pieces shown for each that was sent: ${joined.join('; ')}; else 1.`];
}
