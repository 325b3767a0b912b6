// The entries of the guest book in SQLite: the one of Node where it has one, else the package better-sqlite3.
import { createRequire } from "node:module";
import type { Entry, Store } from "./entries.js";

/** What both have in common. */
interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

interface Statement {
  all(...values: (string | number)[]): unknown[];
  get(...values: (string | number)[]): unknown;
  run(...values: (string | number)[]): { lastInsertRowid: number | bigint };
}

/** Opens the data base in a file, which is made when it does not exist; `:memory:` for one that is forgotten. */
export function openStore(file: string): Store {
  const database = openDatabase(file);
  // Readers go on while an entry is written; siblings of the service share the file, and wait for each other.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000");
  database.exec(
    "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, written INTEGER NOT NULL)",
  );
  const list = database.prepare("SELECT * FROM entry ORDER BY id DESC LIMIT ? OFFSET ?");
  const find = database.prepare("SELECT * FROM entry WHERE id = ?");
  const count = database.prepare("SELECT count(*) AS n FROM entry");
  const add = database.prepare("INSERT INTO entry (name, text, written) VALUES (?, ?, unixepoch())");
  return {
    list: (offset, limit) => list.all(limit, offset) as Entry[],
    find: (id) => find.get(id) as Entry | undefined,
    count: () => (count.get() as { n: number }).n,
    add: (name, text) => Number(add.run(name, text).lastInsertRowid),
    close: () => void database.close(),
  };
}

function openDatabase(file: string): Database {
  const builtIn = process.getBuiltinModule?.("node:sqlite") as
    | { DatabaseSync: new (file: string) => Database }
    | undefined;
  if (builtIn !== undefined) return new builtIn.DatabaseSync(file);
  const Database = createRequire(import.meta.url)("better-sqlite3") as new (file: string) => Database;
  return new Database(file);
}
