import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Agent,
  type Decision,
  type JsonObject,
  type JsonValue,
  openaiCompatible,
  type Tool,
} from '@turnwise/core';
import { startLocalEndpoint } from '@turnwise/local';
import { connectMcp, type McpOptions, serveMcp } from '@turnwise/tools/mcp';
import { argumentsFor, sampleOf } from './arguments-for.ts';
import type { Programs } from './install-programs.ts';

const dialects = ['native', 'prompted', 'guided'] as const;
const isVerbose = process.argv.includes('--verbose');

/** Lists the tools of each server, and calls each once through an agent, in three dialects. */
export async function playServers(programs: Programs): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'turnwise-mcp-'));
  writeFileSync(join(root, 'note.txt'), 'One line.\n');
  writeFileSync(join(root, 'other.txt'), 'Another line.\n');
  const everything = programs('server-everything');
  const files = {
    command: process.execPath,
    args: [programs('server-filesystem'), root],
  };
  const port = await freePort();
  const http = spawn(process.execPath, [everything, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  await reachable(port);
  try {
    const counts = [
      await play('everything, stdio', root, {
        name: 'everything',
        transport: { command: process.execPath, args: [everything, 'stdio'] },
      }),
      await play('everything, HTTP', root, { name: 'everything', transport: { url } }),
      await play('filesystem, stdio', root, { name: 'files', transport: files }),
      await playThroughOurServer(root, files),
    ];
    return counts.every((each) => each);
  } finally {
    await end(http);
  }
}

/** The server of files has no HTTP of its own: `serveMcp()` offers its tools over HTTP. */
async function playThroughOurServer(
  root: string,
  transport: McpOptions['transport'],
): Promise<boolean> {
  await using inner = await connectMcp({ name: 'files', transport });
  // Writing a file needs an approval; the agent that calls it asks for it.
  const server = serveMcp({
    name: 'proxy',
    version: '1.0.0',
    tools: inner.tools,
    approvals: 'client',
  });
  const http = createServer((request, response) => void server.node(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  try {
    return await play('filesystem, HTTP through serveMcp()', root, {
      name: 'proxy',
      transport: { url },
    });
  } finally {
    http.closeAllConnections();
    http.close();
    await server.close();
  }
}

async function play(title: string, root: string, options: McpOptions): Promise<boolean> {
  await using connection = await connectMcp(options);
  const tools = [...connection.tools];
  const left = connection.leftOut.map(({ name, reason }) => `${name}: ${reason}`);
  console.log(`${title}: ${tools.length} tools${left.length > 0 ? `, without ${left}` : ''}`);
  let isComplete = true;
  for (const dialect of dialects) {
    const problems = await playDialect(tools, dialect, root);
    isComplete &&= problems.length === 0;
    console.log(`  ${dialect}: ${tools.length - problems.length} of ${tools.length} calls ok`);
    for (const problem of problems) console.log(`    ${problem}`);
  }
  return isComplete;
}

/** Runs one agent whose model calls each tool once; returns the calls that did not succeed. */
async function playDialect(
  tools: readonly Tool[],
  dialect: (typeof dialects)[number],
  root: string,
): Promise<readonly string[]> {
  const endpoint = await startLocalEndpoint({ quirks: 'vllm', contextWindow: 128_000 });
  for (const each of tools) {
    const name = each.name.replaceAll(/[^A-Za-z0-9_]/g, '_');
    endpoint.script.push({ calls: [{ name, arguments: argumentsFor(each, root) as never }] });
  }
  endpoint.script.push({ text: 'Done.' });
  const agent = new Agent({
    name: 'player',
    model: openaiCompatible({ baseURL: endpoint.url, model: 'gemma-3-27b', dialect }),
    tools,
    limits: { maxSteps: tools.length + 2 },
  });
  let result = await agent.run('Call every tool.');
  while (result.status === 'paused') {
    const decisions: Record<string, Decision> = {};
    for (const { callId, kind, question } of result.waiting) {
      decisions[callId] =
        kind === 'approval' ? { kind: 'approve' } : { kind: 'answer', value: answerTo(question) };
    }
    result = await agent.resume(result.state, { decisions }).result;
  }
  const { steps } = result;
  await endpoint.close();
  const calls = steps.flatMap((step) => step.calls);
  if (isVerbose) {
    for (const { name, result } of calls) {
      console.log(`    ${name}: ${JSON.stringify(result.parts).slice(0, 120)}`);
    }
  }
  const ok = new Set(calls.flatMap(({ name, status }) => (status === 'ok' ? [name] : [])));
  return tools.flatMap(({ name }) => {
    if (ok.has(name)) return [];
    const call = calls.find((each) => each.name === name);
    return [`${name}: ${call?.status ?? 'not called'} ${JSON.stringify(call?.result.parts ?? '')}`];
  });
}

/** An answer that matches the schema of a question of a server. */
function answerTo(question: JsonValue | undefined): JsonObject {
  const { schema } = Object(question) as { readonly schema?: JsonObject };
  return sampleOf(schema ?? {});
}

async function freePort(): Promise<number> {
  const server = createNetServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something listens on the port. */
async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing listens on port ${port}.`);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}
