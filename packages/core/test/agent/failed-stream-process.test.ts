import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sourceOptions } from '../../../../scripts/source-options.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, 'process-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const start = `import { Agent } from '../../../src/agent/agent.ts';
import { openaiCompatible } from '../../../src/model/openai-compatible.ts';

const model = openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1', model: 'm', retry: { maxRetries: 0 } });
const run = new Agent({ name: 'guide', model }).stream('Hello');
`;

test('a program whose loop reads a stream from a dead server exits with code 1 and one error', async () => {
  const loop =
    "for await (const event of run) if (event.type === 'text-delta') console.log(event.text);";
  const { code, stdout, stderr } = await runProgram(
    'loop',
    `${start}${loop}\nconsole.log('after');`,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.match(/^ModelError: .*/gm)).toHaveLength(1);
  expect(stderr).not.toContain('Warning');
});

test('a program that reads neither the stream nor its result gets one warning', async () => {
  const { code, stderr } = await runProgram('unread', `${start}void run;`);
  expect(code).toBe(0);
  expect(stderr.match(/\[TURNWISE_UNREAD_FAILURE\]/g)).toHaveLength(1);
  expect(stderr).toContain('model_unreachable');
});

/** Runs a program in a process of its own. */
async function runProgram(name: string, text: string) {
  const file = join(folder, `${name}.ts`);
  await writeFile(file, text);
  return await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [...sourceOptions, file], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}
