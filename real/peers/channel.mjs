// The channel between `pnpm solve` and a peer: the tools run in the program that scores, so that every solver works on
// the same state. Messages: solve (a task, to the peer), call and result (a tool), finished or failed (from the peer).

const waiting = new Map();
let lastCall = 0;

/** Calls a tool of the task's world. */
function callTool(name, input) {
  lastCall += 1;
  const id = lastCall;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    process.send({ type: 'call', id, name, arguments: input });
  });
}

/**
 * Solves every task that is sent, with `solve({ instructions, tools, turns, output, baseURL, model, apiKey, maxTokens,
 * maxSteps })`, which returns `{ text, output }`. An error that it throws is reported by its name. A tool is
 * `{ name, description, parameters, execute }`.
 */
export function solveTasks(solve) {
  process.on('message', async (message) => {
    if (message.type === 'result') {
      waiting.get(message.id)(message.result);
      waiting.delete(message.id);
      return;
    }
    const tools = message.task.tools.map((tool) => ({
      ...tool,
      execute: (input) => callTool(tool.name, input),
    }));
    try {
      const { text, output } = await solve({ ...message.task, tools });
      process.send({ type: 'finished', text, output });
    } catch (error) {
      process.send({
        type: 'failed',
        error: error?.name ?? 'Error',
        message: String(error?.message ?? error),
      });
    }
  });
}

/** An error for an ending that the framework reports in its result instead of throwing. */
export function named(name, message) {
  return Object.assign(new Error(message), { name });
}
