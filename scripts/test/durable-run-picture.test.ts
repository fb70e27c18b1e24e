import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { drawDurableRun, pictureFile } from '../durable-run-picture.ts';

test('the picture of the guide is what the script draws; if not, run "npx tsx scripts/durable-run-picture.ts"', () => {
  expect(readFileSync(pictureFile, 'utf8')).toBe(drawDurableRun());
});
