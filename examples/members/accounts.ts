// The accounts of the members in MariaDB: a pool of connections as a back end that is connected again by itself.
import { createPool, type Pool, type PoolOptions, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { BackendUnavailable, backend } from "pub-runtime/service";

export interface Member {
  id: number;
  mail: string;
  name: string;
  about: string;
  /** Name of the file with the picture; empty without one. */
  avatar: string;
}

const TABLE = `CREATE TABLE IF NOT EXISTS member (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mail VARCHAR(190) NOT NULL UNIQUE,
  password VARCHAR(200) NOT NULL,
  name VARCHAR(60) NOT NULL,
  about VARCHAR(1000) NOT NULL DEFAULT '',
  avatar VARCHAR(60) NOT NULL DEFAULT ''
) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

const COLUMNS = "id, mail, name, about, avatar";

/** The codes of an error that says: the server is away, or the connection is. */
const LOST = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "PROTOCOL_CONNECTION_LOST",
  "ER_SERVER_SHUTDOWN",
]);

/** Declares the back end. `options`: where the server is, as mysql2 takes it. */
export function accountsBackend(options: PoolOptions) {
  return backend<Accounts>({
    retryDelay: 1000,
    async connect(lost) {
      const pool = createPool({ connectionLimit: 10, connectTimeout: 5000, ...options });
      try {
        await pool.query(TABLE);
      } catch (error) {
        await pool.end();
        throw error;
      }
      return new Accounts(pool, lost);
    },
    close: (accounts) => accounts.close(),
  });
}

export class Accounts {
  constructor(
    private readonly pool: Pool,
    private readonly lost: (error: unknown) => void,
  ) {}

  /** Adds a member; undefined when the address is taken. */
  async add(mail: string, password: string, name: string): Promise<number | undefined> {
    try {
      const sql = "INSERT INTO member (mail, password, name) VALUES (?, ?, ?)";
      const result = await this.run<ResultSetHeader>(sql, [mail, password, name]);
      return result.insertId;
    } catch (error) {
      if (codeOf(error) === "ER_DUP_ENTRY") return undefined;
      throw error;
    }
  }

  async find(id: number): Promise<Member | undefined> {
    return (await this.rows<Member>(`SELECT ${COLUMNS} FROM member WHERE id = ?`, [id]))[0];
  }

  /** Who logs in with the address, and what is kept of the password. */
  async credentials(mail: string): Promise<{ id: number; password: string } | undefined> {
    return (
      await this.rows<{ id: number; password: string }>("SELECT id, password FROM member WHERE mail = ?", [mail])
    )[0];
  }

  list(offset: number, count: number): Promise<Member[]> {
    return this.rows(`SELECT ${COLUMNS} FROM member ORDER BY name, id LIMIT ? OFFSET ?`, [
      String(count),
      String(offset),
    ]);
  }

  async change(id: number, fields: Partial<Pick<Member, "name" | "about" | "avatar">>): Promise<void> {
    const names = Object.keys(fields);
    const sql = `UPDATE member SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`;
    await this.run(sql, [...Object.values(fields), id]);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private rows<Row>(sql: string, values: (string | number)[]): Promise<Row[]> {
    return this.run<RowDataPacket[]>(sql, values) as unknown as Promise<Row[]>;
  }

  /** Prepared on the server: values never become part of the text. */
  private async run<Result extends RowDataPacket[] | ResultSetHeader>(
    sql: string,
    values: (string | number)[],
  ): Promise<Result> {
    try {
      const [result] = await this.pool.execute<Result>(sql, values);
      return result;
    } catch (error) {
      if (!LOST.has(codeOf(error))) throw error;
      this.lost(error);
      throw new BackendUnavailable("accounts", (error as Error).message);
    }
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "";
}
