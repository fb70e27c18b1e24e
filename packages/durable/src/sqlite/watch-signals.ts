import type { RunStore } from '../store/run-store.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Reports signals that other processes have added, while there is a listener. The timer does not keep the process alive. */
export function watchSignals(
  open: () => Promise<SqliteConnection>,
  pollMs: number,
): { readonly onSignal: RunStore['onSignal']; close(): void } {
  const listeners = new Set<(run: string) => void>();
  let timer: NodeJS.Timeout | undefined;
  let version = -1;
  let position = 0;

  function poll(connection: SqliteConnection): void {
    const runs = connection.read((sql) => {
      // It changes if another connection has changed the file.
      const found = Number(sql('PRAGMA data_version').get()?.data_version);
      if (found === version) return [];
      version = found;
      return sql(
        'SELECT run, max(position) AS position FROM signal WHERE position > ? AND consumed = 0 GROUP BY run ORDER BY 2',
      ).all(position);
    });
    for (const row of runs) {
      position = Math.max(position, Number(row.position));
      for (const listener of listeners) listener(String(row.run));
    }
  }

  async function look(): Promise<void> {
    try {
      poll(await open());
    } catch {
      // A file that cannot be read is reported by the next use of the store.
    }
  }

  return {
    onSignal: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(() => void look(), pollMs).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    close: () => {
      listeners.clear();
      clearInterval(timer);
    },
  };
}
