import {
  Agent,
  type DialectName,
  jsonSchema,
  type Model,
  openaiCompatible,
  type RunResult,
  type Tool,
  type ToolOutput,
  type Transcript,
  TurnwiseError,
  tool,
} from '@turnwise/core';
import type { TaskTool } from '../task-set.ts';
import type { Ending, GivenTask, Solver, SolverOptions } from './solver.ts';

/** How Turnwise solves: without a dialect, as it comes. */
export interface TurnwiseVariant {
  readonly dialect?: DialectName;
  /**
   * Whether the values of grounded parameters must occur in the conversation: those that the tasks list, and otherwise
   * every id and address.
   */
  readonly isGrounded?: boolean;
}

/** Solves with the code of this repository. */
export function turnwiseSolver(
  options: SolverOptions,
  { dialect, isGrounded = false }: TurnwiseVariant,
): Solver {
  const { baseURL, model: name, apiKey } = options;
  const model = openaiCompatible({
    baseURL,
    model: name,
    apiKey,
    ...(dialect === undefined ? {} : { dialect }),
  });
  return {
    async solve(given) {
      try {
        return await runTurns(given, model, { ...options, isGrounded });
      } catch (thrown) {
        if (!(thrown instanceof TurnwiseError)) throw thrown;
        return { isAnswer: false, error: thrown.code, message: thrown.message };
      }
    },
    close: () => Promise.resolve(),
  };
}

async function runTurns(
  { instructions, world, task, signal }: GivenTask,
  model: Model,
  { maxSteps, maxTokens, isGrounded }: SolverOptions & { readonly isGrounded: boolean },
): Promise<Ending> {
  const shared = {
    name: 'desk',
    instructions,
    model,
    tools: world.tools.map((each) => toTool(each, { isGrounded })),
    grounded: isGrounded,
    settings: { temperature: 0, maxOutputTokens: maxTokens },
    limits: { maxSteps },
  };
  const chatting = new Agent(shared);
  const answering =
    task.output === undefined
      ? chatting
      : new Agent({ ...shared, output: jsonSchema(task.output) });
  let transcript: Transcript<'user'> | undefined;
  let result: RunResult<unknown> | undefined;
  for (const [index, input] of task.turns.entries()) {
    const agent = index === task.turns.length - 1 ? answering : chatting;
    result = await agent.run(input, {
      signal,
      ...(transcript === undefined ? {} : { transcript }),
    });
    if (result.status !== 'completed') break;
    transcript = result.transcript;
  }
  return toEnding(result, task.output !== undefined);
}

function toEnding(result: RunResult<unknown> | undefined, hasOutput: boolean): Ending {
  switch (result?.status) {
    case 'completed':
      return { isAnswer: true, text: result.text, ...(hasOutput ? { output: result.output } : {}) };
    case 'stopped':
      return { isAnswer: false, error: result.reason, message: 'The run was stopped.' };
    default:
      return { isAnswer: false, error: 'not-completed', message: 'The run was not completed.' };
  }
}

function toTool(
  { name, description, parameters, grounded, execute }: TaskTool,
  { isGrounded }: { readonly isGrounded: boolean },
): Tool {
  return tool({
    name,
    description,
    parameters,
    // An empty list would switch the checks of the tool off.
    ...(isGrounded && grounded !== undefined && grounded.length > 0 ? { grounded } : {}),
    execute: (input) => execute(input) as ToolOutput,
  });
}
