import { openLibsql } from '../../src/sqlite/open-libsql.ts';
import { hasNodeSqlite, openNodeSqlite } from '../../src/sqlite/open-node-sqlite.ts';

/** Executes SQL in a file, as another program would. */
export async function changeFile(file: string, sql: string): Promise<void> {
  const database = hasNodeSqlite() ? openNodeSqlite(file) : await openLibsql(file);
  database.exec(sql);
  database.close();
}
