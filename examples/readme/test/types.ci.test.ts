import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { probeProfile } from '@turnwise/core/doctor';
import { type QuirksName, quirksNames, startLocalEndpoint } from '@turnwise/local';
import { createProject, templates } from '../../../packages/create-turnwise/src/create-project.ts';
import { compile, guidePages, packageNames, programOf, writePrograms } from './snippets.ts';

// The compiler checks the whole of the packages.
jest.setTimeout(240_000);

/** The code that `pnpm probe` prints for a server. */
async function printedProfile(quirks: QuirksName): Promise<string> {
  const endpoint = await startLocalEndpoint({ quirks });
  const [model = ''] = endpoint.models;
  const { code } = await probeProfile({ baseURL: endpoint.url, model });
  await endpoint.close();
  return code;
}

test('the snippets of the READMEs and guides, the code of `pnpm probe`, and the templates of new projects have no type errors', async () => {
  const programs: Record<string, string> = {
    'readme.ts': programOf('README.md'),
    'mistake.ts': "export const mistake: number = 'text';\n",
  };
  for (const name of guidePages()) programs[`${name}.ts`] = programOf(`docs/guide/${name}`);
  for (const name of packageNames()) {
    programs[`package-${name}.ts`] = programOf(`packages/${name}/README.md`);
  }
  for (const quirks of quirksNames) programs[`${quirks}.ts`] = await printedProfile(quirks);
  const folder = await writePrograms(programs);
  for (const template of templates) {
    createProject({ folder: join(folder, template), template, version: '0.0.0' });
  }
  const { stdout } = await compile(folder);
  await rm(folder, { recursive: true });
  // `pnpm typecheck` reports errors of other files. The mistake shows that errors of these files are found.
  const errors = stdout.split('\n').filter((line) => line.includes(`${basename(folder)}/`));
  expect(errors).toEqual([expect.stringContaining('mistake.ts(1,')]);
});
