// Certificates and keys: reads them from opened files, says in plain words what is wrong with them, and chooses one
// by the host name that a client asks for.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { closeSync, readFileSync } from "node:fs";
import tls from "node:tls";
import type { CertificateFiles } from "./messages.js";

/** The files cannot be used; the message names file, cause and remedy. */
export class CertificateError extends Error {}

/** Days before its end at which a certificate is remarked upon. */
const WARNING_DAYS = 14;
const DAY = 86_400_000;

export interface LoadedCertificate {
  context: tls.SecureContext;
  leaf: X509Certificate;
  /** Remarks for the operator. */
  notices: string[];
}

/** Reads the files and closes them. `options` go to the context. Throws `CertificateError`. */
export function loadCertificate(
  files: CertificateFiles,
  options: tls.SecureContextOptions,
  now: Date,
): LoadedCertificate {
  const certificate = readFileSync(files.certificateDescriptor);
  const key = readFileSync(files.keyDescriptor);
  closeSync(files.certificateDescriptor);
  closeSync(files.keyDescriptor);
  const leaf = parseCertificate(files.certificate, certificate);
  const privateKey = parseKey(files.key, key);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new CertificateError(
      `the key in ${files.key} does not belong to the certificate in ${files.certificate} (${subjectOf(leaf)}); ` +
        "a chain file must begin with the server's own certificate",
    );
  }
  try {
    const context = tls.createSecureContext({ ...options, cert: certificate, key });
    return { context, leaf, notices: noticesOf(files.certificate, leaf, now) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_SSL_NO_CIPHER_MATCH") {
      throw new CertificateError(
        `no cipher is called \`${options.ciphers}\` (SSLCipherList); \`openssl ciphers\` lists them`,
      );
    }
    throw new CertificateError(`${files.certificate} cannot be used: ${message}`);
  }
}

/** The certificate for a host name; the first one where none fits. `certificates` is not empty. */
export function chooseCertificate<Certificate extends { leaf: X509Certificate }>(
  certificates: readonly Certificate[],
  hostName: string,
): Certificate {
  return certificates.find(({ leaf }) => leaf.checkHost(hostName) !== undefined) ?? certificates[0];
}

function parseCertificate(file: string, pem: Buffer): X509Certificate {
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    const looksLikeKey = pem.includes("PRIVATE KEY-----");
    throw new CertificateError(
      looksLikeKey
        ? `${file} holds a key, not a certificate; are SslCertFile and SslKeyFile exchanged?`
        : `${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); ` +
            "convert one in DER form with `openssl x509 -inform der -in FILE`",
    );
  }
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new CertificateError(`the certificate in ${file} is damaged: ${(error as Error).message}`);
  }
}

function parseKey(file: string, pem: Buffer): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem.toString("latin1"))) {
    throw new CertificateError(
      `the key in ${file} is protected by a passphrase, which a server cannot type; ` +
        `write it without one: openssl pkey -in ${file} -out NEWFILE`,
    );
  }
  if (!pem.includes("PRIVATE KEY-----")) {
    const looksLikeCertificate = pem.includes("-----BEGIN CERTIFICATE-----");
    throw new CertificateError(
      looksLikeCertificate
        ? `${file} holds a certificate, not a key; are SslCertFile and SslKeyFile exchanged?`
        : `${file} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)`,
    );
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new CertificateError(`the key in ${file} is damaged: ${(error as Error).message}`);
  }
}

function noticesOf(file: string, leaf: X509Certificate, now: Date): string[] {
  const from = new Date(leaf.validFrom);
  const to = new Date(leaf.validTo);
  const days = Math.floor((to.getTime() - now.getTime()) / DAY);
  if (now < from) return [`the certificate in ${file} is valid from ${leaf.validFrom} only: clients will refuse it`];
  if (now > to) return [`the certificate in ${file} has expired on ${leaf.validTo}: clients will refuse it`];
  if (days < WARNING_DAYS) return [`the certificate in ${file} expires in ${days} days, on ${leaf.validTo}`];
  return [];
}

function subjectOf(certificate: X509Certificate): string {
  return certificate.subject?.replaceAll("\n", ", ") || "without subject";
}
