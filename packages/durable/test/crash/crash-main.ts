import { rm } from 'node:fs/promises';
import { startRestateServer } from '@turnwise/durable/testing';
import { killAtEveryWrite, killInsideEveryWrite, randomKills } from './crash-plans.ts';
import { runOnRestate } from './run-on-restate.ts';
import {
  buildCrashChild,
  makeProgramFolder,
  type PlannedKill,
  runWithKills,
} from './run-with-kills.ts';

/**
 * Kills processes at every write and at random moments, until `--kills` (300); `--seed` (1) repeats them. With `--store=restate` the
 * processes are workers of a server of Restate. Exit code 1 for a problem.
 */
const options = new Map(process.argv.slice(2).map((each) => each.split('=') as [string, string]));
const wanted = Number(options.get('--kills') ?? 300);
const firstSeed = Number(options.get('--seed') ?? 1);

const isOnRestate = options.get('--store') === 'restate';

const folder = await makeProgramFolder();
const server = isOnRestate ? await startRestateServer() : undefined;
try {
  if (isOnRestate && server === undefined) {
    console.log('Restate has no program for this platform, so its runs are not tested.');
  } else {
    await killAll();
  }
} finally {
  await server?.close();
  await rm(folder, { recursive: true });
}

async function killAll(): Promise<void> {
  const program = await buildCrashChild(folder, isOnRestate ? 'restate-worker' : 'crash-child');
  const run = async (plan: readonly PlannedKill[]) =>
    server === undefined
      ? await runWithKills(program, plan)
      : await runOnRestate(program, server, plan);
  const whole = await run([]);
  console.log(`One run without a kill makes ${whole.writes} writes.`);
  let [kills, inDoubt, failures] = [0, 0, 0];
  const play = async (plan: readonly PlannedKill[], name: string) => {
    const report = await run(plan);
    kills += report.kills;
    inDoubt += report.inDoubt.length;
    if (report.end === whole.end && report.problems.length === 0) return;
    failures += 1;
    console.log(`${name} ${JSON.stringify(plan)}: ${report.problems.join('; ') || report.end}`);
  };
  const inside = isOnRestate ? killInsideEveryWrite(whole.writes) : [];
  for (const plan of [...killAtEveryWrite(whole.writes), ...inside]) {
    if (kills < wanted) await play(plan, 'every write');
  }
  console.log(`At every write: ${kills} kills, ${inDoubt} in doubt, ${failures} failures.`);
  for (let seed = firstSeed; kills < wanted; seed += 1) {
    await play(randomKills(seed, { kills: 8 }), `seed ${seed}`);
  }
  console.log(`Together: ${kills} kills, ${inDoubt} calls in doubt, ${failures} failures.`);
  process.exitCode = failures === 0 && whole.problems.length === 0 ? 0 : 1;
}
