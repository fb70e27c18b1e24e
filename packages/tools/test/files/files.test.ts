import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { files } from '../../src/index.ts';
import { runTool } from '../run-tool.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'files-')));
const root = join(base, 'root');

const write = (path: string, content: string | Uint8Array) =>
  writeFileSync(join(root, path), content);

function run(name: string, input: object, options: object = {}): Promise<string> {
  const tool = files({ root, ...options }).find((candidate) => candidate.name === name);
  return runTool(tool, input);
}

beforeAll(() => {
  for (const folder of ['docs/deep', 'empty', '.git', 'node_modules/left']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  write('notes.txt', 'one\ntwo words\nthree');
  write('docs/plan.md', '# Plan\n\nBuy MILK and milk.\n');
  write('docs/deep/list.md', 'milk\n');
  write('.git/config', 'milk\n');
  write('node_modules/left/index.js', 'milk\n');
  write('windows.txt', '\ufeffone\r\ntwo\r\n');
  write('nothing.txt', '');
  write('photo.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]));
  write('broken.txt', Uint8Array.from([0x61, 0xff, 0xfe, 0x62, 0x0a]));
  write('wide.txt', Buffer.from('\ufeffgrüß\n', 'utf16le'));
  write('100%2e.txt', 'a percent sign is a letter');
  write('line\nbreak.txt', 'x');
  write('smile.txt', '😀 ok');
  writeFileSync(join(base, 'secret.txt'), 'SECRET');
  symlinkSync('docs/plan.md', join(root, 'inner-link'));
  symlinkSync(join(base, 'secret.txt'), join(root, 'outer-link'));
  symlinkSync('..', join(root, 'up'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync(root, join(base, 'root-link'));
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('read_file', () => {
  test('returns the text and the number of lines', async () => {
    expect(await run('read_file', { path: 'notes.txt' })).toBe(
      'notes.txt, lines 1-3 of 3:\none\ntwo words\nthree',
    );
  });

  test('returns a range of lines, inclusive', async () => {
    expect(await run('read_file', { path: './docs//plan.md', from: 2, to: 3 })).toBe(
      'docs/plan.md, lines 2-3 of 3:\n\nBuy MILK and milk.',
    );
    expect(await run('read_file', { path: 'notes.txt', from: 3, to: 99 })).toBe(
      'notes.txt, line 3 of 3:\nthree',
    );
  });

  test('refuses a range that does not exist', async () => {
    await expect(run('read_file', { path: 'notes.txt', from: 4 })).rejects.toThrow(
      '"notes.txt" has 3 lines; line 4 does not exist.',
    );
    await expect(run('read_file', { path: 'notes.txt', from: 3, to: 2 })).rejects.toThrow(
      /must not be less than/,
    );
  });

  test('drops a byte order mark and carriage returns', async () => {
    expect(await run('read_file', { path: 'windows.txt' })).toBe(
      'windows.txt, lines 1-2 of 2:\none\ntwo',
    );
    expect(await run('read_file', { path: 'wide.txt' })).toBe('wide.txt, line 1 of 1:\ngrüß');
  });

  test('accepts bytes that are not UTF-8, and refuses a binary file', async () => {
    expect(await run('read_file', { path: 'broken.txt' })).toBe(
      'broken.txt, line 1 of 1:\na\ufffd\ufffdb',
    );
    await expect(run('read_file', { path: 'photo.png' })).rejects.toThrow(
      '"photo.png" is a binary file (8 bytes); only text can be read.',
    );
  });

  test('reports that a file is empty', async () => {
    expect(await run('read_file', { path: 'nothing.txt' })).toBe(
      '"nothing.txt" is empty: 0 lines.',
    );
  });

  test('cuts a long file between lines and reports where to continue', async () => {
    write('long.txt', 'x'.repeat(99).concat('\n').repeat(1000));
    const answer = await run('read_file', { path: 'long.txt' });
    expect(answer).toMatch(/^long\.txt, lines 1-160 of 1000:\n/);
    expect(answer).toMatch(/\n… cut here: continue with from = 161\.$/);
    expect(await run('read_file', { path: 'long.txt', from: 161, to: 161 })).toBe(
      `long.txt, line 161 of 1000:\n${'x'.repeat(99)}`,
    );
  });

  test('reads a large file up to the limit, and reports that', async () => {
    write('big.txt', 'abcdefgh\n'.repeat(1000));
    const answer = await run('read_file', { path: 'big.txt', to: 1 }, { maxFileBytes: 90 });
    expect(answer).toBe(
      'big.txt, line 1 of 10 in its first 90 bytes; the rest was not read:\nabcdefgh',
    );
    await expect(run('count_lines', { path: 'big.txt' }, { maxFileBytes: 90 })).rejects.toThrow(
      '"big.txt" has 9 kB; files larger than 90 bytes are not counted.',
    );
  });

  test('names the nearest existing files when one is missing', async () => {
    await expect(run('read_file', { path: 'note.txt' })).rejects.toThrow(
      '"note.txt" does not exist. Nearest existing: "notes.txt".',
    );
    await expect(run('read_file', { path: 'plan.md' })).rejects.toThrow(/"docs\/plan\.md"/);
    await expect(run('read_file', { path: 'zzzzzzzzzz' })).rejects.toThrow(/Call list_files/);
  });

  test('refuses a folder as a file, and a file as a folder', async () => {
    await expect(run('read_file', { path: 'docs' })).rejects.toThrow('"docs" is a folder');
    await expect(run('read_file', { path: 'notes.txt/x' })).rejects.toThrow(/is a file/);
    await expect(run('list_files', { path: 'notes.txt' })).rejects.toThrow(/is a file/);
  });
});

describe('count_lines', () => {
  test.each([
    ['notes.txt', 'notes.txt: 3 lines, 4 words, 19 characters, 19 bytes.'],
    ['nothing.txt', 'nothing.txt: 0 lines, 0 words, 0 characters, 0 bytes.'],
    ['windows.txt', 'windows.txt: 2 lines, 2 words, 10 characters, 13 bytes.'],
    ['smile.txt', 'smile.txt: 1 line, 2 words, 4 characters, 7 bytes.'],
    ['docs/plan.md', 'docs/plan.md: 3 lines, 6 words, 27 characters, 27 bytes.'],
  ])('counts %s', async (path, answer) => {
    expect(await run('count_lines', { path })).toBe(answer);
  });
});

describe('list_files', () => {
  test('lists a folder, marks folders and links, and reports ignored names', async () => {
    const answer = await run('list_files', {});
    expect(answer).toMatch(/^"\." has \d+ entries \(left out: \.git, node_modules\):\n/);
    const names = answer.split('\n').slice(1);
    expect(names).toEqual(expect.arrayContaining(['docs/', 'empty/', 'notes.txt', 'up (link)']));
    expect(names).toContain('"line\\nbreak.txt"');
    expect(names).not.toContain('.git/');
    expect(await run('list_files', { path: 'docs' })).toBe('"docs" has 2 entries:\ndeep/\nplan.md');
    expect(await run('list_files', { path: 'empty' })).toBe('"empty" is empty.');
    expect(await run('list_files', { path: '.git' })).toBe('".git" has 1 entry:\nconfig');
  });

  test('finds files by glob in all folders below, and follows no link', async () => {
    expect(await run('list_files', { glob: '*.md' })).toBe(
      '2 files match "*.md":\ndocs/plan.md\ndocs/deep/list.md',
    );
    expect(await run('list_files', { path: 'docs', glob: 'deep/**' })).toBe(
      '1 file matches "deep/**":\ndocs/deep/list.md',
    );
    expect(await run('list_files', { glob: 'docs/*.{txt,md}' })).toMatch(/\ndocs\/plan\.md$/);
    expect(await run('list_files', { glob: '*.rs' })).toBe('No file below "." matches "*.rs".');
  });

  test('needs little time for a glob that is made to take long', async () => {
    const glob = `${'*a'.repeat(90)}b`;
    write(`${'a'.repeat(200)}`, '');
    expect(await run('list_files', { glob })).toMatch(/^No file/);
    await expect(run('list_files', { glob: '{a,b}'.repeat(30) })).rejects.toThrow(/alternatives/);
  });

  test('shows the first 200 names of many', async () => {
    mkdirSync(join(root, 'many'));
    for (let index = 0; index < 250; index += 1) write(`many/${index}.log`, '');
    const lines = (await run('list_files', { path: 'many' })).split('\n');
    expect(lines[0]).toBe('"many" has 250 entries:');
    expect(lines.at(-1)).toBe('… and 50 more. Name a folder or a narrower glob.');
    expect(lines).toHaveLength(202);
  });
});

describe('search_text', () => {
  test('returns file, line and text, and ignores .git and node_modules', async () => {
    expect(await run('search_text', { text: 'milk', glob: '*.md' })).toBe(
      '2 lines contain "milk", in 2 files:\ndocs/plan.md:3: Buy MILK and milk.\ndocs/deep/list.md:1: milk',
    );
    expect(await run('search_text', { text: 'MILK', path: 'docs', caseSensitive: true })).toBe(
      '1 line contains "MILK", in 1 file:\ndocs/plan.md:3: Buy MILK and milk.',
    );
  });

  test('searches one file, and does not treat the text as a pattern', async () => {
    expect(await run('search_text', { text: 'two', path: 'notes.txt' })).toMatch(
      /notes\.txt:2: two/,
    );
    expect(await run('search_text', { text: '.*', path: 'notes.txt' })).toBe(
      'No line contains ".*" in "notes.txt".',
    );
    expect(await run('search_text', { text: '$(id); `id`', path: 'notes.txt' })).toMatch(
      /^No line/,
    );
  });

  test('reports the files that it could not search', async () => {
    expect(await run('search_text', { text: 'SECRET' })).toBe(
      'No line contains "SECRET" in ".".\nNot or only partly searched (binary, too large or unreadable): photo.png.',
    );
  });

  test('shows the first 100 of many lines, each cut around the text', async () => {
    write('rows.txt', `${'-'.repeat(500)}needle${'-'.repeat(500)}\n`.repeat(130));
    const lines = (await run('search_text', { text: 'needle', path: 'rows.txt' })).split('\n');
    expect(lines).toHaveLength(102);
    expect(lines[1]).toMatch(/^rows\.txt:1: …-+needle-+…$/);
    expect(lines.at(-1)).toMatch(/^… and 30 more/);
  });

  test('stops when the run is aborted', async () => {
    const search = files({ root }).find(({ name }) => name === 'search_text');
    await expect(runTool(search, { text: 'x' }, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });

  test.each([
    ['binary', Uint8Array.from([1, 0, 2])],
    ['text', 'some text'],
  ])('stops between %s files when the run is aborted', async (_, content) => {
    const folder = join(base, 'many');
    mkdirSync(folder, { recursive: true });
    for (let number = 0; number < 50; number += 1)
      writeFileSync(join(folder, `${number}`), content);
    const search = files({ root: folder }).find(({ name }) => name === 'search_text');
    const controller = new AbortController();
    const searching = runTool(search, { text: 'x' }, controller.signal);
    setImmediate(() => controller.abort());
    await expect(searching).rejects.toThrow(/abort/i);
  });

  test('stops within a file when the run is aborted', async () => {
    const folder = join(base, 'large');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'large.txt'), 'a line\n'.repeat(1_000_000));
    const aborted = new AbortController();
    // Aborts after the checks that come before the read.
    let checks = 0;
    const signal = Object.create(aborted.signal, {
      throwIfAborted: {
        value: () => {
          checks += 1;
          if (checks > 2) aborted.abort();
          aborted.signal.throwIfAborted();
        },
      },
    }) as AbortSignal;
    const search = files({ root: folder }).find(({ name }) => name === 'search_text');
    await expect(runTool(search, { text: 'x', path: 'large.txt' }, signal)).rejects.toThrow(
      /abort/i,
    );
  });

  test('reads only the first bytes of a binary file', async () => {
    const folder = join(base, 'sparse');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'huge.bin'), '');
    truncateSync(join(folder, 'huge.bin'), 200_000_000_000);
    const found = await runTool(
      files({ root: folder, maxFileBytes: 100_000_000_000 }).find(
        ({ name }) => name === 'search_text',
      ),
      { text: 'x' },
    );
    expect(found).toMatch(/binary.*huge\.bin/);
  });
});

describe('a path that is not a regular file inside the root is refused', () => {
  test.each([
    ['../secret.txt', /outside the root/],
    ['docs/../../secret.txt', /outside the root/],
    ['outer-link', /outside the root/],
    ['up/secret.txt', /outside the root/],
    ['up/missing.txt', /outside the root/],
    ['/etc/passwd', /Paths are relative to the root folder: use "etc\/passwd"/],
    ['//etc/passwd', /is an absolute path/],
    ['notes.txt\0.png', /NUL/],
    ['loop', /link to itself/],
    ['a'.repeat(5000), /too long/],
    ['a'.repeat(300), /too long/],
    ['%2e%2e/secret.txt', /does not exist/],
    ['..%2fsecret.txt', /does not exist/],
    ['..\\secret.txt', /does not exist/],
    ['~/.ssh/id_rsa', /does not exist/],
    ['file:///etc/passwd', /does not exist/],
    ['notes.txt; cat ../secret.txt', /does not exist|outside/],
    ['$(cat ../secret.txt)', /does not exist|outside/],
  ])('%s', async (path, message) => {
    for (const name of ['read_file', 'count_lines']) {
      await expect(run(name, { path })).rejects.toThrow(message);
    }
    await expect(run('search_text', { text: 'S', path })).rejects.toMatchObject({
      name: 'FileError',
    });
    await expect(run('list_files', { path })).rejects.toMatchObject({ name: 'FileError' });
  });

  test('a percent sign is an ordinary character of a name', async () => {
    expect(await run('read_file', { path: '100%2e.txt' })).toMatch(/a percent sign/);
  });

  test('a link that stays inside is followed', async () => {
    expect(await run('read_file', { path: 'inner-link' })).toMatch(/# Plan/);
    expect(await run('read_file', { path: 'up/root/notes.txt' }).catch(String)).toMatch(/one/);
  });

  test('a pipe, a socket and a device are refused without waiting', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    symlinkSync('/dev/zero', join(root, 'zero'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
    for (const path of ['pipe', 'socket']) {
      await expect(run('read_file', { path })).rejects.toThrow(/not a regular file/);
    }
    await expect(run('read_file', { path: 'zero' })).rejects.toThrow(/outside/);
    expect(await run('search_text', { text: 'nowhere to be found' })).toMatch(/^No line/);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the root', () => {
  test('can be a link', async () => {
    const linked = files({ root: join(base, 'root-link') });
    const read = linked.find(({ name }) => name === 'read_file');
    expect(await runTool(read, { path: 'notes.txt' })).toMatch(/two words/);
  });

  test.each([
    [{ root: '' }],
    [{ root: join(base, 'missing') }],
    [{ root: join(base, 'secret.txt') }],
    [{ root: base, maxFileBytes: 0 }],
  ])('that cannot be used is refused immediately: %j', (options) => {
    expect(() => files(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});
