// TLS with real processes: handshakes, protocols, choice and renewal of certificates, logs, what services are told.

import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../testing/certificates.js";
import {
  buildPrograms,
  eventually,
  isAlive,
  type RunningServer,
  startServer,
  temporaryFolder,
} from "../testing/run-server.js";

let programs: string;
let certificates: string;
let server: RunningServer;
let port: number;

const SERVICE = `export default defineService({
  name: "told",
  async handle(request, response) {
    const { isSecure, cipher, clientAddress, localPort } = request;
    await response.send(JSON.stringify({ isSecure, cipher, clientAddress, localPort }));
  },
});`;

beforeAll(async () => {
  programs = await buildPrograms();
  certificates = temporaryFolder();
  makeCertificate(certificates, "main", ["localhost", "127.0.0.1"]);
  makeCertificate(certificates, "shop", ["shop.test", "*.shop.test"]);
  server = await startServer({
    programs,
    configuration: [
      "JailDir FOLDER",
      "LogDir FOLDER/logs",
      "OkssldExecPath okssld",
      "SslPrimaryPort 10443",
      `SslCertFile ${certificates}/main.crt`,
      `SslKeyFile ${certificates}/main.key`,
      `SslSniCertificate ${certificates}/shop.crt ${certificates}/shop.key`,
      "SslTimeout 2",
      "Service told.mjs /told",
      "ErrorDoc 404 /none.html",
    ].join("\n"),
    arguments: ["--tls-port", "0"],
    site: { templates: { "/index.html": "home" }, files: { "/big.txt": "0123456789".repeat(100_000) } },
    modules: { "told.mjs": SERVICE },
  });
  port = Number((await server.printed(/https:\/\/127\.0\.0\.1:(\d+)\//))[1]);
}, 120_000);

/** One request; `agent: false` closes the connection. */
function get(path: string, options: https.RequestOptions = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(join(certificates, "main.crt"));
    const request = https.get({ host: "127.0.0.1", port, path, ca, agent: false, ...options }, (response) => {
      let body = "";
      response.setEncoding("latin1");
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body }));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

/** The certificate that a client gets, and what was agreed upon. */
function handshake(
  options: tls.ConnectionOptions,
): Promise<{ subject: string; protocol: string; alpn: string | false }> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options }, () => {
      const subject = socket.getPeerCertificate().subject.CN;
      resolve({ subject: String(subject), protocol: socket.getProtocol()!, alpn: socket.alpnProtocol ?? false });
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

const tlsLog = () => readFileSync(join(server.folder, "logs", "ssl_log"), "latin1");

describe("§1.13 handshake", () => {
  test.each<[string, tls.ConnectionOptions, Partial<Awaited<ReturnType<typeof handshake>>>]>([
    ["TLS 1.3", {}, { protocol: "TLSv1.3", subject: "localhost" }],
    ["TLS 1.2", { maxVersion: "TLSv1.2" }, { protocol: "TLSv1.2" }],
    ["HTTP/2 is offered", { ALPNProtocols: ["h2", "http/1.1"] }, { alpn: "h2" }],
    ["HTTP/1.1 for clients that want it", { ALPNProtocols: ["http/1.1"] }, { alpn: "http/1.1" }],
    ["a certificate for the host", { servername: "shop.test" }, { subject: "shop.test" }],
    ["a certificate for all hosts of a domain", { servername: "a.shop.test" }, { subject: "shop.test" }],
    ["the main certificate for other hosts", { servername: "b.test" }, { subject: "localhost" }],
  ])("%s", async (_name, options, expected) => {
    expect(await handshake(options)).toMatchObject(expected);
  });

  test("TLS 1.1 is refused", async () => {
    await expect(
      handshake({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    ).rejects.toThrow(/protocol version|unsupported/i);
  });

  test("a client may not renegotiate", async () => {
    const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false, maxVersion: "TLSv1.2" });
    await new Promise<void>((resolve) => socket.once("secureConnect", () => resolve()));
    const closed = new Promise((resolve) => {
      socket.once("error", resolve);
      socket.once("close", resolve);
    });
    socket.renegotiate({}, () => {});
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

describe("requests", () => {
  test("a page", async () => {
    expect(await get("/")).toEqual({ status: 200, body: "home" });
  });

  test("a large file arrives whole", async () => {
    expect((await get("/big.txt")).body).toBe("0123456789".repeat(100_000));
  });

  test("R8, R9: a service sees the client's address, the TLS port and the cipher", async () => {
    const { body } = await get("/told");
    expect(JSON.parse(body)).toEqual({
      isSecure: true,
      cipher: "TLS_AES_256_GCM_SHA384--256--TLSv1.3",
      clientAddress: "127.0.0.1",
      localPort: port,
    });
  });

  test("a kept connection goes from service to service and still tells its origin", async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 3; round++) {
      expect((await get("/", { agent })).body).toBe("home");
      expect(JSON.parse((await get("/told", { agent })).body)).toMatchObject({
        isSecure: true,
        clientAddress: "127.0.0.1",
        localPort: port,
      });
    }
    agent.destroy();
  });

  test("the access log has the client's address", async () => {
    await get("/?logged");
    await eventually(() =>
      expect(readFileSync(join(server.folder, "logs/access_log"), "latin1")).toMatch(/^127\.0\.0\.1 .*\?logged/m),
    );
  });

  test("plain HTTP goes on beside it", async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/told`);
    expect(await answer.json()).toMatchObject({ isSecure: false, cipher: "" });
  });

  test("curl verifies the certificate", () => {
    const ca = join(certificates, "main.crt");
    const output = execFileSync("curl", ["-s", "--cacert", ca, `https://localhost:${port}/`], { encoding: "latin1" });
    expect(output).toBe("home");
  });
});

describe("§5.4 TLS log", () => {
  test("one line a connection, with the cipher", async () => {
    await get("/");
    await eventually(() =>
      expect(tlsLog()).toMatch(/^127\.0\.0\.1 \[\S+ \S+\] TLS_AES_256_GCM_SHA384--256--TLSv1\.3 -$/m),
    );
  });

  test("a failed handshake", async () => {
    net.connect(port, "127.0.0.1").end("GET / HTTP/1.0\r\n\r\n");
    await eventually(() => expect(tlsLog()).toMatch(/^127\.0\.0\.1 \[\S+ \S+\] - handshake failed$/m));
  });

  test("SslTimeout: a handshake that takes too long", async () => {
    const socket = net.connect(port, "127.0.0.1");
    await new Promise((resolve) => socket.once("close", resolve));
    await eventually(() => expect(tlsLog()).toMatch(/ - timeout in handshake$/m));
  });

  test("SslTimeout: a client that says nothing", async () => {
    const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
    await eventually(() => expect(tlsLog()).toMatch(/TLSv1\.3 SSL timeout in transmission$/m));
  });
});

describe("certificates", () => {
  test("a killed TLS process is replaced", async () => {
    const pid = await tlsPid();
    process.kill(pid, "SIGKILL");
    await eventually(async () => expect((await get("/")).status).toBe(200));
    expect(isAlive(pid)).toBe(false);
    await eventually(async () => expect(await tlsPid()).not.toBe(pid));
  });

  test("are renewed when their files change, and a broken change is refused", { timeout: 60_000 }, async () => {
    const before = readFileSync(join(certificates, "shop.crt"));
    writeFileSync(join(certificates, "shop.crt"), "no certificate");
    await eventually(() =>
      expect(errorLog()).toMatch(/\*\* the certificates stay as they were: .*shop\.crt holds no certificate/),
    );
    expect((await handshake({ servername: "shop.test" })).subject).toBe("shop.test");
    makeCertificate(certificates, "new", ["new.shop.test", "shop.test"]);
    copyFileSync(join(certificates, "new.key"), join(certificates, "shop.key"));
    copyFileSync(join(certificates, "new.crt"), join(certificates, "shop.crt"));
    await eventually(async () => expect((await handshake({ servername: "shop.test" })).subject).toBe("new.shop.test"));
    expect(errorLog()).toMatch(/\+\+ certificates renewed/);
    expect(readFileSync(join(certificates, "shop.crt"))).not.toEqual(before);
  });
});

describe("a start with bad files fails and says why", () => {
  test("there is no key", async () => {
    await expect(
      startServer({
        programs,
        arguments: ["--tls-port", "0", "--tls-cert", join(certificates, "main.crt"), "--tls-key", "/no/such.key"],
        site: { templates: { "/index.html": "" } },
      }),
    ).rejects.toThrow(/okd: TLS channel default: \/no\/such\.key does not exist; the directive SslKeyFile names it/);
  });

  test("the key belongs to another certificate", async () => {
    const cert = join(certificates, "main.crt");
    await expect(
      startServer({
        programs,
        arguments: ["--tls-port", "0", "--tls-cert", cert, "--tls-key", join(certificates, "shop.key")],
        site: { templates: { "/index.html": "" } },
      }),
    ).rejects.toThrow(/the key in .*shop\.key does not belong to the certificate in .*main\.crt \(CN=localhost\)/);
  });
});

const errorLog = () => readFileSync(join(server.folder, "logs/error_log"), "latin1");

async function tlsPid(): Promise<number> {
  return eventually(() => {
    const pid = Object.entries(server.children()).find(([title]) => title.startsWith("okd-tls"))?.[1];
    if (pid === undefined) throw new Error("there is no TLS process");
    return pid;
  });
}
