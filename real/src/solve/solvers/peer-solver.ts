import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { JsonObject } from '@turnwise/core';
import type { Ending, GivenTask, Solver, SolverOptions } from './solver.ts';

type Message =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: string;
      readonly arguments: JsonObject;
    }
  | { readonly type: 'finished'; readonly text?: string; readonly output?: unknown }
  | { readonly type: 'failed'; readonly error: string; readonly message: string };

/** A program that solves with `solveTasks` of `peers/channel.mjs`, and the Node.js that runs it. */
export interface PeerProgram {
  readonly node: string;
  readonly program: string;
}

/** Solves with another framework, in a process of its own. The tools run here. */
export function peerSolver(options: SolverOptions, { node, program }: PeerProgram): Solver {
  let running: ChildProcess | undefined;
  const start = (): ChildProcess => {
    const child = spawn(node, [program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('exit', () => {
      if (running === child) running = undefined;
    });
    return child;
  };
  return {
    async solve(solve) {
      running ??= start();
      return solveInChild(running, solve, options);
    },
    async close() {
      if (running === undefined) return;
      const ended = once(running, 'exit');
      running.kill();
      await ended;
    },
  };
}

function solveInChild(
  child: ChildProcess,
  { instructions, world, task, signal }: GivenTask,
  options: SolverOptions,
): Promise<Ending> {
  const tools = world.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters,
  }));
  return new Promise((resolve) => {
    const finish = (ending: Ending): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      resolve(ending);
    };
    const onMessage = async (message: Message): Promise<void> => {
      switch (message.type) {
        case 'call': {
          const called = world.tools.find(({ name }) => name === message.name);
          const result = await called?.execute(message.arguments);
          child.send({ type: 'result', id: message.id, result });
          return;
        }
        case 'finished':
          finish({ isAnswer: true, text: message.text ?? '', output: message.output });
          return;
        case 'failed':
          finish({ isAnswer: false, error: message.error, message: message.message });
      }
    };
    const onExit = (): void =>
      finish({
        isAnswer: false,
        error: 'process-ended',
        message: 'The program of the peer ended.',
      });
    const onAbort = (): void => {
      // A framework that is still busy would disturb the next task.
      child.kill();
      finish({ isAnswer: false, error: 'timeout', message: 'The time for the task is up.' });
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    signal.addEventListener('abort', onAbort);
    child.send({
      type: 'solve',
      task: { instructions, tools, turns: task.turns, output: task.output, ...options },
    });
  });
}
