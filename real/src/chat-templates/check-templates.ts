import {
  type DialectName,
  type Model,
  memoryBlobStore,
  openaiCompatible,
  Transcript,
} from '@turnwise/core';

import type { ChatTemplate } from './fetch-chat-templates.ts';
import { findProblem } from './find-problem.ts';
import { type Rendered, renderTemplates, type TemplateMessage } from './render-templates.ts';
import { instructions, rateTool, type Scenario, scenarios } from './scenarios.ts';
import { type TemplateAbilities, templateAbilities } from './template-abilities.ts';
import { type RequestBody, startTemplateServer } from './template-server.ts';

/** What the template made of one request. */
interface Outcome {
  readonly scenario: string;
  /** `undefined` if every text of the conversation is in the prompt once, and in order. */
  readonly problem: string | undefined;
}

export interface TemplateReport {
  readonly template: string;
  readonly server: ChatTemplate['server'];
  readonly profile: string;
  readonly dialect: string;
  readonly outcomes: readonly Outcome[];
}

/**
 * Encodes every scenario as a program would send it to a server with each template, renders the requests and looks for what is
 * lost. Without a `dialect`, it is the one that Turnwise chooses for the server.
 */
export async function checkTemplates(
  templates: readonly ChatTemplate[],
  dialect?: DialectName,
): Promise<readonly TemplateReport[]> {
  const abilities = await templateAbilities(templates);
  const server = await startTemplateServer();
  try {
    const sent: Sent[] = [];
    for (const [place, template] of templates.entries()) {
      const able = abilities[place];
      if (able === undefined) continue;
      const baseURL = server.baseURL({ ...template, abilities: able });
      const model = openaiCompatible({ baseURL, model: modelName(template), dialect });
      for (const scenario of scenarios) {
        const form = await send(model, scenario);
        if (server.last === undefined) throw new Error(`No request for ${template.name}.`);
        sent.push({ template, scenario, able, body: server.last, ...form });
      }
    }
    const rendered = await renderTemplates(
      sent.map(({ template, able, body }) => ({
        server: template.server,
        source: template.source,
        messages: asTheServer(body, able),
        tools: body.tools ?? null,
      })),
    );
    return toReports(sent, rendered);
  } finally {
    server.close();
  }
}

interface Sent {
  readonly template: ChatTemplate;
  readonly scenario: Scenario;
  readonly able: TemplateAbilities;
  readonly body: RequestBody;
  readonly profile: string;
  readonly dialect: string;
}

/** vLLM reports no template, so its models are known by their names: `tool_chat_template_llama3.1_json` → `llama3.1-json`. */
function modelName({ name }: ChatTemplate): string {
  return name.replace('tool_chat_template_', '').replaceAll('_', '-');
}

async function send(
  model: Model,
  { history }: Scenario,
): Promise<{ readonly profile: string; readonly dialect: string }> {
  const { transcript } = Transcript.repair(history);
  if (transcript.awaits !== 'assistant') throw new Error('A scenario must end before a reply.');
  const request = model.request(
    {
      phase: 'act',
      instructions,
      transcript,
      tools: [rateTool],
      toolChoice: 'auto',
      settings: {},
      stream: false,
      conversationId: 'templates',
      blobs: memoryBlobStore(),
    },
    new AbortController().signal,
  );
  while (true) {
    const { done, value } = await request.next();
    if (done) return { profile: value.profile ?? '?', dialect: value.dialect };
  }
}

/** Before the template sees them, both servers parse the arguments of calls and make a content of `null` an empty text. */
function asTheServer(
  { messages }: RequestBody,
  { supports_object_arguments: takesObjects }: TemplateAbilities,
): readonly TemplateMessage[] {
  return messages.map((message) => {
    const { tool_calls: calls, content } = message;
    const text = content ?? '';
    if (!Array.isArray(calls) || !takesObjects) return { ...message, content: text };
    const parsed = calls.map((call) => ({
      ...call,
      function: { ...call.function, arguments: JSON.parse(call.function.arguments) },
    }));
    return { ...message, content: text, tool_calls: parsed };
  });
}

function toReports(
  sent: readonly Sent[],
  rendered: readonly Rendered[],
): readonly TemplateReport[] {
  const perTemplate = scenarios.length;
  return sent
    .filter((_, place) => place % perTemplate === 0)
    .map(({ template, profile, dialect }, at) => ({
      template: template.name,
      server: template.server,
      profile,
      dialect,
      outcomes: scenarios.map((scenario, place) => ({
        scenario: scenario.name,
        problem: findProblem(scenario, rendered[at * perTemplate + place]),
      })),
    }));
}
