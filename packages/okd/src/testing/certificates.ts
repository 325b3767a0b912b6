// Certificates for tests, made with openssl.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface TestCertificate {
  certificate: string;
  key: string;
}

/** A certificate for `hosts` signed by itself, in `folder` under `name`; valid for `days` days from now. */
export function makeCertificate(folder: string, name: string, hosts: string[], days = 90): TestCertificate {
  const certificate = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  const names = hosts.map((host) => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(",");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", String(days)],
      ...["-keyout", key, "-out", certificate, "-subj", `/CN=${hosts[0]}`, "-addext", `subjectAltName=${names}`],
    ],
    { stdio: "pipe" },
  );
  return { certificate, key };
}
