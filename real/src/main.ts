import { type Command, parseCommand } from './parse-command.ts';
import { stopServers } from './serve/stop-servers.ts';
import { cacheFolder } from './setup/cache-folder.ts';
import { LaneError } from './setup/lane-error.ts';
import { report } from './setup/report.ts';
import { startLane } from './start-lane.ts';

const help = `Usage: pnpm real up [qwen | gemma] [llama-server | vllm] [options]
       pnpm real down [--port N]

Serves trained weights on 127.0.0.1, with an OpenAI-compatible server, and prints its base URL.
The first call fetches and builds what is missing (qwen on llama-server: 1.2 GB and about 15 minutes on two
cores; vllm: 5 GB more). Later calls take seconds. "down" ends the server on a port, or all of them.

  qwen            Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (default)
  gemma           Gemma 3 270M, a base model: it never ends a reply, so set max_tokens
  llama-server    from llama.cpp (default): the one on PATH, else built from source
  vllm            vLLM for CPUs, Linux on x86-64 only (its default model is gemma)

  --template NAME own: the model's own; gemma-stock: the rules of Gemma 3's stock template;
                  gemma-pythonic: the rules of vLLM's tool template for Gemma 3
                  (default: own for qwen and gemma-stock for gemma on llama-server, gemma-pythonic on vllm)
  --port N        default 8101 (own), 8103 (gemma-stock), 8104 (gemma-pythonic), 8102 (vllm)
  --context N     tokens of prompt and reply together (default 16384 on llama-server, 8192 on vllm)
  --help          print this

Everything is kept in ${cacheFolder()} (set TURNWISE_REAL_CACHE for another folder).
`;

try {
  await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof LaneError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'invalid_arguments' ? 2 : 1;
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(help);
      return;
    case 'up':
      process.stdout.write(`${await startLane(command.choice)}\n`);
      return;
    case 'down': {
      const stopped = await stopServers(command.port);
      for (const { choice } of stopped) report(`stopped ${choice.server} on port ${choice.port}`);
      if (stopped.length === 0) report('no server to stop');
    }
  }
}
