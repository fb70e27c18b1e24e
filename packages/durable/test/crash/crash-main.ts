import { rm } from 'node:fs/promises';
import { killAtEveryWrite, randomKills } from './crash-plans.ts';
import {
  buildCrashChild,
  makeProgramFolder,
  type PlannedKill,
  runWithKills,
} from './run-with-kills.ts';

/** Kills processes at every write and at random moments, until `--kills` (300); `--seed` (1) repeats them. Exit code 1 for a problem. */
const options = new Map(process.argv.slice(2).map((each) => each.split('=') as [string, string]));
const wanted = Number(options.get('--kills') ?? 300);
const firstSeed = Number(options.get('--seed') ?? 1);

const folder = await makeProgramFolder();
try {
  const program = await buildCrashChild(folder);
  const whole = await runWithKills(program, []);
  console.log(`One run without a kill makes ${whole.writes} writes.`);
  let [kills, inDoubt, failures] = [0, 0, 0];
  const play = async (plan: readonly PlannedKill[], name: string) => {
    const report = await runWithKills(program, plan);
    kills += report.kills;
    inDoubt += report.inDoubt.length;
    if (report.end === whole.end && report.problems.length === 0) return;
    failures += 1;
    console.log(`${name} ${JSON.stringify(plan)}: ${report.problems.join('; ') || report.end}`);
  };
  for (const plan of killAtEveryWrite(whole.writes)) await play(plan, 'every write');
  console.log(
    `Every write, before and after: ${kills} kills, ${inDoubt} in doubt, ${failures} failures.`,
  );
  for (let seed = firstSeed; kills < wanted; seed += 1) {
    await play(randomKills(seed, { kills: 8 }), `seed ${seed}`);
  }
  console.log(`Together: ${kills} kills, ${inDoubt} calls in doubt, ${failures} failures.`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
