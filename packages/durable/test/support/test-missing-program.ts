import { expect, test } from '@jest/globals';

/** The platforms for which `@restatedev/restate-server` 1.7 has a program. */
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** The test in place of those on Restate, if its server was not found: that is right only on other platforms. */
export function testMissingProgram(): void {
  test('Restate has no program for this platform, so nothing runs on it', () => {
    expect(platforms).not.toContain(`${process.platform}-${process.arch}`);
  });
}
