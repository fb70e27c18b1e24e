import { type Agent, type Tool, TurnwiseError } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import { agentTool } from './agent-tool.ts';

/** The options of `serveMcp()`. */
export interface ServeMcpOptions<Context = unknown, Output = string> {
  /** The name of the server. */
  readonly name: string;
  /** The version of the server, such as `1.0.0`. */
  readonly version: string;
  /** What the server is for, for the model of the client. */
  readonly instructions?: string | undefined;
  /** The tools that are offered. */
  readonly tools?: readonly Tool<Context>[] | undefined;
  /** An agent that is offered as one tool, which has its name: it takes an input and returns the answer of the agent. */
  readonly agent?: Agent<Context, Output> | undefined;
  /** What the agent does and when to use it, for the model of the client. Required with `agent`. */
  readonly agentDescription?: string | undefined;
  /** The context of the tools and of the agent; gets the HTTP request, or `undefined` over stdio. @default undefined */
  readonly context?: ((request: Request | undefined) => Context | Promise<Context>) | undefined;
  /**
   * What happens to calls that need approval: they are refused, or they run because the program of the client asks its user.
   * @default 'refuse'
   */
  readonly approvals?: 'refuse' | 'client' | undefined;
  /**
   * The host names under which the server is reached over HTTP. A request with another `Host` or `Origin` is refused, so that
   * a web page cannot call a server on the machine of its reader. @default localhost, 127.0.0.1 and [::1]
   */
  readonly allowedHosts?: readonly string[] | undefined;
}

const known: OptionChecks<ServeMcpOptions> = {
  name: option.text,
  version: option.text,
  instructions: option.text,
  tools: option.value('a list of tools', Array.isArray),
  agent: option.methods('an Agent', 'run', 'stream'),
  agentDescription: option.text,
  context: option.func,
  approvals: option.oneOf('refuse', 'client'),
  allowedHosts: option.strings,
};

/** The tools that are offered. Throws `invalid_options`, and `duplicate_tool`. */
export function checkServeOptions<Context, Output>(
  options: ServeMcpOptions<Context, Output>,
): () => readonly Tool<Context>[] {
  checkOptions(options, { name: 'serveMcp()', known });
  const { name, version, tools = [], agent, agentDescription } = options ?? {};
  if (typeof name !== 'string' || typeof version !== 'string') {
    throw invalid('serveMcp() needs a name and a version: serveMcp({ name, version, tools }).');
  }
  if (options.tools === undefined && agent === undefined) {
    throw invalid(`MCP server "${name}" needs \`tools\` or \`agent\`.`);
  }
  if ((agent === undefined) !== (agentDescription === undefined)) {
    throw invalid(`MCP server "${name}" needs \`agent\` and \`agentDescription\` together.`);
  }
  const own = agent === undefined ? [] : [agentTool(agent, agentDescription ?? '')];
  // The list of the program may change: a client that asks again gets the new one.
  const all = () => [...tools, ...own];
  const names = new Set<string>();
  for (const tool of all()) {
    if (tool?.schema === undefined) {
      throw invalid(
        `The tools of MCP server "${name}" are not all tools. Create each with tool({ … }).`,
      );
    }
    if (names.has(tool.name)) {
      throw new TurnwiseError('duplicate_tool', `Two tools are named "${tool.name}".`);
    }
    if (!/^[A-Za-z0-9_./-]{1,128}$/.test(tool.name)) {
      throw invalid(
        `Tool "${tool.name}" cannot be served: MCP allows letters of English, digits, "_", ".", "/" and "-" in names.`,
      );
    }
    names.add(tool.name);
  }
  return all;
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
