import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { errorCatalogue } from '../../src/error-catalogue.ts';

const page = join(import.meta.dirname, '../../../../docs/guide/errors.md');

/** If it differs, copy the rows that the failed comparison prints into the page. */
test('the page on errors has the table of the catalogue', () => {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { meaning, fixedBy, cure }]) => `| \`${code}\` | ${meaning} | ${fixedBy} | ${cure} |`,
  );
  const inPage = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => /^\| `[a-z]+_[a-z_]+` \|/.test(line));
  expect(inPage).toEqual(rows);
});
