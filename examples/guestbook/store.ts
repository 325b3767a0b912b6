// The entries of the guest book in SQLite.
import Database from "better-sqlite3";
import type { Entry, Store } from "./entries.js";

/** Opens the data base in a file, which is made when it does not exist; `:memory:` for one that is forgotten. */
export function openStore(file: string): Store {
  const database = new Database(file);
  // Readers go on while an entry is written; siblings of the service share the file.
  database.pragma("journal_mode = WAL");
  database.exec(
    "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, written INTEGER NOT NULL)",
  );
  const list = database.prepare<[number, number], Entry>("SELECT * FROM entry ORDER BY id DESC LIMIT ? OFFSET ?");
  const find = database.prepare<[number], Entry>("SELECT * FROM entry WHERE id = ?");
  const count = database.prepare<[], { n: number }>("SELECT count(*) AS n FROM entry");
  const add = database.prepare("INSERT INTO entry (name, text, written) VALUES (?, ?, unixepoch())");
  return {
    list: (offset, limit) => list.all(limit, offset),
    find: (id) => find.get(id),
    count: () => count.get()?.n ?? 0,
    add: (name, text) => Number(add.run(name, text).lastInsertRowid),
    close: () => void database.close(),
  };
}
