// Reading certificates and keys: what is said about those that cannot be used, and which one a host name gets.

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeCertificate, type TestCertificate } from "../testing/certificates.js";
import { temporaryFolder } from "../testing/run-server.js";
import { chooseCertificate, loadCertificate } from "./certificates.js";

let folder: string;
let good: TestCertificate;
let other: TestCertificate;

beforeAll(() => {
  folder = temporaryFolder();
  good = makeCertificate(folder, "good", ["good.test", "www.good.test"]);
  other = makeCertificate(folder, "other", ["*.other.test"]);
});

function load({ certificate, key }: TestCertificate, ciphers?: string, now = new Date()) {
  const files = {
    certificate,
    key,
    certificateDescriptor: openSync(certificate, "r"),
    keyDescriptor: openSync(key, "r"),
  };
  return loadCertificate(files, { ciphers }, now);
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("a good pair has no notices", () => {
  expect(load(good).notices).toEqual([]);
});

describe("pairs that cannot be used", () => {
  const cases: Record<string, [() => TestCertificate, RegExp]> = {
    "exchanged files": [
      () => ({ certificate: good.key, key: good.certificate }),
      /good\.key holds a key, not a certificate; are SslCertFile and SslKeyFile exchanged\?/,
    ],
    "a certificate instead of the key": [
      () => ({ ...good, key: other.certificate }),
      /other\.crt holds a certificate, not a key/,
    ],
    "the key of another certificate": [
      () => ({ ...good, key: other.key }),
      /other\.key does not belong to the certificate in .*good\.crt \(CN=good\.test\)/,
    ],
    "an empty certificate": [
      () => ({ ...good, certificate: file("empty.crt", "") }),
      /empty\.crt holds no certificate in PEM form .*`openssl x509 -inform der/,
    ],
    "a certificate in DER form": [
      () => ({ ...good, certificate: file("der.crt", new X509Certificate(readFileSync(good.certificate)).raw) }),
      /der\.crt holds no certificate in PEM form/,
    ],
    "a damaged certificate": [
      () => ({
        ...good,
        certificate: file("bad.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
      }),
      /the certificate in .*bad\.crt is damaged/,
    ],
    "a damaged key": [
      () => ({ ...good, key: file("bad.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") }),
      /the key in .*bad\.key is damaged/,
    ],
    "a key with a passphrase": [
      () => {
        const out = join(folder, "locked.key");
        execFileSync("openssl", ["pkey", "-in", good.key, "-aes128", "-passout", "pass:secret", "-out", out]);
        return { ...good, key: out };
      },
      /locked\.key is protected by a passphrase.*openssl pkey -in/,
    ],
  };
  test.each(Object.entries(cases))("%s", (_name, [pair, message]) => {
    expect(() => load(pair())).toThrow(message);
  });

  test("an unknown cipher", () => {
    expect(() => load(good, "NO-SUCH-CIPHER")).toThrow(/no cipher is called `NO-SUCH-CIPHER` \(SSLCipherList\)/);
  });
});

test.each([
  ["expired", 91, /has expired on/],
  ["about to expire", 85, /expires in [45] days/],
  ["not valid yet", -2, /is valid from/],
])("a certificate that is %s is remarked upon", (_name, days, notice) => {
  const now = new Date(Date.now() + days * 86_400_000);
  expect(load(good, undefined, now).notices).toEqual([expect.stringMatching(notice)]);
});

test.each([
  ["good.test", "good.test"],
  ["www.good.test", "good.test"],
  ["a.other.test", "*.other.test"],
  ["a.b.other.test", "good.test"],
  ["unknown.test", "good.test"],
  ["", "good.test"],
])("%s gets the certificate of %s", (host, expected) => {
  const certificates = [load(good), load(other)];
  expect(chooseCertificate(certificates, host).leaf.subject).toBe(`CN=${expected}`);
});
