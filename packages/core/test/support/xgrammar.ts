import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Grammar, Testings } from '@mlc-ai/web-xgrammar';
import type { JsonObject, JsonValue } from '../../src/json.ts';

/** xgrammar, compiled to wasm, in the strict mode that vLLM uses. The package is CommonJS, but declares to be a module. */
const require = createRequire(import.meta.url);
const file = require.resolve('@mlc-ai/web-xgrammar');
const module: { exports: Partial<Library> } = { exports: {} };
const load = new Function(
  'exports',
  'module',
  'require',
  '__filename',
  '__dirname',
  readFileSync(file, 'utf8'),
);
load(module.exports, module, require, file, file);
const library = module.exports as Library;

interface Library {
  readonly Grammar: typeof Grammar;
  readonly Testings: typeof Testings;
}

/**
 * Makes a function that decides whether the grammar of a schema allows a value. Rejects if xgrammar refuses the schema. A slash
 * in an enum can only be written as `\\/`, which is the same JSON.
 */
export async function compileForXgrammar(
  schema: JsonObject,
): Promise<(value: JsonValue) => Promise<boolean>> {
  const grammar = await library.Grammar.fromJSONSchema(JSON.stringify(schema));
  const accepts = (text: string) => library.Testings.isGrammarAcceptString(grammar, text);
  return async (value) =>
    (await accepts(JSON.stringify(value))) || accepts(JSON.stringify(value).replaceAll('/', '\\/'));
}
