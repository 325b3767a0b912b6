// Decides for one server how each of its processes is confined, by what the machine and the launcher's rights allow.

import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { ServiceSettings, Settings } from "../config/settings.js";
import { ConfinedStart, openStatusFile } from "./confined-start.js";
import {
  type Confinement,
  type ConfinementTools,
  confinedCommand,
  type Identity,
  type ResourceLimits,
} from "./confinement.js";
import { type Identities, IdentityError, planIdentities, systemAccounts } from "./identities.js";
import { makeRunDirectory } from "./run-directory.js";
import { systemCallFilter } from "./system-call-filter.js";

export interface SecuredService {
  name: string;
  /** Null: the standard static service without a line of its own. */
  service: ServiceSettings | null;
  /** Absolute path of its module; null: the standard static service. */
  module: string | null;
  siblings: number;
}

export interface PolicyOptions {
  settings: Settings;
  /** Absolute paths of what every service reads. */
  site: string;
  programs: string;
  services: SecuredService[];
  /** Without a configuration, or in development, what cannot be confined runs, with a remark. */
  isConfigured: boolean;
}

const NO_LIMITS: ResourceLimits = { descriptors: null, threads: null, memory: null, fileSize: null };

const NO_DESCRIPTORS = { filter: -1, status: -1 };

/** Descriptors of a service beyond two for each connection that it may have. */
const SPARE_DESCRIPTORS = 1024;

/** Threads of one process of a service with its successor; Node itself has about a dozen. */
const THREADS = 128;

export class SecurityPolicy {
  readonly tools: ConfinementTools;
  /** Remarks for the operator. */
  readonly notices: string[] = [];
  /** Null: every process runs as the launcher does. */
  readonly #identities: Identities | null;
  readonly #settings: Settings;
  readonly #site: string;
  readonly #programs: string;
  /** Directory of this run: filters, and working directories unless the jail has them. */
  readonly #runDirectory: string;
  readonly #isolates: boolean;

  /** Throws `IdentityError`. */
  constructor(options: PolicyOptions) {
    const { settings, isConfigured } = options;
    this.#settings = settings;
    this.#site = options.site;
    this.#programs = options.programs;
    this.tools = { prlimit: which("prlimit"), setpriv: which("setpriv"), bwrap: which("bwrap") };
    this.#runDirectory = makeRunDirectory(tmpdir());
    try {
      this.#isolates = this.#canIsolate();
      this.#identities = process.getuid?.() === 0 ? this.#planIdentities(options, isConfigured) : null;
    } catch (error) {
      this.close();
      throw error;
    }
    for (const tool of ["prlimit", "setpriv"] as const) {
      if (!this.tools[tool]) this.notices.push(`${tool} (util-linux) is not installed: ${MISSED[tool]}`);
    }
  }

  get logger(): Confinement {
    return this.#helper(this.#identities?.logger);
  }

  get dispatcher(): Confinement {
    return this.#helper(this.#identities?.dispatcher);
  }

  get tls(): Confinement {
    return this.#helper(this.#identities?.tls);
  }

  get http2(): Confinement {
    return this.#helper(this.#identities?.http2);
  }

  get publisher(): Confinement {
    return this.#helper(this.#identities?.publisher);
  }

  /** `readable`, `writable`: absolute paths of what the service may see besides. */
  service(secured: SecuredService, { readable, writable }: { readable: string[]; writable: string[] }): Confinement {
    const { name, service, siblings } = secured;
    const identity = this.#identities?.ofService(secured) ?? null;
    for (const path of writable) this.#prepareWritable(path, identity, service);
    for (const path of readable) {
      if (!existsSync(path))
        throw new IdentityError(`${placeOf(service)}${path}, which ${name} is to read, does not exist`);
    }
    const { memoryLimit, fileSizeLimit } = this.#settings.security;
    const { highWater } = service ?? this.#settings.serviceDefaults;
    const isAlone = identity !== null;
    const links = readable.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? [{ path, target: realpathSync(path) }] : [],
    );
    const places = readable.filter((path) => !links.some((link) => link.path === path));
    // What a link leads to is seen, too.
    for (const { target } of links)
      if (!places.some((place) => `${target}/`.startsWith(`${place}/`))) places.push(target);
    return {
      identity,
      limits: {
        descriptors: Math.min(2 * highWater + SPARE_DESCRIPTORS, hardLimit("Max open files")),
        threads: isAlone ? THREADS * siblings : null,
        memory: memoryLimit || null,
        fileSize: fileSizeLimit || null,
      },
      workingDirectory: this.#workingDirectory(name, identity),
      isolation: this.#isolates
        ? {
            readable: places,
            writable,
            links: outsideOf(places, links),
            mayListen: (service?.directPorts.flat().length ?? 0) > 0,
          }
        : null,
    };
  }

  /** Makes `command` the start of a confined process. `firstDescriptor`: the first number that is free in it. */
  start(command: string[], confinement: Confinement, firstDescriptor: number): ConfinedStart {
    const { isolation } = confinement;
    if (!isolation) {
      return new ConfinedStart(confinedCommand(command, confinement, this.tools, NO_DESCRIPTORS), [], null);
    }
    const filter = openSync(this.#filterPath(isolation.mayListen), "r");
    const status = openStatusFile(this.#runDirectory);
    const numbers = { filter: firstDescriptor, status: firstDescriptor + 1 };
    const words = confinedCommand(command, confinement, this.tools, numbers);
    return new ConfinedStart(words, [filter, status, status], { descriptor: status, inChild: firstDescriptor + 2 });
  }

  /** Removes what this run needed. */
  close(): void {
    rmSync(this.#runDirectory, { recursive: true, force: true });
  }

  /** A directory for one process of these. */
  makeDirectory({ identity }: Confinement): string {
    const directory = mkdtempSync(join(this.#runDirectory, "process-"));
    if (identity) chownSync(directory, identity.uid, identity.gid);
    return directory;
  }

  /** The same confinement, and one more directory of the launcher to write to, which is given to the process. */
  widened(confinement: Confinement, directory: string): Confinement {
    const { identity, isolation } = confinement;
    if (identity) chownSync(directory, identity.uid, identity.gid);
    if (!isolation) return confinement;
    return { ...confinement, isolation: { ...isolation, writable: [...isolation.writable, directory] } };
  }

  /** Makes the directory if there is none. Throws `IdentityError` if the log daemon cannot write there. */
  prepareLogDirectory(directory: string): void {
    const identity = this.#identities?.logger;
    let isNew: boolean;
    try {
      isNew = mkdirSync(directory, { recursive: true }) !== undefined;
    } catch (error) {
      throw new IdentityError(`the log directory cannot be made: ${(error as Error).message}`);
    }
    if (!identity) return;
    if (isNew) chownSync(directory, identity.uid, identity.gid);
    else if (!mayAccess(directory, identity, 0o3)) {
      throw new IdentityError(
        `the log daemon, which runs as user ${identity.uid}, may not write to ${directory}; ` +
          `give it to that user: chown ${identity.uid}:${identity.gid} ${directory}`,
      );
    }
  }

  /** Makes a directory of a service, and gives one that is root's to the service. */
  #prepareWritable(path: string, identity: Identity | null, service: ServiceSettings | null): void {
    const inside = [this.#site, this.#programs].find((protectedPath) => `${protectedPath}/`.startsWith(`${path}/`));
    if (inside !== undefined) {
      throw new IdentityError(`${placeOf(service)}${path} cannot be written to by a service: ${inside} is in it`);
    }
    try {
      const isNew = mkdirSync(path, { recursive: true }) !== undefined;
      if (identity && (isNew || (statSync(path).uid === 0 && !mayAccess(path, identity, 0o3))))
        handOver(path, identity);
    } catch (error) {
      throw new IdentityError(`${placeOf(service)}the directory ${path} cannot be used: ${(error as Error).message}`);
    }
  }

  #helper(identity: Identity | undefined): Confinement {
    return { identity: identity ?? null, limits: NO_LIMITS, workingDirectory: null, isolation: null };
  }

  #planIdentities(options: PolicyOptions, isConfigured: boolean): Identities | null {
    const { settings, site, programs, services } = options;
    const identities = planIdentities(settings, services, systemAccounts());
    const readers: [Identity | null, string[], boolean][] = [
      [identities.logger, [process.execPath, programs], false],
      ...services.map((service): [Identity | null, string[], boolean] => [
        identities.ofService(service),
        [process.execPath, programs, join(site, "manifest.json"), ...(service.module === null ? [] : [service.module])],
        this.#isolates,
      ]),
    ];
    for (const [identity, paths, isBound] of readers) {
      for (const path of identity ? paths : []) {
        const closed = closedPart(path, identity!, isBound);
        if (closed === null) continue;
        const problem = `${closed} is closed to user ${identity!.uid}, who is to read ${path}`;
        if (isConfigured) {
          throw new IdentityError(
            `${problem}; open it (chmod o+rX ${closed}), or let okd start as an ordinary user, or say UnsafeMode 1`,
          );
        }
        this.notices.push(`${problem}: every process runs as root; chmod o+rX ${closed}`);
        return null;
      }
    }
    this.notices.push(...identities.notices);
    return identities;
  }

  #canIsolate(): boolean {
    const { isolation } = this.#settings.security;
    if (isolation === "off") return false;
    const problem = this.#isolationProblem();
    if (problem === null) return true;
    if (isolation === "on") {
      throw new IdentityError(
        `services cannot have name spaces of their own: ${problem}; say ServiceIsolation auto to do without`,
      );
    }
    this.notices.push(`services have no name spaces of their own: ${problem}`);
    return false;
  }

  #isolationProblem(): string | null {
    const { bwrap, setpriv } = this.tools;
    if (!bwrap) return "bwrap (bubblewrap) is not installed";
    if (!setpriv) return "setpriv (util-linux) is not installed";
    for (const mayListen of [false, true]) {
      const filter = systemCallFilter(process.arch, { mayListen });
      if (!filter) return `the system calls of ${process.arch} are not known`;
      writeFileSync(this.#filterPath(mayListen), filter, { mode: 0o400 });
    }
    const isolation = { readable: [], writable: [], links: [], mayListen: false };
    const confinement = { identity: null, limits: NO_LIMITS, workingDirectory: null, isolation };
    const { command, descriptors } = this.start(["/usr/bin/env", "true"], confinement, 3);
    const [file, ...words] = command;
    const { status, stderr } = spawnSync(file, words, {
      stdio: ["ignore", "ignore", "pipe", ...descriptors],
      encoding: "latin1",
      timeout: 20_000,
    });
    for (const descriptor of new Set(descriptors)) closeSync(descriptor);
    return status === 0 ? null : stderr.trim() || `bwrap ended with exit status ${status}`;
  }

  #filterPath(mayListen: boolean): string {
    return join(this.#runDirectory, mayListen ? "filter-listen" : "filter");
  }

  /** `CoreDumpDir/<uid>` in the jail (§1.5); without a jail one that lives as long as this server. */
  #workingDirectory(name: string, identity: Identity | null): string {
    const { jail, coreDumps } = this.#settings.directories;
    const inJail = identity !== null && existsSync(jail);
    const path = inJail
      ? join(jail, coreDumps, String(identity.uid))
      : join(this.#runDirectory, `work-${name.replaceAll(/[^\w.-]/g, "_")}`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    if (identity) chownSync(path, identity.uid, identity.gid);
    return path;
  }
}

const MISSED = {
  prlimit: "processes have no limits of descriptors and memory",
  setpriv: "programs with set-user-id bits keep their effect for the processes of the server",
} as const;

/** Absolute path of a program, or null. */
function which(program: string): string | null {
  for (const directory of [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/bin", "/usr/sbin", "/sbin"]) {
    const path = join(directory, program);
    try {
      accessSync(path, constants.X_OK);
      if (directory.startsWith("/")) return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** The directory or file on the way to `path` that keeps `identity` out; null if there is none. */
function closedPart(path: string, identity: Identity, isBound: boolean): string | null {
  const steps: string[] = [path];
  // What is mounted into a view of the machine has no way that leads to it.
  if (isBound) steps.unshift(dirname(path));
  else for (let at = dirname(path); at !== dirname(at); at = dirname(at)) steps.unshift(at);
  return steps.find((step) => !mayAccess(step, identity, step === path ? 0o4 : 0o1)) ?? null;
}

/** `wanted`: bits of read 4, write 2, execute 1. */
function mayAccess(path: string, { uid, gid }: Identity, wanted: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return true;
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & wanted) === wanted;
}

/** With everything inside: nobody but root could write there, so nothing in it can lead astray. */
function handOver(path: string, { uid, gid }: Identity): void {
  lchownSync(path, uid, gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) handOver(join(path, name), { uid, gid });
}

/** Links inside of what is seen are seen as they are. */
function outsideOf<Link extends { path: string }>(places: string[], links: Link[]): Link[] {
  return links.filter(({ path }) => !places.some((place) => path.startsWith(`${place}/`)));
}

function placeOf(service: ServiceSettings | null): string {
  return service ? `${service.file}:${service.line}: ` : "";
}

function hardLimit(name: string): number {
  try {
    const line = readFileSync("/proc/self/limits", "latin1")
      .split("\n")
      .find((each) => each.startsWith(name));
    const [, , hard] = line!.slice(name.length).split(/\s+/);
    return hard === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(hard);
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}
