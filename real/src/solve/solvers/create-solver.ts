import { join } from 'node:path';
import { installPeers } from './install-peers.ts';
import { peerSolver } from './peer-solver.ts';
import { peerPrograms } from './peers.ts';
import type { Solver, SolverOptions } from './solver.ts';
import type { SolverName } from './solver-names.ts';
import { turnwiseSolver } from './turnwise-solver.ts';

/** The solver with this name. A peer is installed first if it is missing. Throws `LaneError`. */
export async function createSolver(name: SolverName, options: SolverOptions): Promise<Solver> {
  switch (name) {
    case 'turnwise':
      return turnwiseSolver(options, {});
    case 'turnwise:native':
      return turnwiseSolver(options, { dialect: 'native' });
    case 'turnwise:prompted':
      return turnwiseSolver(options, { dialect: 'prompted' });
    case 'turnwise:guided':
      return turnwiseSolver(options, { dialect: 'guided' });
    case 'turnwise:grounded':
      return turnwiseSolver(options, { isGrounded: true });
    case 'ai-sdk':
    case 'openai-agents':
    case 'langchain': {
      const { node, folder } = await installPeers();
      return peerSolver(options, { node, program: join(folder, peerPrograms[name]) });
    }
  }
}
