import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { baseline, ownCandidates, peerCandidates, tracedCandidates } from './candidates.ts';
import { type Comparison, compare } from './compare.ts';
import { drawComparison } from './draw-comparison.ts';
import { printDurable } from './durable/print-durable.ts';
import { measureGrowth, printGrowth } from './growth.ts';
import { measureMemory, printMemory } from './memory.ts';
import { printComparison } from './print-table.ts';
import { profile } from './profile.ts';
import { findNode } from './start-process.ts';
import { type Workload, workloads } from './workload.ts';

const usage = `pnpm bench [compare | growth | memory | durable | profile | chart] [options]

  compare   CPU time of turnwise, a hand-written loop and the lower limit (the default)
  growth    CPU time of a step at steps 10, 100 and 1,000, and with 1, 30 and 300 tools
  memory    heap in use after many runs
  durable   the journal of durable runs: CPU time in SQLite, memory of runs that wait, wall time in Restate, against programs that only write
  profile   the functions of turnwise that use the most time and memory
  chart     draws the stored comparison again

  --peers           also compares with other frameworks (first run npm ci in bench/peers/*)
  --traced          also compares with a tracer of OpenTelemetry, without an SDK and with one
  --node 24         measures with this version of Node, from npm's \`node\` package if it is not the running one
  --rounds 5        the number of measurements of each program
  --only a,b        only these workloads: ${Object.keys(workloads).join(', ')}
  --program name    only programs whose name contains this text (raw is always measured)
  --json            prints JSON
  --keep            writes the results to bench/results
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'boolean', default: false },
    traced: { type: 'boolean', default: false },
    node: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'request,run,delta,packets,parallel,import,start' },
    program: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const results = new URL('../results/', import.meta.url);
const rounds = Number(options.rounds);
const [command = 'compare'] = positionals;

if (
  options.help ||
  !['compare', 'growth', 'memory', 'durable', 'profile', 'chart'].includes(command)
) {
  process.stdout.write(usage);
  process.exit(options.help ? 0 : 1);
}

const node = await findNode(options.node);
const onProgress = (next: string): void => {
  process.stderr.write(`\r\u001b[K${next}`);
};
const candidates = [
  ...ownCandidates,
  ...(options.traced ? tracedCandidates : []),
  ...(options.peers ? peerCandidates() : []),
].filter(({ name }) => name === baseline || name.includes(options.program));

switch (command) {
  case 'compare': {
    const chosen = options.only.split(',') as Workload[];
    await finish(
      options.peers ? 'peers' : 'comparison',
      await compare({ node, candidates, workloads: chosen, rounds, onProgress }),
      printComparison,
    );
    if (options.keep) await drawChart();
    break;
  }
  case 'durable': {
    const { measureRestate } = await import('./durable/measure-restate.ts');
    const { measureSqlite } = await import('./durable/measure-sqlite.ts');
    const { measureWaiting } = await import('./durable/measure-waiting.ts');
    const report = {
      sqlite: await measureSqlite(node, rounds),
      waiting: await measureWaiting(),
      restate: await measureRestate(rounds),
    };
    await finish('durable', report, printDurable);
    break;
  }
  case 'growth':
    await finish(
      'growth',
      await measureGrowth({ node, candidates, rounds, onProgress }),
      printGrowth,
    );
    break;
  case 'memory':
    await finish('memory', await measureMemory({ node, candidates, onProgress }), printMemory);
    break;
  case 'profile':
    await profile({ node, candidates, workload: options.only.split(',')[0] as Workload });
    break;
  case 'chart':
    await drawChart();
}

async function finish<Result>(
  name: string,
  result: Result,
  print: (result: Result) => string,
): Promise<void> {
  onProgress('');
  const json = JSON.stringify(result, null, 2);
  process.stdout.write(`${options.json ? json : print(result)}\n`);
  if (options.keep) await writeFile(new URL(`${name}.json`, results), `${json}\n`);
}

async function drawChart(): Promise<void> {
  const name = options.peers ? 'peers' : 'comparison';
  const stored: Comparison = JSON.parse(await readFile(new URL(`${name}.json`, results), 'utf8'));
  await writeFile(new URL(`${name}.svg`, results), drawComparison(stored));
}
