import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { serveMcp } from '@turnwise/tools/mcp';
import { conformanceTools } from './conformance-tools.ts';
import type { Programs } from './install-programs.ts';

const run = promisify(execFile);

/** Scenarios for servers that have tools, and neither resources, prompts, logging nor questions. */
const serverScenarios = [
  'server-initialize',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-error',
  'tools-call-with-progress',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
  'http-header-validation',
];

/**
 * Scenarios with checks that need what our server does not have: tools that ask the client or log, prompts and resources, and
 * schemas that are served as they were written (`$defs` are put in place, and `$schema` is left out).
 */
const partialScenarios = ['server-stateless', 'json-schema-2020-12', 'caching'];

/** Scenarios for clients that call tools. Those of OAuth test the SDK, which signs in. */
const clientScenarios = [
  'initialize',
  'tools_call',
  'sse-retry',
  'request-metadata',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'json-schema-ref-no-deref',
];

/** Runs the scenarios of the conformance package that apply to our server and our client. */
export async function checkConformance(programs: Programs): Promise<boolean> {
  const program = programs('conformance');
  const server = serveMcp({ name: 'desk', version: '1.0.0', tools: conformanceTools() });
  const http = createServer((request, response) => void server.node(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const onServer = (scenario: string) => [
    ...[program, 'server', '--url', url, '--scenario', scenario],
  ];
  const asServer = await count('server', serverScenarios, onServer);
  await countChecks(partialScenarios, onServer);
  http.closeAllConnections();
  http.close();
  await server.close();
  const command = `${process.execPath} --conditions @turnwise/source --import tsx ${import.meta.dirname}/client-main.ts`;
  const asClient = await count('client', clientScenarios, (scenario) => [
    ...[program, 'client', '--command', command, '--scenario', scenario],
  ]);
  return asServer && asClient;
}

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
}

async function play(args: readonly string[]): Promise<Outcome> {
  const { passed, stdout, stderr } = await run(process.execPath, args).then(
    (printed) => ({ ...printed, passed: true }),
    (thrown: { readonly stdout: string; readonly stderr: string }) => ({
      ...thrown,
      passed: false,
    }),
  );
  const output = stdout + stderr;
  if (!passed && process.argv.includes('--verbose')) console.log(output);
  return { passed, output };
}

async function count(
  kind: string,
  scenarios: readonly string[],
  argumentsOf: (scenario: string) => readonly string[],
): Promise<boolean> {
  const failed: string[] = [];
  for (const scenario of scenarios) {
    const { passed } = await play(argumentsOf(scenario));
    if (!passed) failed.push(scenario);
  }
  const passed = scenarios.length - failed.length;
  const rest = failed.length > 0 ? `; failed: ${failed.join(', ')}` : '';
  console.log(`conformance, ${kind}: ${passed} of ${scenarios.length} scenarios${rest}`);
  return failed.length === 0;
}

/** Prints how many checks of each scenario passed. */
async function countChecks(
  scenarios: readonly string[],
  argumentsOf: (scenario: string) => readonly string[],
): Promise<void> {
  for (const scenario of scenarios) {
    const { output } = await play(argumentsOf(scenario));
    const [, passed, all] = /Passed: (\d+)\/(\d+)/.exec(output) ?? [];
    console.log(`  ${scenario}, which applies in part: ${passed} of ${all} checks`);
  }
}
