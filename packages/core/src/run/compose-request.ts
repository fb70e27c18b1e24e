import type { ToolSpec } from '../dialect/dialect.ts';
import { isNonEmpty } from '../json.ts';
import type { ModelRequest } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { Run } from './run-setup.ts';

/** The request of a step: it offers the tools that are enabled now, or asks for an answer where there are none. */
export async function composeRequest<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
): Promise<ModelRequest> {
  const { setup, state } = run;
  const base = {
    instructions: await instructionsOf(run),
    transcript,
    settings: setup.settings,
    stream: setup.stream,
    conversationId: state.conversationId,
    blobs: setup.blobs,
  };
  const tools = specsOf(await enabledTools(run));
  const { toolChoice } = setup;
  if (toolChoice === 'none' || !isNonEmpty(tools)) {
    return { ...base, phase: 'answer', withheldTools: tools };
  }
  // Forced again after its call, the model could never answer.
  return { ...base, phase: 'act', tools, toolChoice: state.hasForcedCall ? 'auto' : toolChoice };
}

async function enabledTools<Context>({
  setup,
  state,
}: Run<Context>): Promise<readonly Tool<Context>[]> {
  const { tools, context, effects } = setup;
  if (tools.every(({ isEnabled }) => isEnabled === true)) return tools;
  const enabled: Tool<Context>[] = [];
  for (const tool of tools) {
    const { isEnabled } = tool;
    const isOn =
      typeof isEnabled === 'boolean'
        ? isEnabled
        : await effects.value({
            kind: 'function',
            id: `${state.step}.is-enabled.${tool.name}`,
            input: () => tool.name,
            execute: () => isEnabled(context),
          });
    if (isOn) enabled.push(tool);
  }
  return enabled;
}

function instructionsOf<Context>({ setup, state }: Run<Context>): string | Promise<string> {
  const { instructions, context, effects } = setup;
  if (typeof instructions === 'string') return instructions;
  return effects.value({
    kind: 'function',
    id: `${state.step}.instructions`,
    input: () => null,
    execute: () => instructions(context),
  });
}

/** One list of specs per list of tools: what dialects make of it is kept with the list. */
const specs = new WeakMap<Tool<never>, { tools: readonly unknown[]; specs: readonly ToolSpec[] }>();

function specsOf<Context>(tools: readonly Tool<Context>[]): readonly ToolSpec[] {
  const [first] = tools;
  if (first === undefined) return [];
  const known = specs.get(first);
  const isSame =
    known?.tools.length === tools.length && known.tools.every((tool, at) => tool === tools[at]);
  if (known !== undefined && isSame) return known.specs;
  const made = tools.map(({ name, description, schema }) => ({
    name,
    description,
    parameters: schema.jsonSchema,
  }));
  specs.set(first, { tools: [...tools], specs: made });
  return made;
}
