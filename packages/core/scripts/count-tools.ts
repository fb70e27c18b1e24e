/**
 * Reads a JSON file with schemas of tools (`{ source: { tool: schema } }`, as collect-tools.ts writes it) and counts: how many
 * are accepted as parameters; the facts that their signatures lose; the tokens (cl100k) of their signatures compared with
 * compact JSON; how many schemas xgrammar (wasm) and the stand-in of llama.cpp refuse, before and after they were rewritten.
 *
 *     npx tsx --conditions @turnwise/source packages/core/scripts/count-tools.ts FILE [--ajv] [--llama-server URL] [--every N]
 *
 * With `--ajv` it also compares the validation of random arguments with plain ajv. With `--llama-server` it also sends each
 * schema to a real llama-server. `--every N` takes only every N-th tool.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { llamaCpp2026 } from '../../local/src/quirks/llama-cpp.ts';
import { loadTokenizer } from '../../local/src/tokens.ts';
import type { JsonObject, JsonValue } from '../src/json.ts';
import { llamaCppKeywords } from '../src/schema/constraint/llama-cpp-keywords.ts';
import { rewriteForConstraint } from '../src/schema/constraint/rewrite-for-constraint.ts';
import { xgrammarKeywords } from '../src/schema/constraint/xgrammar-keywords.ts';
import { printSignature } from '../src/schema/signature/signature.ts';
import { tool } from '../src/tool/tool.ts';
import { findLostFacts } from '../test/support/lost-facts.ts';
import { compileForXgrammar } from '../test/support/xgrammar.ts';
import { compareWithAjv } from './tool-schemas/compare-with-ajv.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ajv: { type: 'boolean', default: false },
    'llama-server': { type: 'string' },
    every: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error('Name the file of schemas.');
const sources = JSON.parse(readFileSync(file, 'utf8')) as Record<
  string,
  Record<string, JsonObject>
>;
const tools = Object.entries(sources)
  .flatMap(([source, schemas]) =>
    Object.entries(schemas).map(([name, schema]) => ({ source, name, schema })),
  )
  .filter((_, index) => index % Number(options.every) === 0);
const tokens = await loadTokenizer();
const llamaServer = options['llama-server'];
const counts: Record<string, number> = {};
const count = (name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more;
};

const formatOf = (schema: JsonObject) => ({
  type: 'json_schema',
  json_schema: { name: 'arguments', schema },
});
const messages = [{ role: 'user', content: 'Go.' }];

for (const { source, name, schema } of tools) {
  count('tools');
  const note = (what: string, detail: unknown): void => {
    count(what);
    console.error(
      `${what}: ${source} ${name}: ${String(detail).slice(0, options.verbose ? 2_000 : 300)}`,
    );
  };
  const { description = '', ...parameters } = schema;
  try {
    const about = String(description);
    const made = tool({ name: 'f', description: about || name, parameters, execute: () => '' });
    count('accepted');
    const json = made.schema.jsonSchema;
    countSignature(name, about, json, note);
    await countGrammars(parameters, json, note);
    if (options.ajv) await countAgreements(parameters, note);
  } catch (thrown) {
    note('not accepted', thrown);
  }
}

type Note = (what: string, detail: unknown) => void;

function countSignature(name: string, description: string, json: JsonObject, note: Note): void {
  const source = { name, description, parameters: json };
  const { checked, lost } = findLostFacts(source);
  count('facts', checked);
  count('lost facts', lost.length);
  if (lost.length > 0) {
    note(
      'tools with lost facts',
      lost
        .slice(0, 4)
        .map((fact) => fact.name)
        .join(' | '),
    );
  }
  count('tokens of signatures', tokens.count(printSignature(source)));
  count('tokens of JSON', tokens.count(JSON.stringify(source)));
  const plain = { ...source, description: '' };
  count('tokens of signatures without descriptions', tokens.count(printSignature(plain)));
  count('tokens of JSON without descriptions', tokens.count(JSON.stringify(plain)));
}

async function countGrammars(original: JsonObject, json: JsonObject, note: Note): Promise<void> {
  const forXgrammar = rewriteForConstraint(json, xgrammarKeywords);
  await compileForXgrammar(json).catch(() => count('originals refused by xgrammar'));
  await compileForXgrammar(forXgrammar).catch((thrown: unknown) =>
    note('rewritten refused by xgrammar', thrown),
  );
  const forLlama = rewriteForConstraint(json, llamaCppKeywords);
  const standIn = [original, forLlama].map(refusalOfStandIn);
  if (standIn[0] !== undefined) count('originals refused by the stand-in of llama.cpp');
  if (standIn[1] !== undefined) note('rewritten refused by the stand-in of llama.cpp', standIn[1]);
  if (llamaServer === undefined) return;
  const real = [
    await refusalOfServer(llamaServer, original),
    await refusalOfServer(llamaServer, forLlama),
  ];
  if (real[0] !== undefined) count('originals refused by llama-server');
  if (real[1] !== undefined) note('rewritten refused by llama-server', real[1]);
  for (const [at, kind] of ['originals', 'rewritten'].entries()) {
    if ((standIn[at] === undefined) !== (real[at] === undefined)) {
      note(`${kind}: stand-in and llama-server disagree`, standIn[at] ?? real[at]);
    }
  }
}

function refusalOfStandIn(schema: JsonObject): string | undefined {
  try {
    llamaCpp2026.check({ messages, response_format: formatOf(schema) } as never, {} as never);
    return undefined;
  } catch (thrown) {
    return String((thrown as Error).message);
  }
}

async function refusalOfServer(url: string, schema: JsonObject): Promise<string | undefined> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages, max_tokens: 1, response_format: formatOf(schema) }),
  });
  const text = await response.text();
  return response.ok ? undefined : `${response.status} ${text}`;
}

async function countAgreements(schema: JsonObject, note: Note): Promise<void> {
  const { accepted, refused, disagreements, reason } = await compareWithAjv(schema, 25);
  count('agreements on valid arguments', accepted);
  count('agreements on invalid arguments', refused);
  if (reason !== undefined) note('plain ajv refuses the schema', reason);
  count('disagreements', disagreements.length);
  const [first] = disagreements;
  if (first !== undefined) {
    note(
      'schemas with disagreements',
      `only ${first.accepts} accepts ${JSON.stringify(first.value as JsonValue)}`,
    );
  }
}

const ratio = (kind: string) =>
  ((counts[`tokens of signatures${kind}`] ?? 0) / (counts[`tokens of JSON${kind}`] ?? 1)).toFixed(
    3,
  );
console.log({
  ...counts,
  'ratio of tokens': ratio(''),
  'ratio of tokens without descriptions of tools': ratio(' without descriptions'),
});
process.exit();
