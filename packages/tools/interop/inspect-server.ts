import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { serveMcp } from '@turnwise/tools/mcp';
import { conformanceTools } from './conformance-tools.ts';
import type { Programs } from './install-programs.ts';

const run = promisify(execFile);

/** Lets the command line of the inspector list and call the tools of our server, over HTTP and stdio. */
export async function inspectServer(programs: Programs): Promise<boolean> {
  const server = serveMcp({ name: 'desk', version: '1.0.0', tools: conformanceTools() });
  const http = createServer((request, response) => void server.node(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const program = [
    process.execPath,
    ...['--conditions', '@turnwise/source', '--import', 'tsx'],
    `${import.meta.dirname}/server-main.ts`,
  ];
  let done = 0;
  for (const target of [[url], program]) {
    const inspect = async (...options: readonly string[]) => {
      const args = [programs('inspector'), '--cli', ...target, ...options];
      // The inspector prints a result with `isError`, and ends with an exit code.
      const { stdout } = await run(process.execPath, args).catch(
        (thrown: { readonly stdout: string }) => thrown,
      );
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const { tools } = await inspect('--method', 'tools/list');
    const isListed = Array.isArray(tools) && tools.length === conformanceTools().length;
    const call = ['--method', 'tools/call', '--tool-name', 'add', '--tool-arg'];
    const { structuredContent } = await inspect(...call, 'a=2', 'b=3');
    const isAdded = JSON.stringify(structuredContent) === '{"sum":5}';
    const { isError } = await inspect(...call, 'a=two');
    done += [isListed, isAdded, isError === true].filter(Boolean).length;
  }
  http.closeAllConnections();
  http.close();
  await server.close();
  console.log(`inspector against serveMcp(), HTTP and stdio: ${done} of 6`);
  return done === 6;
}
