import { type Tool, TurnwiseError } from '@turnwise/core';
import { changeTools } from './join-tools.ts';
import type { McpOptions } from './mcp-options.ts';
import { readResourceName, readResourceTool } from './read-resource-tool.ts';
import type { McpTool, ServerConnection, ServerOffer } from './server-connection.ts';
import { toTool } from './to-tool.ts';

/** A tool of a server that is not offered, and why. */
export interface LeftOutTool {
  /** The name that the server uses. */
  readonly name: string;
  readonly reason: string;
}

/** The tools of a server that are offered now. Both lists stay the same objects when the server changes its tools. */
export class OfferedTools {
  readonly tools: Tool[] = [];
  readonly leftOut: LeftOutTool[] = [];
  readonly #options: McpOptions;
  readonly #connection: () => ServerConnection;
  /** The names of all tools of the server, also of those that are left out. */
  #names: readonly string[] = [];
  /** A tool that did not change stays the same object, so that requests are encoded as before. */
  #known: ReadonlyMap<string, Tool> = new Map();

  constructor(options: McpOptions, connection: () => ServerConnection) {
    this.#options = options;
    this.#connection = connection;
  }

  update({ tools, hasResources }: ServerOffer): void {
    this.#names = [...tools.map(({ name }) => name), ...(hasResources ? [readResourceName] : [])];
    const offered = new Map<string, Tool>();
    const leftOut = new Map<string, string>();
    for (const source of tools) {
      const reason = this.#add(source, offered);
      if (reason !== undefined) leftOut.set(source.name, reason);
    }
    const hasOwnReader = tools.some(({ name }) => name === readResourceName);
    if (hasResources && !hasOwnReader && this.#isAllowed(readResourceName)) {
      const key = readResourceName;
      offered.set(key, this.#known.get(key) ?? readResourceTool(this.#options, this.#connection));
    }
    this.#known = offered;
    changeTools(this.tools, [...offered.values()]);
    const reasons = [...leftOut].map(([name, reason]) => ({ name, reason }));
    this.leftOut.splice(0, this.leftOut.length, ...reasons);
  }

  /** Adds a tool by its definition; returns the reason if it cannot be offered. */
  #add(source: McpTool, offered: Map<string, Tool>): string | undefined {
    if (!this.#isAllowed(source.name)) return 'It is not in `allow`.';
    if (needsTask(source)) return 'It runs only as a task, which is not supported.';
    const key = JSON.stringify(source);
    const name = `${this.#options.name}.${source.name}`;
    if ([...offered.values()].some((tool) => tool.name === name)) {
      return 'The server has two tools with this name.';
    }
    try {
      offered.set(key, this.#known.get(key) ?? toTool(source, this.#options, this.#connection));
      return undefined;
    } catch (thrown) {
      // The rest of the server's tools can be used.
      if (thrown instanceof TurnwiseError) return thrown.message;
      throw thrown;
    }
  }

  /** What is wrong with a name in `allow` or `approve`: a misspelt one would let a tool run without approval. */
  unknownNames(): string | undefined {
    const { name: server, allow = [], approve } = this.#options;
    const given = { allow, approve: Array.isArray(approve) ? (approve as readonly string[]) : [] };
    for (const [option, names] of Object.entries(given)) {
      const unknown = names.find((name) => !this.#names.includes(name));
      if (unknown === undefined) continue;
      const known = this.#names.map((name) => `"${name}"`).join(', ');
      return `\`${option}\` names "${unknown}", which is not a tool of the MCP server "${server}". Use the names of the server: ${known}.`;
    }
    return undefined;
  }

  #isAllowed(name: string): boolean {
    return this.#options.allow?.includes(name) ?? true;
  }
}

function needsTask(tool: McpTool): boolean {
  const { execution } = tool as { readonly execution?: { readonly taskSupport?: unknown } };
  return execution?.taskSupport === 'required';
}
