// Opens certificate and key files for a TLS process, so that the process needs no right to the files and this one never
// reads them.

import { closeSync, fstatSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { TlsChannel } from "../config/settings.js";
import type { CertificateFiles } from "./messages.js";

/** A file cannot be opened; the message names file, directive and remedy. */
export class CertificateFileError extends Error {}

export interface OpenedFiles {
  /** To be inherited, in the order of `files`; belong to the caller. */
  descriptors: number[];
  /** With the descriptors that the process will see. */
  files: CertificateFiles[];
}

/** The files of a channel: certificate (or chain) and key of each pair, by absolute paths. */
export function certificatePaths(channel: TlsChannel, baseDirectory: string): { certificate: string; key: string }[] {
  const { certificateFile, chainFile, keyFile, sniCertificates } = channel;
  const pairs = [{ certificate: chainFile ?? certificateFile, key: keyFile }, ...sniCertificates];
  return pairs.map(({ certificate, key }) => ({
    certificate: resolve(baseDirectory, certificate),
    key: resolve(baseDirectory, key),
  }));
}

/** `firstDescriptor`: the number of the first one in the process. Throws `CertificateFileError`. */
export function openCertificateFiles(channel: TlsChannel, baseDirectory: string, firstDescriptor: number): OpenedFiles {
  const descriptors: number[] = [];
  const directive = channel.chainFile === null ? "SslCertFile" : "SslCertChainFile";
  try {
    const files = certificatePaths(channel, baseDirectory).map(({ certificate, key }, index) => {
      descriptors.push(open(certificate, channel, index === 0 ? directive : "SslSniCertificate"));
      descriptors.push(open(key, channel, index === 0 ? "SslKeyFile" : "SslSniCertificate"));
      const at = firstDescriptor + 2 * index;
      return { certificate, certificateDescriptor: at, key, keyDescriptor: at + 1 };
    });
    return { descriptors, files };
  } catch (error) {
    for (const descriptor of descriptors) closeSync(descriptor);
    throw error;
  }
}

function open(path: string, { name }: TlsChannel, directive: string): number {
  let problem: string;
  try {
    const descriptor = openSync(path, "r");
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
    problem = "is not a file";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") problem = "does not exist";
    else if (code === "EACCES") problem = "may not be read by the user that starts okd";
    else problem = `cannot be opened: ${message}`;
  }
  throw new CertificateFileError(`TLS channel ${name}: ${path} ${problem}; the directive ${directive} names it`);
}
