import type { ChatTemplate } from './fetch-chat-templates.ts';
import { type Rendered, type RenderJob, renderTemplates } from './render-templates.ts';
import { rateTool } from './scenarios.ts';

/** What llama.cpp reports about a template in `/props`. */
export interface TemplateAbilities {
  readonly supports_tools: boolean;
  readonly supports_tool_calls: boolean;
  readonly supports_parallel_tool_calls: boolean;
  readonly supports_system_role: boolean;
  /** Whether the arguments of a call are an object for the template, or JSON text. */
  readonly supports_object_arguments: boolean;
}

/** Finds out what each template supports as llama.cpp does: it renders small requests and looks at what is printed. */
export async function templateAbilities(
  templates: readonly ChatTemplate[],
): Promise<readonly TemplateAbilities[]> {
  const rendered = await renderTemplates(templates.flatMap(toJobs));
  return templates.map(({ server }, at) =>
    toAbilities(server, rendered.slice(at * jobCount, (at + 1) * jobCount)),
  );
}

const jobCount = 5;
const question = { role: 'user', content: 'QUESTIONONE' };

function toJobs({ server, source }: ChatTemplate): readonly RenderJob[] {
  const tools = [{ type: 'function', function: rateTool }];
  const job = (messages: RenderJob['messages']): RenderJob => ({ server, source, messages, tools });
  const [one, two] = [{ code: 'ARGUMENTONE' }, { code: 'ARGUMENTTWO' }];
  return [
    job([question]),
    job([{ role: 'system', content: 'SYSTEMMARK' }, question]),
    job(answered(one)),
    job(answered(JSON.stringify(one))),
    job(answered(one, two)),
  ];
}

function answered(...given: readonly unknown[]): RenderJob['messages'] {
  const calls = given.map((values, at) => ({
    id: `call${at}`,
    type: 'function',
    function: { name: rateTool.name, arguments: values },
  }));
  return [
    question,
    { role: 'assistant', content: '', tool_calls: calls },
    ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'RESULTONE' })),
  ];
}

function toAbilities(
  server: ChatTemplate['server'],
  rendered: readonly Rendered[],
): TemplateAbilities {
  const prints = (place: number, text: string) => {
    const prompt = rendered[place];
    return prompt !== undefined && 'text' in prompt && prompt.text.includes(text);
  };
  // vLLM parses the arguments for every template.
  const takesObjects = server === 'vllm' || prints(2, 'ARGUMENTONE');
  return {
    supports_tools: prints(0, 'TOOLMARK'),
    supports_system_role: prints(1, 'SYSTEMMARK'),
    supports_tool_calls: takesObjects || prints(3, 'ARGUMENTONE'),
    supports_parallel_tool_calls: prints(4, 'ARGUMENTTWO'),
    supports_object_arguments: takesObjects,
  };
}
