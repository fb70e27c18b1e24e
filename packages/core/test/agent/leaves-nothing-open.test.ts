import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sourceOptions } from '../../../../scripts/source-options.ts';
import { Agent } from '../../src/agent/agent.ts';
import { callsTool, fails, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({}),
  timeoutMs: 600_000,
  execute: async () => 'Nothing.',
});

describe('after a run, the signal of the program has no listener', () => {
  const script = [callsTool('look'), says('Nothing.')];

  test('if the run completed', async () => {
    const { signal } = new AbortController();
    const agent = new Agent({ name: 'a', model: scriptedModel(script), tools: [look] });
    await agent.run('Look.', { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('if the run was streamed and left early', async () => {
    const { signal } = new AbortController();
    const agent = new Agent({ name: 'a', model: scriptedModel(script), tools: [look] });
    const run = agent.stream('Look.', { signal });
    for await (const { type } of run) if (type === 'tool-finished') break;
    await run.result;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('if the run failed', async () => {
    const { signal } = new AbortController();
    const model = scriptedModel([fails(new Error('No.'))]);
    await new Agent({ name: 'a', model }).run('Look.', { signal }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a time limit does not keep the process alive', () => {
  const core = '../../src';

  test.each([
    [
      'of a run that has ended',
      `const agent = new Agent({ name: 'a', model: scriptedModel([callsTool('look'), says('Done.')]),
         tools: [tool({ name: 'look', description: 'A tool.', parameters: { type: 'object' }, timeoutMs: 600000, execute: async () => 'x' })],
         limits: { maxWallTimeMs: 600000 } });
       console.log((await agent.run('Go.')).status);`,
      'completed',
    ],
    [
      'of a request whose fetch never settles',
      `const model = openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1', model: 'm', profile: 'qwen-3',
         fetch: () => new Promise(() => {}), timeouts: { totalMs: 600000, firstTokenMs: 600000 } });
       void new Agent({ name: 'a', model }).run('Go.');
       console.log('started');`,
      'started',
    ],
  ])('%s', async (_, program, printed) => {
    const folder = await mkdtemp(join(import.meta.dirname, 'process-'));
    try {
      const file = join(folder, 'program.ts');
      const imports = [
        `import { Agent } from '../${core}/agent/agent.ts';`,
        `import { openaiCompatible } from '../${core}/model/openai-compatible.ts';`,
        `import { callsTool, says, scriptedModel } from '../${core}/testing/scripted-model.ts';`,
        `import { tool } from '../${core}/tool/tool.ts';`,
      ];
      await writeFile(file, `${imports.join('\n')}\n${program}\n`);
      expect(await runToExit(file)).toEqual({ printed, wasKilled: false });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Runs a program in a process of its own. A process that is still alive after 90 s is killed. */
function runToExit(file: string): Promise<{ printed: string; wasKilled: boolean }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...sourceOptions, file], { timeout: 90_000 }, (error, stdout) => {
      resolve({ printed: stdout.trim(), wasKilled: error?.killed ?? false });
    });
  });
}
