import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { reportApi } from '../api-report.ts';

const root = join(import.meta.dirname, '../..');
const { entryPoints, unexported, undocumented } = reportApi();
const entryPointsOfCore = entryPoints.filter(({ specifier }) =>
  specifier.startsWith('@turnwise/core'),
);

describe.each(entryPoints.map((report) => [report.specifier, report] as const))(
  'the public API of %s',
  (_specifier, { file, names, text }) => {
    test('is as its report describes it; if the change is intended, run "pnpm api" and commit the file', () => {
      const path = join(root, file);
      expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
    });

    test('has a declaration for every name', () => {
      for (const name of names) {
        expect(text).toMatch(
          new RegExp(`^(?:class|const|function|interface|type) ${name}\\b`, 'm'),
        );
      }
    });

    test('contains no type that could not be inferred', () => {
      expect(text).not.toMatch(/[:<|(,] ?any\b/);
    });
  },
);

test('@turnwise/core exports at most 100 names', () => {
  const [core] = entryPointsOfCore;
  expect(core?.specifier).toBe('@turnwise/core');
  expect(core?.names.length).toBeLessThanOrEqual(100);
});

test('every type that an export mentions is exported too', () => {
  expect(unexported).toEqual([]);
});

test('every export has a comment', () => {
  expect(undocumented).toEqual([]);
});

test('no name of @turnwise/core is exported twice', () => {
  const names = entryPointsOfCore.flatMap((report) => report.names);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});
