import { randomUUID } from 'node:crypto';
import {
  type BlobStore,
  type JsonObject,
  memoryBlobStore,
  type Part,
  type Tool,
} from '@turnwise/core';
import { checkOptions, executeTool, type OptionChecks, option } from '@turnwise/core/model';

/** The content of a tool message of LangChain. */
export type LangchainContent =
  | string
  | ({ type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } })[];

/** LangChain's function `tool`, which `@langchain/core/tools` exports. */
export type LangchainToolFunction<Made> = (
  run: (input: JsonObject, config?: object) => Promise<[LangchainContent, unknown]>,
  fields: {
    name: string;
    description: string;
    schema: { type: 'object' };
    responseFormat: 'content_and_artifact';
  },
) => Made;

/** Options of {@link toLangchainTools}. */
export interface ToLangchainToolsOptions<Made, Context> {
  /** LangChain's function: `import { tool } from '@langchain/core/tools'`. */
  readonly tool: LangchainToolFunction<Made>;
  /** What `execute` gets as its `context`. @default undefined */
  readonly context?: Context | undefined;
  /** Whether a call that needs approval may run. @default it is refused, and the model is informed */
  readonly approve?:
    | ((call: {
        readonly name: string;
        readonly arguments: JsonObject;
      }) => boolean | Promise<boolean>)
    | undefined;
}

const known: OptionChecks<ToLangchainToolsOptions<unknown, unknown>> = {
  tool: option.func,
  context: option.any,
  approve: option.func,
};

/**
 * Tools of Turnwise as tools of LangChain, of the type `Made`. Arguments are repaired and checked, the timeout applies, and an error is a result that the model
 * can read. LangChain checks the arguments first, against the same JSON Schema. The artifact of a message is the result's
 * `forApp`. A tool that asks a human gets an error: only a run of Turnwise can wait. Throws `invalid_options`.
 *
 * @example
 * import { tool } from '@langchain/core/tools';
 * const agent = createAgent({ model, tools: toLangchainTools([refund], { tool }) });
 */
export function toLangchainTools<Made, Context = unknown>(
  tools: readonly Tool<Context>[],
  options: ToLangchainToolsOptions<Made, Context>,
): Made[] {
  checkOptions(options, { name: 'toLangchainTools()', known });
  return tools.map((each) =>
    options.tool((input, config) => callTool(each, input, config, options), {
      name: each.name,
      description: each.description,
      schema: each.schema.jsonSchema as { type: 'object' },
      responseFormat: 'content_and_artifact',
    }),
  );
}

/** What is needed of the configuration that LangChain passes with a call. */
interface CallConfig {
  readonly signal?: AbortSignal;
  readonly toolCall?: { readonly id?: string };
}

async function callTool<Context>(
  tool: Tool<Context>,
  input: JsonObject,
  { signal, toolCall }: CallConfig = {},
  { context, approve }: ToLangchainToolsOptions<unknown, Context>,
): Promise<[LangchainContent, unknown]> {
  const blobs = memoryBlobStore();
  const result = await executeTool(tool, {
    arguments: input,
    // If the type of the context is unknown, undefined is one of its values.
    context: context as Context,
    signal: signal ?? new AbortController().signal,
    callId: toolCall?.id ?? randomUUID(),
    blobs,
    approve: async () => (await approve?.({ name: tool.name, arguments: input })) ?? false,
  });
  return [await toContent(result.parts, blobs), result.forApp];
}

async function toContent(parts: readonly Part[], blobs: BlobStore): Promise<LangchainContent> {
  if (parts.every((part) => part.type === 'text')) return parts.map(({ text }) => text).join('\n');
  return await Promise.all(
    parts.map(async (part) => {
      if (part.type === 'text') return { type: 'text' as const, text: part.text };
      const { sha256, mediaType } = part.image;
      const bytes = Buffer.from((await blobs.get(sha256)) ?? []).toString('base64');
      return {
        type: 'image_url' as const,
        image_url: { url: `data:${mediaType};base64,${bytes}` },
      };
    }),
  );
}
