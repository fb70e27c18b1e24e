import { describe, expect, test } from '@jest/globals';
import { runProgram } from '../../src/setup/run-program.ts';

describe('a program that is run', () => {
  test('gives what it wrote to stdout, and each line as it arrives', async () => {
    const lines: string[] = [];
    const script = 'console.log("one"); console.error("two")';
    const output = await runProgram(process.execPath, ['-e', script], {
      onLine: (line) => lines.push(line),
    });
    expect(output).toBe('one');
    expect(lines.toSorted()).toEqual(['one', 'two']);
  });

  test('that fails is reported with its exit code and its last lines', async () => {
    const script = 'console.error("no space left"); process.exitCode = 3';
    await expect(runProgram(process.execPath, ['-e', script])).rejects.toMatchObject({
      code: 'program_failed',
      message: expect.stringMatching(/exit code 3[\s\S]*no space left/),
    });
  });

  test('that is not installed is named, with the way to install it', async () => {
    await expect(
      runProgram('cmake', ['--version'], { environment: { PATH: '/nowhere' } }),
    ).rejects.toMatchObject({
      code: 'program_missing',
      message: expect.stringContaining('apt-get install cmake'),
    });
  });
});
