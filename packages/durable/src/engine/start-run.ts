import { hash, randomUUID } from 'node:crypto';
import type { AgentInput, JsonValue } from '@turnwise/core';
import { checkOptions, errorToJson, option } from '@turnwise/core/model';
import type { NewRun, RunRecord, RunStore } from '../store/run-store.ts';
import type { DurableAgent } from './durable-agent.ts';
import { runExists } from './engine-errors.ts';
import type { RunSessions } from './run-sessions.ts';

/** The options of `start()`. */
export interface StartRunOptions {
  /** Identifies the run: the same one with the same input is started once. @default a random id */
  readonly runId?: string | undefined;
  /** The id of a session: the run continues its conversation, and has it until the run ends. */
  readonly session?: string | undefined;
  /**
   * What happens if calls of the session wait for decisions: the run is refused with `calls_waiting`, or the run that waits is
   * aborted and its calls are answered as cancelled. @default 'refuse'
   */
  readonly openCalls?: 'refuse' | 'cancel' | undefined;
}

/** Throws `invalid_options`. */
export function checkStartOptions(options: StartRunOptions): void {
  const text = (most: number) =>
    option.value(`a text of 1 to ${most} characters without control characters`, (given) => {
      return typeof given === 'string' && isPlain(given, most);
    });
  checkOptions(options, {
    name: 'start()',
    known: {
      runId: text(200),
      session: text(500),
      openCalls: option.oneOf('refuse', 'cancel'),
    },
  });
}

function isPlain(text: string, most: number): boolean {
  return text.length <= most && /^\P{Cc}+$/u.test(text);
}

/** What a start needs. */
export interface StartSources {
  readonly store: RunStore;
  readonly sessions: RunSessions;
  /** Aborts a run, and resolves when it has ended. */
  readonly endRun: (id: string) => Promise<void>;
}

/** A run with its input, which is not stored yet. */
export async function seedRun(
  { name, agent }: { readonly name: string; readonly agent: DurableAgent['agent'] },
  input: AgentInput,
  { runId, session }: { readonly runId: string; readonly session?: string | undefined },
): Promise<NewRun> {
  const state = await agent.seed(input, { runId, conversationId: session });
  const started = session === undefined ? [name] : [name, session];
  const segment = {
    number: 0,
    state: state as unknown as JsonValue,
    decisions: {},
    fingerprint: agent.fingerprint(),
  };
  const digest = hash('sha256', JSON.stringify([...started, state.waitingInputs]), 'hex');
  return { id: runId, agent: name, input: digest, session, segment };
}

/** Adds a run to the store and gives it its session. Rejects as `start()` describes. */
export async function startRun(
  { store, sessions, endRun }: StartSources,
  { name, agent }: { readonly name: string; readonly agent: DurableAgent['agent'] },
  input: AgentInput,
  { runId = randomUUID(), session, openCalls = 'refuse' }: StartRunOptions,
): Promise<RunRecord> {
  const run = await seedRun({ name, agent }, input, { runId, session });
  const { segment } = run;
  if (session !== undefined && (await store.get(runId)) === undefined) {
    await freeSession({ sessions, endRun }, session, openCalls);
  }
  const added = await store.create(run);
  if (added.run.input !== run.input) throw runExists(runId);
  if (session === undefined || !added.isNew) return added.run;
  try {
    await sessions.hold(session, segment, false);
  } catch (thrown) {
    // Another process was faster.
    const { epoch } = await store.claim(runId);
    await store.change(runId, epoch, { status: 'failed', end: { error: errorToJson(thrown) } });
    throw thrown;
  }
  return added.run;
}

async function freeSession(
  { sessions, endRun }: Pick<StartSources, 'sessions' | 'endRun'>,
  session: string,
  openCalls: 'refuse' | 'cancel',
): Promise<void> {
  const holder = await sessions.holder(session);
  if (openCalls === 'cancel' && holder !== undefined && holder.waiting.length > 0) {
    await endRun(holder.runId);
  }
  await sessions.check(session, openCalls);
}
