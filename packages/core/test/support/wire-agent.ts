import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { type ScriptedTransport, scriptedTransport, type WireReply } from './scripted-transport.ts';

const { gemma3 } = profiles;

/** An agent over the real dialect of a profile, over a scripted transport. */
export interface WireAgent<Output> {
  readonly agent: Agent<unknown, Output>;
  readonly transport: ScriptedTransport;
}

/** Makes an agent whose server sends the replies in order, and then `afterwards` for every further request. */
export function wireAgent<Output = string>(
  script: readonly WireReply[],
  {
    profile = gemma3,
    afterwards,
    ...options
  }: Partial<AgentOptions<unknown, Output>> & {
    readonly profile?: ModelProfile;
    readonly afterwards?: WireReply;
  } = {},
): WireAgent<Output> {
  const transport = scriptedTransport(script, afterwards === undefined ? {} : { afterwards });
  const model = dialectModel({ transport, profile, dialect: createDialect(profile) });
  const agent = new Agent<unknown, Output>({ ...options, name: 'wired', model });
  return { agent, transport };
}
