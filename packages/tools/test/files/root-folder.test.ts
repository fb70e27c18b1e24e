import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { files } from '../../src/index.ts';
import { runTool } from '../run-tool.ts';

const secret = 'the secret that must stay outside';
const base = realpathSync(mkdtempSync(join(tmpdir(), 'root-folder-')));
const root = join(base, 'root');
mkdirSync(join(root, 'a/b'), { recursive: true });
mkdirSync(join(base, 'root-twin'));
for (const path of ['secret', 'root-twin/secret']) writeFileSync(join(base, path), secret);
for (const path of ['inside', 'a/inside', 'a/b/inside']) writeFileSync(join(root, path), 'inside');
symlinkSync(base, join(root, 'out'));
symlinkSync('../..', join(root, 'a/up'));
symlinkSync('../root-twin', join(root, 'twin'));
symlinkSync('../secret', join(root, 'leak'));
symlinkSync('b/../../../secret', join(root, 'a/winding'));
symlinkSync('a', join(root, 'round'));

afterAll(() => rmSync(base, { recursive: true, force: true }));

const tools = files({ root });

/** The results and errors of all tools for a path. */
async function askAll(path: string): Promise<string> {
  const answers = tools.map((tool) => {
    const answer = runTool(tool, { path, text: 'secret' });
    return answer.catch((thrown: Error) => {
      if (thrown.name !== 'FileError') throw thrown;
      return thrown.message;
    });
  });
  return (await Promise.all(answers)).join('\n');
}

describe('law: no path reads what is outside the root', () => {
  const names = [
    '..',
    '.',
    '',
    'a',
    'b',
    'up',
    'out',
    'twin',
    'leak',
    'winding',
    'round',
    'inside',
    'secret',
    'root',
    'root-twin',
  ];
  const encoded = [
    '%2e%2e',
    '..%2f',
    '..\\',
    '%00',
    '\0',
    '\u2025',
    '．．',
    '....',
    '~',
    'C:',
    base,
    '*',
  ];
  const separators = fc.constantFrom('/', '//', '/./', '\\', '%2f');
  const paths = fc
    .array(fc.tuple(fc.constantFrom(...names, ...encoded), separators), { maxLength: 8 })
    .map((parts) => parts.flat().join(''));
  const plainPaths = fc
    .array(fc.constantFrom(...names), { maxLength: 8 })
    .map((parts) => parts.join('/'));

  test('for any path', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(paths, plainPaths, anyText()), async (path) => {
        expect(await askAll(path)).not.toContain(secret);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('and every path inside reads the file', async () => {
    const ways = fc.array(fc.constantFrom('.', 'a/..', 'a/b/../..', 'round/..', ''), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(
        ways,
        fc.constantFrom('inside', 'a/b/inside', 'round/inside'),
        async (way, end) => {
          const path = [...way.filter((part) => part !== ''), end].join('/');
          expect(await askAll(path)).toContain(':\ninside');
        },
      ),
      { numRuns: 50 },
    );
  });

  test('even while files and folders are replaced by links', async () => {
    writeFileSync(join(root, 'swap'), 'inside');
    mkdirSync(join(root, 'folder'));
    writeFileSync(join(root, 'folder/secret'), 'inside');
    const read = tools.find(({ name }) => name === 'read_file');
    const list = tools.find(({ name }) => name === 'list_files');
    const answers: Promise<string>[] = [];
    for (let round = 0; round < 150; round += 1) {
      for (const path of ['swap', 'folder/secret']) {
        answers.push(runTool(read, { path }).catch(String));
      }
      answers.push(runTool(list, { path: 'folder' }).catch(String));
      if (round % 2 === 0) {
        swapIn('swap', join(base, 'secret'));
        swapIn('folder', base);
      } else {
        restore('swap');
        restore('folder');
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const texts = (await Promise.all(answers)).join('\n');
    expect(texts).not.toContain(secret);
    expect(texts).not.toContain('root-twin/');
  });
});

function swapIn(name: string, target: string): void {
  renameSync(join(root, name), join(base, `kept-${name}`));
  symlinkSync(target, join(root, name));
}

function restore(name: string): void {
  rmSync(join(root, name));
  renameSync(join(base, `kept-${name}`), join(root, name));
}
