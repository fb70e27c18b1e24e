import { type Column, type Comparison, columns } from './compare.ts';

const titles: Readonly<Record<Column, string>> = {
  request: 'request',
  run: '200-step run',
  delta: 'delta',
  parallel: '300 in parallel',
  rss: 'peak RSS',
  import: 'import',
  packets: 'delta per packet',
  start: 'first answer',
};

/** Formats the comparison as text: medians, the range of the rounds, and the ratio to the first row. */
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
        const { median, min, max, ratio } = cell;
        return `${toText(median)} [${toText(min)} ${toText(max)}] ×${ratio.toFixed(2)}`;
      }),
    ]),
  ];
  const head = `CPU time per unit of work; median [min max] ×ratio to ${rows[0]?.name}. ${rounds} rounds, Node ${node}, ${machine}, ${date}`;
  return [head, '', ...printTable(lines), ...printPieces(comparison)].join('\n');
}

/** Aligns the columns of rows of cells. */
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

/** Formats a number with three significant digits. */
export function toText(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function printPieces({ rows }: Comparison): string[] {
  const joined = rows.flatMap(({ name, piecesSeen = {} }) =>
    Object.entries(piecesSeen)
      .filter(([, seen]) => seen < 0.995)
      .map(([column, seen]) => `${name} in "${column}" reports ${seen.toFixed(2)}`),
  );
  return joined.length === 0
    ? []
    : ['', `Deltas reported for each delta that was sent: ${joined.join('; ')}; else 1.`];
}
