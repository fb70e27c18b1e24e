import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { ServerChoice } from '../parse-command.ts';
import { findOpenMp } from '../vllm/find-open-mp.ts';
import { weights } from '../weights/weights.ts';

/** A program to start, with what is added to the environment. */
export interface LaunchCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The command for a `llama-server` at the path `binary`; without a template file the weights' own is used. */
export function toLlamaServerCommand(
  choice: ServerChoice,
  binary: string,
  gguf: string,
  templateFile: string | undefined,
): LaunchCommand {
  const { servedName } = weights[choice.model];
  return {
    program: binary,
    arguments: [
      ...['--model', gguf, '--alias', servedName],
      ...['--host', '127.0.0.1', '--port', String(choice.port)],
      ...['--ctx-size', String(choice.context), '--parallel', '1'],
      ...['--threads', String(availableParallelism()), '--jinja'],
      ...(templateFile === undefined ? [] : ['--chat-template-file', templateFile]),
    ],
    environment: { LD_LIBRARY_PATH: dirname(binary) },
  };
}

/** The command for vLLM in a Python environment, with the flags that Privatemode uses for Gemma 3. */
export async function toVllmCommand(
  choice: ServerChoice,
  environment: string,
  modelFolder: string,
  templateFile: string | undefined,
): Promise<LaunchCommand> {
  const { servedName } = weights[choice.model];
  return {
    program: join(environment, 'bin', 'vllm'),
    arguments: [
      ...['serve', modelFolder, '--served-model-name', servedName],
      ...['--host', '127.0.0.1', '--port', String(choice.port)],
      ...['--max-model-len', String(choice.context), '--enforce-eager', '--dtype', 'bfloat16'],
      ...(templateFile === undefined ? [] : ['--chat-template', templateFile]),
      ...toolFlags(choice),
      '--structured-outputs-config',
      JSON.stringify({ backend: 'xgrammar', disable_any_whitespace: true }),
    ],
    environment: {
      LD_PRELOAD: await findOpenMp(environment),
      VLLM_CPU_KVCACHE_SPACE: '1',
      // Binding to cores fails in containers that hide the topology of the processor.
      VLLM_CPU_OMP_THREADS_BIND: 'nobind',
      OMP_NUM_THREADS: String(availableParallelism()),
      HF_HUB_OFFLINE: '1',
      TRANSFORMERS_OFFLINE: '1',
      VLLM_NO_USAGE_STATS: '1',
    },
  };
}

/** Gemma's stock rules know no tools, so the server gets no parser for calls. */
function toolFlags({ model, template }: ServerChoice): string[] {
  if (template === 'gemma-pythonic') {
    return ['--enable-auto-tool-choice', '--tool-call-parser', 'pythonic'];
  }
  return template === 'own' && model === 'qwen'
    ? ['--enable-auto-tool-choice', '--tool-call-parser', 'hermes']
    : [];
}
