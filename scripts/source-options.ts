/** Options of Node that start a program from its source, as it was compiled for the tests. */
export const sourceOptions: readonly string[] = [
  ...['--conditions', '@turnwise/source'],
  ...['--import', new URL('./load-source.mjs', import.meta.url).href],
];
