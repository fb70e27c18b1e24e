import { Agent, type JsonObject } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { connectMcp } from '@turnwise/tools/mcp';
import { argumentsFor } from './arguments-for.ts';

/** The client of the conformance scenarios: an agent makes the calls of the scenario, or calls each tool once. */
const url = process.argv.at(-1) ?? '';
await using connection = await connectMcp({ name: 'server', transport: { url } });
const { tools } = connection;
const { toolCalls } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}') as {
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: JsonObject }[];
};
const calls =
  toolCalls?.map((each) => callsTool(`server.${each.name}`, each.arguments)) ??
  tools.map((each) => callsTool(each.name, argumentsFor(each, '/tmp')));
const model = scriptedModel([...calls, says('Done.')]);
await new Agent({ name: 'client', model, tools, limits: { maxSteps: 50 } }).run('Go.');
