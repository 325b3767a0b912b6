// Hostile requests: well-formed ones of every kind, spoilt at random, sent in pieces. The same seed makes the same requests.
import { connect } from "node:net";

export interface HostileRequest {
  /** Byte strings that are sent one after the other. */
  readonly pieces: readonly string[];
  /** Cuts the connection instead of ending it in order. */
  readonly isCut: boolean;
}

export interface Outcome {
  /** Status of the first response; 0 when the server closed the connection without. */
  readonly status: number;
  readonly received: string;
}

/** Milliseconds after the client has said all within which the connection has to end. */
const PATIENCE = 10_000;

/** A source of whole numbers below a limit (mulberry32). */
export function randomSource(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Random = (limit: number) => number;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get", ""];
const PATHS = [
  "/",
  "/echo",
  "/echo?a=1&a=2",
  "/echo?%zz&=&&a%00=%ff",
  "/page.html",
  "/a%2f..%2f",
  "//",
  "*",
  "http://x/echo",
  `/${"a".repeat(9000)}`,
];
const VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "", "http/1.1", "HTTP/1.1 "];
const FIELDS = [
  "Host: x",
  "Connection: keep-alive",
  "Connection: close, x",
  "Cookie: a=1; b=%zz; =; ;;c",
  `Cookie: ${"a=1; ".repeat(900)}`,
  "Accept-Encoding: gzip;q=1.0, br;q=x, *;q=0",
  "Range: bytes=0-1,5-",
  "Range: bytes=99999999999999999999-",
  'If-None-Match: "a", W/"b", *',
  "If-Modified-Since: tomorrow",
  "Expect: 100-continue",
  "X-Forwarded-For: , ,::::, 999.1.1.1",
  "User-Agent: Mozilla/4.06",
  "Upgrade: h2c",
  "X\tY: 1",
  " folded: 1",
  "no colon",
  `X: ${"y".repeat(20_000)}`,
  "Content-Type: application/json; charset=\xff",
];
const TYPES = [
  "application/x-www-form-urlencoded",
  "application/json",
  "multipart/form-data; boundary=XX",
  'multipart/form-data; boundary="',
  "text/plain",
  "",
];
const BODIES = [
  "",
  "a=1&b=%00%zz&&=",
  '{"a":[1,2,{"b":null}]}',
  "[".repeat(3000),
  '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nfile\r\n--XX--\r\n',
  '--XX\r\nContent-Disposition: form-data; name="m"\r\nContent-Type: multipart/mixed; boundary=YY\r\n\r\n--YY\r\nContent-Disposition: attachment; filename="x"\r\n\r\n1\r\n--YY--\r\n--XX--',
  "--XX\r\n\r\n--XX\r\n--XX--",
  "\0\xff\r\n",
];

export function hostileRequest(random: Random): HostileRequest {
  const one = <Item>(items: readonly Item[]): Item => items[random(items.length)];
  let text = "";
  for (let count = 1 + random(3); count > 0; count--) text += wellFormed(random, one);
  for (let count = random(4); count > 0; count--) text = spoil(text, random);
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const length = pieces.length < 6 && random(3) > 0 ? 1 + random(text.length - start) : text.length - start;
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return { pieces, isCut: random(10) === 0 };
}

function wellFormed(random: Random, one: <Item>(items: readonly Item[]) => Item): string {
  // Most of it is as it should be: what is refused at the first byte shows little.
  const usually = <Item>(items: readonly Item[]): Item => (random(3) > 0 ? items[0] : one(items));
  const body = one(BODIES);
  const isChunked = random(3) === 0;
  const chunks =
    body === "" ? "0\r\n\r\n" : `${body.length.toString(16)};a=b\r\n${body}\r\n0\r\n${one(["", "T: x\r\n"])}\r\n`;
  const lines = [
    `${random(2) ? "POST" : one(METHODS)} ${random(2) ? "/echo" : one(PATHS)} ${usually(VERSIONS)}`,
    ...Array.from({ length: random(4) }, () => one(FIELDS)),
    `Content-Type: ${one(TYPES)}`,
    isChunked
      ? "Transfer-Encoding: chunked"
      : `Content-Length: ${usually([body.length, body.length + 1, "-1", "1e3", "99999999999"])}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${isChunked ? chunks : body}`;
}

const INSERTED = [
  "\r",
  "\n",
  "\r\n",
  "\0",
  "\xff",
  ":",
  " ",
  "%",
  "--XX",
  "0\r\n\r\n",
  "ffffffff\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: x\r\n",
];

function spoil(text: string, random: Random): string {
  const at = random(text.length + 1);
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + INSERTED[random(INSERTED.length)] + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random(20));
    case 2:
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    default:
      return random(2) ? text.slice(0, at) : text + text.slice(at);
  }
}

/** Sends a request, ends the connection from this side and waits for the other's end. Rejects when that does not come. */
export function sendHostile(port: number, { pieces, isCut }: HostileRequest): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let received = "";
    let hasSentAll = false;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, async () => {
      socket.setNoDelay(true);
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece, "latin1");
        await new Promise((next) => setTimeout(next, 1));
      }
      hasSentAll = true;
      // An answer that is under way is worth waiting for: who ends at once counts as gone.
      await new Promise((next) => setTimeout(next, 30));
      if (isCut) socket.destroy();
      else socket.end();
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection does not end (all sent: ${hasSentAll}); received: ${received.slice(0, 300)}`));
    }, PATIENCE);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("end", () => socket.end());
    // A server that refuses may reset what is still sent.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      const final = received.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, "");
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3}) /.exec(final)?.[1] ?? (final === "" ? 0 : -1)), received });
    });
  });
}
