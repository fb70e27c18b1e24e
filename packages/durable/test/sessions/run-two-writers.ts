import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Session, type SessionStore } from '@turnwise/core';

/** How many inputs each process runs. */
const inputs = 25;

/** Starts two processes that run inputs on one session at the same time, and checks the session afterwards. */
export async function checkTwoWriters(kind: string, place: string, store: SessionStore) {
  const writers = ['a', 'b'].map((name) => startWriter(kind, place, name));
  await Promise.all(writers.map(({ loaded }) => loaded));
  for (const { child } of writers) child.stdin.end('go\n');
  const reports = await Promise.all(writers.map(({ ended }) => ended));
  expect(reports.map(({ code, errors }) => ({ code, errors }))).toEqual([
    { code: 0, errors: '' },
    { code: 0, errors: '' },
  ]);
  // The transcript checks the order of its turns.
  const transcript = await new Session({ id: 'shared', store }).transcript();
  expect(transcript.awaits).toBe('user');
  const texts = transcript.turns.flatMap((turn) =>
    turn.role === 'user'
      ? turn.inputs.map(({ parts }) => Reflect.get(Object(parts[0]), 'text'))
      : [],
  );
  const all = ['a', 'b'].flatMap((name) =>
    Array.from({ length: inputs }, (_, number) => `${name}-${number}`),
  );
  expect([...texts].sort()).toEqual([...all].sort());
  expect(transcript.turns).toHaveLength(4 * all.length);
  return { conflicts: reports.reduce((sum, { conflicts }) => sum + conflicts, 0) };
}

function startWriter(kind: string, place: string, name: string) {
  const program = join(import.meta.dirname, 'session-writer.ts');
  const node = ['--conditions', '@turnwise/source', '--import', 'tsx', '--no-warnings'];
  const child = spawn(process.execPath, [...node, program, kind, place, name, String(inputs)], {
    cwd: join(import.meta.dirname, '../../../..'),
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const loaded = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('loaded')) resolve();
    });
    child.once('close', () => resolve());
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: Number(code),
    errors,
    conflicts: Number(output.split('\n')[1]),
  }));
  return { child, loaded, ended };
}
