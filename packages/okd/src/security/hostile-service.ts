// The source of a service that was taken over, for the test of what holds it: each attempt is a function that returns
// what it got, or throws. It gets `facts` about the server that a real attacker would have to guess.

/** What an attempt knows. */
export interface Facts {
  folder: string;
  site: string;
  victimModule: string;
  victimData: string;
  ownData: string;
  ownModule: string;
  key: string;
  managerSocket: string;
  accessLog: string;
  configuration: string;
  port: number;
  pids: Record<"launcher" | "dispatcher" | "logger" | "tls" | "victim", number>;
}

/** Body of a module that `defineService` is imported into. */
export const HOSTILE_SERVICE = String.raw`
import childProcess from "node:child_process";
import cluster from "node:cluster";
import dgram from "node:dgram";
import fs from "node:fs";
import inspector from "node:inspector";
import net from "node:net";
import v8 from "node:v8";
import { Worker } from "node:worker_threads";

const settled = (emitter, good) => new Promise((resolve, reject) => {
  emitter.once(good, resolve);
  emitter.once("error", reject);
});

const attempts = {
  "read the victim's module": ({ victimModule }) => fs.readFileSync(victimModule, "utf8"),
  "read the victim's data": ({ victimData }) => fs.readFileSync(victimData + "/secret", "utf8"),
  "read the TLS key": ({ key }) => fs.readFileSync(key, "utf8"),
  "read /etc/shadow": () => fs.readFileSync("/etc/shadow", "utf8"),
  "read /etc/passwd": () => fs.readFileSync("/etc/passwd", "utf8"),
  "read the access log": ({ accessLog }) => fs.readFileSync(accessLog, "utf8"),
  "read the configuration": ({ configuration }) => fs.readFileSync(configuration, "utf8"),
  "list the server's folder": ({ folder }) => fs.readdirSync(folder),
  "read the launcher's environment": ({ pids }) => fs.readFileSync("/proc/" + pids.launcher + "/environ"),
  "read the victim's memory": ({ pids }) => fs.openSync("/proc/" + pids.victim + "/mem", "r"),
  "read through the victim's root": ({ pids, key }) => fs.readFileSync("/proc/" + pids.victim + "/root" + key),
  "read asynchronously": ({ victimModule }) => fs.promises.readFile(victimModule, "utf8"),
  "read through a link in the own directory": ({ ownData, key }) => {
    fs.symlinkSync(key, ownData + "/link");
    return fs.readFileSync(ownData + "/link", "utf8");
  },
  "read with a path that climbs": ({ site, folder }) => fs.readFileSync(site + "/../okws_config", "utf8"),
  "import the victim's module": ({ victimModule }) => import(victimModule),
  "reach the native file functions": ({ key }) => process.binding("fs").open(key, 0, 0o666),
  "write to the site": ({ site }) => fs.appendFileSync(site + "/manifest.json", " "),
  "write to the own module": ({ ownModule }) => fs.appendFileSync(ownModule, " "),
  "write to the victim's data": ({ victimData }) => fs.writeFileSync(victimData + "/secret", "changed"),
  "write to the access log": ({ accessLog }) => fs.appendFileSync(accessLog, "forged\n"),
  "remove the access log": ({ accessLog }) => fs.rmSync(accessLog),
  "write to /tmp": () => fs.writeFileSync("/tmp/hostile", "x"),
  "open the site to everybody": ({ site }) => fs.chmodSync(site, 0o777),
  "write a heap snapshot": ({ site }) => v8.writeHeapSnapshot(site + "/heap"),
  "write a report": ({ site }) => process.report.writeReport(site + "/report.json"),
  "write a file above the limit": ({ ownData }) => {
    const file = fs.openSync(ownData + "/large", "w");
    for (let index = 0; index < 64; index++) fs.writeSync(file, Buffer.alloc(1 << 20));
  },
  "start a program": () => childProcess.execFileSync("/bin/id").toString(),
  "start a Node": () => childProcess.fork("/dev/null"),
  "start a worker": () => settled(new Worker("1", { eval: true }), "online"),
  "start a cluster": () => cluster.fork(),
  "load a native addon": () => process.dlopen({ exports: {} }, "/usr/lib/none.node"),
  "open the inspector": () => {
    inspector.open(0, "127.0.0.1");
    if (!inspector.url()) throw new Error("it did not open");
    return inspector.url();
  },
  "debug the victim": ({ pids }) => process._debugProcess(pids.victim),
  "signal the victim": ({ pids }) => process.kill(pids.victim, "SIGTERM"),
  "signal the launcher": ({ pids }) => process.kill(pids.launcher, "SIGHUP"),
  "signal the dispatcher": ({ pids }) => process.kill(pids.dispatcher, 0),
  "signal the log daemon": ({ pids }) => process.kill(pids.logger, "SIGKILL"),
  "signal the TLS process": ({ pids }) => process.kill(pids.tls, "SIGKILL"),
  "become root": () => process.setuid(0),
  "become the group of root": () => process.setgid(0),
  "join the groups of root": () => process.setgroups([0]),
  "connect to the manager": async ({ managerSocket }) => {
    await settled(net.connect(managerSocket), "connect");
    return "connected";
  },
  "listen on a port": async () => {
    await settled(net.createServer().listen(0), "listening");
    return "listening";
  },
  "listen on a Unix socket": async ({ ownData }) => {
    await settled(net.createServer().listen(ownData + "/socket"), "listening");
    return "listening";
  },
  "lift the permissions": () => {
    process.permission.has = () => true;
    return fs.readFileSync("/etc/shadow", "utf8");
  },
  "take all descriptors": ({ ownModule }) => {
    const open = [];
    try {
      for (;;) open.push(fs.openSync(ownModule, "r"));
    } finally {
      for (const file of open) fs.closeSync(file);
    }
  },
  "take all memory": () => {
    const taken = [];
    for (;;) taken.push(Buffer.alloc(1 << 26, 1));
  },
};

/** They need no result: the others must go on. */
const floods = {
  "flood the log channel": () => {
    const lines = Buffer.from(("a" + "x".repeat(200) + "\n").repeat(200));
    for (let index = 0; index < 200; index++) try { fs.writeSync(4, lines); } catch {}
  },
  "forge log lines": () => {
    fs.writeSync(4, "aforged\r10.0.0.1 \x1b[31mforged\x00\nzforged mark\n\n");
  },
  "an endless log line": () => {
    for (let index = 0; index < 100; index++) try { fs.writeSync(4, "x".repeat(10_000)); } catch {}
  },
  "malformed messages to the launcher": () => {
    process.send(null);
    process.send({ type: "answer", id: {}, failure: [] });
    process.send({ cmd: "NODE_HANDLE", type: "none", msg: {} });
  },
  "bytes that are no messages to the launcher": () => fs.writeSync(3, Buffer.alloc(4096, 255)),
  "bytes that are no messages to the dispatcher": () => fs.writeSync(5, Buffer.alloc(4096, 255)),
  "an endless message to the dispatcher": () => {
    fs.writeSync(5, Buffer.from([0x41, 0, 0x7f, 0xff, 0xff, 0xff]));
    for (let index = 0; index < 100; index++) try { fs.writeSync(5, Buffer.alloc(65536)); } catch {}
  },
  "acknowledge what was never sent": () => {
    for (const text of ["999999", "-5", "x", ""]) {
      fs.writeSync(5, Buffer.from("A\0\0\0\0" + String.fromCharCode(text.length) + text, "latin1"));
    }
  },
  "messages of unknown kinds to the dispatcher": () => {
    for (const kind of "abcxyzBZ") fs.writeSync(5, Buffer.from(kind + "\0\0\0\0\x01x", "latin1"));
  },
  "a loop without end": () => { for (;;); },
  "end at once": () => process.exit(1),
  "abort": () => process.abort(),
};

export default defineService({
  name: "hostile",
  async handle(request, response) {
    const { name, facts } = JSON.parse(Buffer.from(await request.bytes()).toString());
    if (name in floods) {
      await response.send("begun");
      setTimeout(floods[name], 20);
      return;
    }
    let outcome;
    try {
      outcome = { got: String(await attempts[name](facts)) };
    } catch (error) {
      outcome = { failed: error.code ?? error.message };
    }
    await response.send(JSON.stringify(outcome));
  },
});
export const names = { attempts: Object.keys(attempts), floods: Object.keys(floods) };
`;

const namesIn = (table: string) => {
  const text = HOSTILE_SERVICE.slice(HOSTILE_SERVICE.indexOf(`const ${table} = {`));
  return [...text.slice(0, text.indexOf("\n};")).matchAll(/^ {2}"?([a-zA-Z][^":\n]*)"?: /gm)].map(([, name]) => name);
};

/** Names of what the service tries and what must fail. */
export const ATTEMPTS = namesIn("attempts");

/** Names of what it does that may succeed for itself, but must harm nobody else. */
export const FLOODS = namesIn("floods");
