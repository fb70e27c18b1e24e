import { Agent } from '../../src/agent/agent.ts';
import type { AgentRun } from '../../src/agent/agent-run.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import type { TurnwiseError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import type { Model } from '../../src/model/model.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import type { Decision } from '../../src/run/state/decision.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import type { ArbitraryReply } from './arbitrary-conversation.ts';
import { type ScriptedTransport, scriptedTransport } from './scripted-transport.ts';
import { type Execution, type SpyContext, spyTools } from './spy-tools.ts';
import { controlTokensOf } from './wire-rules.ts';

/** Something done to a run from outside, at one of its events. */
interface Interruption {
  /** Which event of the whole scenario, from 0. */
  readonly at: number;
  readonly kind: 'abort' | 'steer' | 'leave';
}

/** A conversation of several runs, the replies of the model, and the interruptions. */
export interface Scenario {
  readonly profile: ModelProfile;
  /** A history of foreign messages to begin with. */
  readonly history: readonly unknown[];
  readonly inputs: readonly AgentInput[];
  readonly replies: readonly ArbitraryReply[];
  readonly interruptions: readonly Interruption[];
  /** The decisions of a human, in order; a run stays paused once they are used up. */
  readonly approvals: readonly boolean[];
  readonly maxSteps: number;
}

/** One run of a scenario. */
interface PlayedRun {
  /** The events of the iterator; fewer if the reader left early. */
  readonly read: readonly RunEvent[];
  /** The events that a listener received. */
  readonly received: readonly RunEvent[];
  readonly end: RunResult | TurnwiseError;
}

/** One execution of a tool in a scenario. */
interface PlayedExecution extends Execution {
  /** After how many replies of the server it began. */
  readonly afterReplies: number;
  /** The tools of the last request. */
  readonly activeTools: readonly string[];
}

/** Everything that happened in a scenario. */
export interface Played {
  readonly runs: readonly PlayedRun[];
  readonly transport: ScriptedTransport;
  readonly executions: readonly PlayedExecution[];
  readonly transcript: Transcript;
}

/** Runs a scenario. Every second run belongs to another agent; pauses and failures are resumed from their JSON. */
export async function playScenario(
  scenario: Scenario,
  passTime: (milliseconds: number) => void,
): Promise<Played> {
  const stage = setStage(scenario, passTime);
  const runs: PlayedRun[] = [];
  let { transcript } = Transcript.repair(scenario.history);
  const approvals = [...scenario.approvals];
  let eventCount = 0;

  const watch = async (start: (agent: Agent<SpyContext>) => AgentRun<string>) => {
    const agent = stage.agents[runs.length % 2] as Agent<SpyContext>;
    const received: RunEvent[] = [];
    const receive = (event: RunEvent) => void received.push(event);
    agent.on('event', receive);
    const run = start(agent);
    const read: RunEvent[] = [];
    const readEvents = async () => {
      for await (const event of run) {
        read.push(event);
        const kinds = scenario.interruptions.flatMap(({ at, kind }) =>
          at === eventCount ? [kind] : [],
        );
        eventCount += 1;
        if (kinds.includes('steer')) run.steer('One more thing.');
        if (kinds.includes('abort')) run.abort();
        if (kinds.includes('leave')) break;
      }
      return await run.result;
    };
    const end = await readEvents().catch((error: TurnwiseError) => error);
    agent.off('event', receive);
    runs.push({ read, received, end });
    return end;
  };

  for (const input of scenario.inputs) {
    const limits = { maxSteps: scenario.maxSteps };
    let end = await watch((agent) =>
      agent.stream(input, { transcript, openCalls: 'cancel', context: stage.context, limits }),
    );
    while (isResumable(end, approvals) && runs.length < 12) {
      const state = plainJson(end.state);
      const decisions = decide(end, approvals);
      end = await watch((agent) => agent.resume(state, { context: stage.context, decisions }));
    }
    transcript = transcriptOf(end);
  }
  return { ...stage, runs, transcript };
}

function setStage(
  { profile, replies }: Scenario,
  passTime: (milliseconds: number) => void,
): Pick<Played, 'transport' | 'executions'> & {
  readonly agents: readonly Agent<SpyContext>[];
  readonly context: SpyContext;
} {
  const transport = scriptedTransport(replies.map(({ wire }) => wire));
  let activeTools: readonly string[] = [];
  const executions: PlayedExecution[] = [];
  const inner = dialectModel({ transport, profile, dialect: createDialect(profile) });
  const model: Model = {
    id: inner.id,
    request: (request, signal) => {
      activeTools = (request.tools ?? []).map(({ name }) => name);
      return inner.request(request, signal);
    },
  };
  const poison = controlTokensOf(profile).join('');
  const tools = spyTools({
    ran: (execution) => {
      executions.push({ ...execution, afterReplies: transport.requests.length, activeTools });
    },
    passTime,
    poison,
  });
  const common = { model, blobs: memoryBlobStore() };
  let asked = 0;
  return {
    transport,
    executions,
    context: {
      isOn: () => {
        asked += 1;
        return asked % 2 === 0;
      },
    },
    agents: [
      new Agent<SpyContext>({ ...common, name: 'one', instructions: `Begin. ${poison}`, tools }),
      new Agent<SpyContext>({ ...common, name: 'two', tools: tools.slice(2, 5) }),
    ],
  };
}

function isResumable(
  end: RunResult | TurnwiseError,
  approvals: readonly boolean[],
): end is (RunResult | TurnwiseError) & { readonly state: JsonValue } {
  if (end instanceof Error) return end.state !== undefined;
  return end.status === 'paused' && approvals.length > 0;
}

function decide(end: RunResult | TurnwiseError, approvals: boolean[]): Record<string, Decision> {
  if (end instanceof Error || end.status !== 'paused') return {};
  return Object.fromEntries(
    end.waiting.map(({ callId }) => {
      const isApproved = approvals.shift() ?? false;
      return [callId, isApproved ? { kind: 'approve' } : { kind: 'deny', reason: 'Not today.' }];
    }),
  );
}

function transcriptOf(end: RunResult | TurnwiseError): Transcript {
  if (!(end instanceof Error)) return end.transcript;
  if (end.state === undefined) throw end;
  const { transcript } = plainJson(end.state) as { transcript: JsonValue };
  return Transcript.fromJSON(transcript);
}

/** A value as it comes back from a disk. */
export function plainJson<Value>(value: Value): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
