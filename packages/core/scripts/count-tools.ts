/**
 * Reads a JSON file with schemas of tools (`{ server: { tool: schema } }`) and counts: how many are accepted as parameters,
 * the characters of their signatures compared with compact JSON, and how many xgrammar refuses after they were rewritten.
 *
 *     npx tsx --conditions @turnwise/source packages/core/scripts/count-tools.ts FILE
 */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../src/json.ts';
import { rewriteForConstraint } from '../src/schema/rewrite-for-constraint.ts';
import { printSignature } from '../src/schema/signature.ts';
import { xgrammarKeywords } from '../src/schema/xgrammar-keywords.ts';
import { tool } from '../src/tool/tool.ts';
import { compileForXgrammar } from '../test/support/xgrammar.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file of schemas.');
const servers = JSON.parse(readFileSync(file, 'utf8')) as Record<
  string,
  Record<string, JsonObject>
>;
const counts = { tools: 0, accepted: 0, refusedByXgrammar: 0, signature: 0, json: 0 };

for (const [name, parameters] of Object.values(servers).flatMap((tools) => Object.entries(tools))) {
  counts.tools += 1;
  try {
    const { schema } = tool({ name, description: name, parameters, execute: () => '' });
    counts.accepted += 1;
    const source = { name, description: '', parameters: schema.jsonSchema };
    counts.signature += printSignature(source).length;
    counts.json += JSON.stringify(source).length;
    await compileForXgrammar(rewriteForConstraint(schema.jsonSchema, xgrammarKeywords)).catch(
      () => {
        counts.refusedByXgrammar += 1;
      },
    );
  } catch (thrown) {
    console.error(`${name}: ${String(thrown)}`);
  }
}
console.log({ ...counts, ratio: counts.signature / counts.json });
process.exit();
