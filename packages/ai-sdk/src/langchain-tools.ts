import { type AnySchema, type Tool, tool } from '@turnwise/core';
import { descriptionOf } from './description-of.ts';

/** What is needed of a tool of LangChain, which `tool(func, { name, description, schema })` makes. */
export interface LangchainTool {
  readonly name: string;
  readonly description: string;
  readonly schema: unknown;
  invoke(input: never, config: never): Promise<unknown>;
}

/**
 * Tools of LangChain as tools of an agent. Of a tool with `responseFormat: 'content_and_artifact'` the model gets the
 * content and the program gets the artifact. Throws what `tool()` throws.
 *
 * @example
 * const agent = new Agent({ name: 'guide', model, tools: langchainTools([search, retriever]) });
 */
export function langchainTools(tools: readonly LangchainTool[]): readonly Tool[] {
  return tools.map((source) => {
    const { name, description, schema } = source;
    const invoke = source.invoke.bind(source) as (input: object, config: object) => Promise<object>;
    return tool({
      name,
      description: descriptionOf(name, description),
      parameters: schema as AnySchema,
      // With a whole call the tool returns a message, which has the artifact and whether the call failed.
      execute: (input, { callId, signal }) =>
        invoke({ type: 'tool_call', id: callId, name, args: input }, { signal }),
    });
  });
}
