// What a command line says over TLS: the channel `default` with another port or certificate.

import { defaultTlsChannel, defaultTlsPort } from "./defaults.js";
import type { TlsChannel, TlsSettings } from "./settings.js";

/** Any of them turns TLS on. */
export interface TlsOverrides {
  /** The primary port; 0 lets the system choose one. */
  tlsPort?: number;
  /** Absolute paths. */
  certificateFile?: string;
  keyFile?: string;
}

export function overrideTls(tls: TlsSettings, { tlsPort, certificateFile, keyFile }: TlsOverrides): TlsSettings {
  if (tlsPort === undefined && certificateFile === undefined && keyFile === undefined) return tls;
  const [first = { ...defaultTlsChannel("default"), primaryPort: defaultTlsPort }, ...others] = tls.channels;
  const channel: TlsChannel = { ...first, primaryPort: tlsPort ?? first.primaryPort };
  if (certificateFile !== undefined) {
    channel.certificateFile = certificateFile;
    channel.chainFile = null;
  }
  channel.keyFile = keyFile ?? channel.keyFile;
  return { ...tls, enabled: true, channels: [channel, ...others] };
}
