import type { JsonValue } from '@turnwise/core';
import type { JournalRow, RunRecord } from '../store/run-store.ts';

/** One line about a run for a terminal. */
export function formatRun({ id, agent, status, waiting, updatedAt, problem }: RunRecord): string {
  const calls = waiting.length === 0 ? '' : `, ${waiting.length} waiting`;
  const why = problem === undefined ? '' : `: ${problem.code}`;
  return `${plain(id)}  ${plain(agent)}  ${status}${calls}${why}  ${new Date(updatedAt).toISOString()}`;
}

/** A call that waits, with what a decision needs. */
export function formatWaiting(waiting: JsonValue): string {
  const { callId, kind, call, question, fingerprint } = waiting as Readonly<
    Record<string, JsonValue>
  >;
  const { name, arguments: values } = Object(call);
  const asked = question === undefined ? '' : `\n    question: ${plain(JSON.stringify(question))}`;
  return `  ${plain(String(callId))} waits (${kind}): ${plain(String(name))} ${plain(JSON.stringify(values))}${asked}\n    fingerprint: ${fingerprint}`;
}

/** One line about an effect in a journal. */
export function formatRow({ id, kind, name, output, at }: JournalRow): string {
  const time = new Date(at).toISOString();
  return `  ${time}  ${kind}  ${plain(name)}  ${plain(id)}  ${stateOf(output)}`;
}

function stateOf(output: string | undefined): string {
  if (output === undefined) return 'started';
  if (output.startsWith('{"error"')) return 'failed';
  return output.startsWith('{"inDoubt"') ? 'in doubt' : 'done';
}

/** A terminal executes control characters, and names and arguments come from a model. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
