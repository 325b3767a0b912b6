// What holds a process back from outside, whatever it executes: identity, limits of resources, no new privileges, and
// name spaces of its own. From data to the command that the launcher starts; pure.

import { dirname } from "node:path";

/** Numeric ids. */
export interface Identity {
  uid: number;
  gid: number;
}

/** Upper bounds for one process; null is whatever the launcher has. */
export interface ResourceLimits {
  /** Open descriptors. */
  descriptors: number | null;
  /** Processes and threads of the user; only where the user has this one service. */
  threads: number | null;
  /** Bytes of memory that the process writes to. */
  memory: number | null;
  /** Bytes of the largest file that it may write. */
  fileSize: number | null;
}

export interface Confinement {
  /** Null: that of the launcher. */
  identity: Identity | null;
  limits: ResourceLimits;
  /** Absolute path. */
  workingDirectory: string | null;
  /** Null: it sees the processes and files of the machine, as far as its identity may. */
  isolation: Isolation | null;
}

/** A view of the machine for one process: its own process ids, and only these files. */
export interface Isolation {
  /** Absolute paths of what can be seen, besides the system's libraries. */
  readable: string[];
  writable: string[];
  /** Symbolic links on the way to them. */
  links: { path: string; target: string }[];
  /** It may open listening sockets of its own. */
  mayListen: boolean;
}

/** Programs of the machine that confine others, by absolute path; null: not there. */
export interface ConfinementTools {
  prlimit: string | null;
  setpriv: string | null;
  bwrap: string | null;
}

/** Descriptors that `bwrap` needs. */
export interface IsolationDescriptors {
  /** The compiled filter of system calls. */
  filter: number;
  /** Where the process id is told. */
  status: number;
}

/** Parts of /etc without secrets that programs need to find addresses, names of hosts, the time zone and authorities. */
const SYSTEM_FILES = [
  ...["ld.so.cache", "localtime", "timezone", "hosts", "host.conf", "nsswitch.conf", "resolv.conf", "gai.conf"],
  ...[
    "services",
    "protocols",
    "ssl/openssl.cnf",
    "ssl/certs",
    "ca-certificates",
    "pki/tls/certs",
    "crypto-policies",
    "alternatives",
  ],
].map((name) => `/etc/${name}`);

/** Directories of programs and libraries. `--ro-bind-try` leaves out those that a system has not. */
const SYSTEM_DIRECTORIES = ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix"];

/** Bytes of the private /tmp, which is memory. */
const TEMPORARY_SIZE = 64 * 1024 * 1024;

/** Puts the confining programs before `command`, whose first word is the path of Node. */
export function confinedCommand(
  command: string[],
  { identity, limits, workingDirectory, isolation }: Confinement,
  tools: ConfinementTools,
  descriptors: IsolationDescriptors,
): string[] {
  const chain: string[] = [];
  if (tools.prlimit) chain.push(...limitWords(tools.prlimit, limits));
  if (isolation && tools.bwrap) {
    chain.push(...isolationWords(tools.bwrap, command[0], isolation, workingDirectory, descriptors));
  }
  // Inside of the name spaces: bwrap mounts with the rights of the launcher.
  if (tools.setpriv) chain.push(...privilegeWords(tools.setpriv, identity, !isolation));
  return [...chain, ...command];
}

function limitWords(prlimit: string, { descriptors, threads, memory, fileSize }: ResourceLimits): string[] {
  const limits = { nofile: descriptors, nproc: threads, data: memory, fsize: fileSize };
  const words = Object.entries(limits).flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`]));
  return words.length === 0 ? [] : [prlimit, ...words];
}

/** Without name spaces, which end with their launcher, the kernel is told to end the process with it. */
function privilegeWords(setpriv: string, identity: Identity | null, dieWithParent: boolean): string[] {
  return [
    setpriv,
    "--no-new-privs",
    ...(identity === null
      ? []
      : [
          ...["--reuid", String(identity.uid), "--regid", String(identity.gid), "--clear-groups"],
          ...["--bounding-set=-all", "--inh-caps=-all"],
        ]),
    ...(dieWithParent ? ["--pdeathsig", "KILL"] : []),
    "--",
  ];
}

function isolationWords(
  bwrap: string,
  node: string,
  { readable, writable, links }: Isolation,
  workingDirectory: string | null,
  { filter, status }: IsolationDescriptors,
): string[] {
  const bind = (option: string, paths: string[]) => paths.flatMap((path) => [option, path, path]);
  // A Node that is not the system's: with the libraries beside it.
  const own = node.startsWith("/usr/") ? [] : [node.endsWith("/bin/node") ? dirname(dirname(node)) : node];
  const visible = [...own, ...readable, ...writable, ...(workingDirectory === null ? [] : [workingDirectory])];
  return [
    bwrap,
    ...["--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session"],
    ...["--seccomp", String(filter), "--json-status-fd", String(status)],
    ...["--perms", "1777", "--size", String(TEMPORARY_SIZE), "--tmpfs", "/tmp"],
    ...["--proc", "/proc", "--dev", "/dev"],
    // Ways to what is mounted, which everybody may go: those that bwrap makes by itself are root's alone.
    ...ancestors([...SYSTEM_FILES, ...visible, ...links.map(({ path }) => path)]).flatMap((path) => ["--dir", path]),
    ...bind("--ro-bind-try", [...SYSTEM_DIRECTORIES, ...SYSTEM_FILES]),
    ...bind("--ro-bind", outermostFirst([...own, ...readable])),
    ...links.flatMap(({ path, target }) => ["--symlink", target, path]),
    ...bind("--bind", outermostFirst(writable)),
    ...(workingDirectory === null ? [] : ["--bind", workingDirectory, workingDirectory, "--chdir", workingDirectory]),
    ...["--remount-ro", "/dev", "--remount-ro", "/"],
    "--",
  ];
}

/** A directory before what is inside of it, so that the inner mount stays visible. */
function outermostFirst(paths: string[]): string[] {
  return [...new Set(paths)].sort((left, right) => depth(left) - depth(right));
}

/** Directories above `paths` that are not the system's, outermost first. */
function ancestors(paths: string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) for (let at = dirname(path); at !== dirname(at); at = dirname(at)) found.add(at);
  const isSystem = (path: string) =>
    SYSTEM_DIRECTORIES.some((system) => path === system || path.startsWith(`${system}/`));
  return outermostFirst([...found].filter((path) => path !== "/tmp" && !isSystem(path)));
}

function depth(path: string): number {
  return path.split("/").length;
}
