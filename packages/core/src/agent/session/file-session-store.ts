import { join } from 'node:path';
import { TurnwiseError, toError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import { nodeFs } from '../../node-fs.ts';
import { applyChange, type StoredSession } from './apply-change.ts';
import type { SessionChange, SessionReplacement, SessionStore } from './session-store.ts';
import { withFileLock } from './with-file-lock.ts';

/**
 * A store with one file of JSON Lines for each session, in a folder that it creates. Each line is one change, which is on
 * the disk before the run ends. Several processes of one machine may use the folder. A last line that was cut by a crash is
 * ignored. Its functions reject with `invalid_state` for a file that is damaged in another way, and with `store_failed` if the
 * folder cannot be created, read or written. A new session finds that before its first run starts.
 */
export function fileSessionStore(folder: string): SessionStore {
  if (typeof folder !== 'string' || folder === '') {
    const message = "fileSessionStore() needs the path of a folder: fileSessionStore('sessions').";
    throw new TurnwiseError('invalid_options', message);
  }
  const fileOf = (id: string) => join(folder, `${fileNameOf(id)}.jsonl`);
  const change = <Result>(id: string, action: (file: string) => Promise<Result>) =>
    explained(folder, async () => {
      await nodeFs().mkdir(folder, { recursive: true });
      return await withFileLock(`${fileOf(id)}.lock`, () => action(fileOf(id)));
    });
  return {
    load: (id) =>
      explained(folder, async () => {
        const { session } = await readSession(id, fileOf(id));
        if (session === undefined) await checkFolder(folder);
        return session;
      }),
    append: (id, changes) => change(id, (file) => append(id, file, changes)),
    replace: (id, replacement) => change(id, (file) => replace(id, file, replacement)),
    delete: (id) => explained(folder, () => nodeFs().rm(fileOf(id), { force: true })),
  };
}

/** A run must not start if its answer cannot be saved. */
async function checkFolder(folder: string): Promise<void> {
  await nodeFs().mkdir(folder, { recursive: true });
  await nodeFs().access(folder, nodeFs().constants.W_OK);
}

/** What is wrong with a folder, by the error codes of Node. */
const problems: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file. Pass the path of a folder.',
  ENOTDIR: 'it, or a part of its path, is a file. Pass the path of a folder.',
  EACCES: 'this process has no permission. Change the permission, or pass another folder.',
  EPERM: 'this process has no permission. Change the permission, or pass another folder.',
  EROFS: 'its disk is read-only. Pass another folder.',
  ENOSPC: 'its disk is full. Free some space, and run the input again.',
};

/** The result of `action`; an error of the file system is explained. */
async function explained<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (thrown) {
    if (thrown instanceof TurnwiseError) throw thrown;
    const code = String(Reflect.get(Object(thrown), 'code'));
    const problem =
      problems[code] ?? `${toError(thrown).message}. Correct that, or pass another folder.`;
    const message = `The folder "${folder}" of fileSessionStore() cannot be used: ${problem}`;
    throw new TurnwiseError('store_failed', message, { cause: thrown });
  }
}

/** Ids may have any characters, also those that a file name or a path cannot have. */
function fileNameOf(id: string): string {
  if (/^[a-z0-9_-]{1,100}$/.test(id)) return id;
  return `sha256-${nodeCrypto().createHash('sha256').update(id).digest('hex')}`;
}

async function append(id: string, file: string, change: SessionChange): Promise<number> {
  const { session, bytes } = await readSession(id, file);
  const changed = applyChange(id, session, change);
  if (changed === session) return changed.version;
  const handle = await nodeFs().open(file, 'a');
  try {
    // A cut last line would otherwise be joined with the new one.
    await handle.truncate(bytes);
    await handle.appendFile(`${JSON.stringify(change)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return changed.version;
}

/** The file then has one line: the whole session. */
async function replace(id: string, file: string, replacement: SessionReplacement): Promise<number> {
  const { session } = await readSession(id, file);
  const changed = applyChange(id, session, { ...replacement, keep: 0 });
  if (changed === session) return changed.version;
  // A crash leaves the old file or the new one.
  const next = await nodeFs().open(`${file}.new`, 'w');
  try {
    await next.writeFile(`${JSON.stringify(changed)}\n`);
    await next.sync();
  } finally {
    await next.close();
  }
  await nodeFs().rename(`${file}.new`, file);
  return changed.version;
}

interface ReadSession {
  readonly session: StoredSession | undefined;
  /** The length of the complete lines. */
  readonly bytes: number;
}

async function readSession(id: string, file: string): Promise<ReadSession> {
  const content = await readIfExists(file);
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, bytes).toString().split('\n').slice(0, -1);
  let session: StoredSession | undefined;
  for (const [index, line] of lines.entries()) {
    try {
      session = readLine(id, session, line);
    } catch (thrown) {
      throw new TurnwiseError(
        'invalid_state',
        `Line ${index + 1} of "${file}" is not a change of session "${id}": ${toError(thrown).message}`,
        { cause: thrown },
      );
    }
  }
  return { session, bytes };
}

function readLine(id: string, before: StoredSession | undefined, line: string): StoredSession {
  const change: unknown = JSON.parse(line);
  if (!isJsonObject(change) || !Array.isArray(change.turns) || !isJsonObject(change.notes)) {
    throw new TypeError('it has no turns or notes');
  }
  // The turns are checked when the session makes a transcript of them.
  if (before === undefined && 'version' in change) return change as unknown as StoredSession;
  return applyChange(id, before, change as unknown as SessionChange);
}

async function readIfExists(file: string): Promise<Buffer> {
  try {
    return await nodeFs().readFile(file);
  } catch (thrown) {
    if (Reflect.get(Object(thrown), 'code') === 'ENOENT') return Buffer.alloc(0);
    throw thrown;
  }
}
