/**
 * Calls each tool of the public servers of MCP through an agent, lets the inspector call our server, and runs the conformance scenarios that
 * apply to tools. Prints the counts. Installs those programs from npm into a cache folder; needs Node 22 or later: `pnpm mcp`.
 */
import { checkConformance } from './check-conformance.ts';
import { inspectServer } from './inspect-server.ts';
import { installPrograms } from './install-programs.ts';
import { playServers } from './play-servers.ts';

const programs = await installPrograms();
const parts = { play: playServers, inspect: inspectServer, conformance: checkConformance };
const chosen = process.argv.slice(2).filter((each) => !each.startsWith('--'));
let isComplete = true;
for (const [name, check] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  isComplete = (await check(programs)) && isComplete;
}
process.exit(isComplete ? 0 : 1);
