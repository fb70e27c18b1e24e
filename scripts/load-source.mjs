import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compiledText } from './compiled-source.cjs';

// Node calls `load` in a thread of its own, in which this file is loaded once more.
if (!import.meta.url.endsWith('?hooks')) register(`${import.meta.url}?hooks`);

/** `node --import ./scripts/load-source.mjs` runs TypeScript that was compiled for the tests. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return await next(url, context);
  const text = compiledText(fileURLToPath(url));
  const source = text.slice(0, text.lastIndexOf('//# sourceMappingURL='));
  return { format: 'module', source, shortCircuit: true };
}
