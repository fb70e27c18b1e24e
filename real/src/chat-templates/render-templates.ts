import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cachePath } from '../setup/cache-folder.ts';
import { fileExists } from '../setup/file-exists.ts';
import { LaneError } from '../setup/lane-error.ts';
import { report } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';

/** A message as a server passes it to the chat template. */
export type TemplateMessage = Readonly<Record<string, unknown>>;

/** One text to render. */
export interface RenderJob {
  /** Whose rules apply. */
  readonly server: 'vllm' | 'llama.cpp';
  /** The chat template. */
  readonly source: string;
  readonly messages: readonly TemplateMessage[];
  /** The `tools` of the request; `null` if it has none. */
  readonly tools: readonly unknown[] | null;
}

/** The rendered prompt, or the template's own error. */
export type Rendered = { readonly text: string } | { readonly error: string };

const jinja = '3.1.6';
const script = join(import.meta.dirname, '../../templates/render.py');

/**
 * Renders prompts with Python's jinja2, with the settings of transformers; the results have the order of the jobs. The first
 * call installs jinja2 into the cache. Throws `program_missing` or `program_failed`.
 */
export async function renderTemplates(jobs: readonly RenderJob[]): Promise<readonly Rendered[]> {
  const python = spawn(await findPython(), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  python.stdin.end(JSON.stringify(jobs));
  const [output, [code]] = await Promise.all([text(python.stdout), once(python, 'close')]);
  if (code !== 0)
    throw new LaneError('program_failed', `"${script}" ended with exit code ${code}.`);
  return JSON.parse(output) as readonly Rendered[];
}

/** The Python of an environment that has jinja2. */
async function findPython(): Promise<string> {
  const folder = join(await cachePath('jinja2'), jinja);
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (await fileExists(complete)) return python;
  await requirePrograms('python3');
  report(`jinja2: installing ${jinja}`);
  await runProgram('python3', ['-m', 'venv', '--clear', folder]);
  const options = ['--quiet', '--no-cache-dir', '--disable-pip-version-check'];
  await runProgram(python, ['-m', 'pip', 'install', ...options, `jinja2==${jinja}`]);
  await writeFile(complete, `${jinja}\n`);
  return python;
}
