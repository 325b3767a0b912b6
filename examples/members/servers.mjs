// The servers of the example: starts a MariaDB and a Redis of its own in a folder, reached by Unix sockets alone.
// Nothing of the system's own servers is touched.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { delimiter, join } from "node:path";

/** The programs by what they are for, and the Debian packages that have them. */
const PROGRAMS = {
  mariadbd: "mariadb-server",
  "mariadb-install-db": "mariadb-server",
  "redis-server": "redis-server",
};

/** Bytes of the longest path of a Unix socket. */
const SOCKET_LIMIT = 107;

/** Milliseconds for a server to start. */
const PATIENCE = 120_000;

/** The packages that are to be installed before `startServers` works. */
export function missingPackages() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => findProgram(program) === undefined);
  return [...new Set(missing.map(([, name]) => name))];
}

/**
 * Starts both servers with their files in `folder`. Resolves when they answer; rejects with what they say. `stop` ends
 * them; `database` and `redis` start and end one of them alone.
 */
export async function startServers(folder) {
  const missing = missingPackages();
  if (missing.length > 0) throw new Error(`to be installed first: ${missing.join(", ")}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  mkdirSync(join(folder, "avatars"), { recursive: true });
  // Who may enter this folder may use the servers: okd gives it to the user of the service.
  const sockets = join(folder, "sockets");
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  const socket = join(sockets, "mariadb.sock");
  if (Buffer.byteLength(socket) > SOCKET_LIMIT)
    throw new Error(`the path of this folder is too long for sockets: ${folder}`);
  const files = join(folder, "mariadb");
  const user = userInfo().username;
  if (!existsSync(join(files, "mysql"))) {
    await run("mariadb-install-db", ["--no-defaults", `--datadir=${files}`, `--user=${user}`, "--skip-test-db"]);
  }
  const accounts = join(folder, "accounts.sql");
  writeFileSync(
    accounts,
    "CREATE DATABASE IF NOT EXISTS members;\nCREATE USER IF NOT EXISTS members@localhost;\nGRANT ALL ON members.* TO members@localhost;\n",
  );
  const database = createServer("mariadbd", /ready for connections/, [
    "--no-defaults",
    `--datadir=${files}`,
    `--socket=${socket}`,
    `--pid-file=${join(folder, "mariadb.pid")}`,
    `--user=${user}`,
    `--init-file=${accounts}`,
    "--skip-networking",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=8M",
    "--performance-schema=OFF",
  ]);
  const redis = createServer("redis-server", /eady to accept connections/, [
    ...["--port", "0", "--unixsocket", join(sockets, "redis.sock"), "--unixsocketperm", "777", "--dir", folder],
    ...["--save", "", "--appendonly", "no", "--daemonize", "no"],
  ]);
  const stop = () => Promise.all([database.stop(), redis.stop()]);
  try {
    await Promise.all([database.start(), redis.start()]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { database, redis, stop };
}

function createServer(program, ready, options) {
  let child = null;
  let ended = Promise.resolve();
  return {
    async start() {
      let output = "";
      // It ends with this process, however that ends. Ctrl-C of the terminal is for the web server, which ends first.
      const tie = findProgram("setpriv");
      const [command, ...rest] = [...(tie ? [tie, "--pdeathsig", "TERM"] : []), findProgram(program), ...options];
      child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], detached: true });
      const started = child;
      ended = new Promise((resolve) => started.once("close", resolve));
      await new Promise((resolve, reject) => {
        const fail = (reason) => reject(new Error(`${program} ${reason}:\n${output}`));
        const timer = setTimeout(() => fail("does not start"), PATIENCE);
        for (const stream of [started.stdout, started.stderr]) {
          stream.on("data", (chunk) => {
            if (output.length < 100_000) output += chunk;
            if (ready.test(output)) {
              clearTimeout(timer);
              resolve();
            }
          });
        }
        started.once("error", reject);
        started.once("close", (code) => {
          clearTimeout(timer);
          fail(`ended with ${code}`);
        });
      });
    },
    async stop() {
      child?.kill("SIGTERM");
      await ended;
    },
  };
}

function run(program, options) {
  return new Promise((resolve, reject) => {
    execFile(findProgram(program), options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program}: ${error.message}\n${stdout}${stderr}`));
      else resolve();
    });
  });
}

/** Servers stand in folders that are not in everybody's PATH. */
function findProgram(name) {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/bin",
    "/usr/local/bin",
  ];
  return folders.map((folder) => join(folder, name)).find(existsSync);
}
