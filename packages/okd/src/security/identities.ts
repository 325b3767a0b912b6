// Who each process runs as when the launcher is root (server specification §1.1, §1.5): helpers by name, services by
// numbers of their own.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { defaultSettings } from "../config/defaults.js";
import type { ServiceSettings, Settings } from "../config/settings.js";
import type { Identity } from "./confinement.js";

/** An identity cannot be had; the message names directive and remedy. */
export class IdentityError extends Error {}

/** The system's lists of users and groups. */
export interface Accounts {
  /** Id of a user by name or number, and its group; null: there is none. */
  user(name: string): Identity | null;
  /** Id of a group. */
  group(name: string): number | null;
  /** The number belongs to a user or a group. */
  isTaken(id: number): boolean;
}

export interface Identities {
  logger: Identity;
  dispatcher: Identity;
  tls: Identity;
  http2: Identity;
  publisher: Identity;
  /** Null: that of the launcher. A service that was not planned (of a changed configuration) gets a number of its own. */
  ofService(service: PlannedService): Identity | null;
  /** Remarks for the operator. */
  notices: string[];
}

/** `service`: its line; null: the standard static service. `module`: absolute path; null: that service. */
export interface PlannedService {
  name: string;
  service: ServiceSettings | null;
  module: string | null;
}

/** `services`: names with their settings (null: the standard static service) in the order of the configuration. */
export function planIdentities(settings: Settings, services: PlannedService[], accounts: Accounts): Identities {
  const { identities, tls } = settings;
  const notices: string[] = [];
  const used = new Map<number, string>();
  const isFree = (id: number) => !used.has(id) && !accounts.isTaken(id);
  const take = (id: number, owner: string): Identity => {
    used.set(id, owner);
    return { uid: id, gid: id };
  };

  // From the end of the range, so that the services' numbers do not depend on whether the names exist.
  let fromTop = identities.serviceHighUid;
  const helper = (what: string, userName: string, groupName: string, isDefault: boolean): Identity => {
    const user = accounts.user(userName);
    const gid = accounts.group(groupName);
    if (user && gid !== null) return { uid: user.uid, gid };
    const missing = user ? `group ${groupName}` : `user ${userName}`;
    if (!isDefault) {
      throw new IdentityError(
        `there is no ${missing}, which ${what} is to run as; create it: useradd --system ${userName}`,
      );
    }
    while (!isFree(fromTop)) fromTop--;
    notices.push(`there is no ${missing}: ${what} runs as ${fromTop}`);
    return take(fromTop, what);
  };
  const defaults = defaultSettings();
  const { dispatcherUser, dispatcherGroup, loggerUser, loggerGroup } = identities;
  const dispatcherIsDefault = dispatcherUser === defaults.identities.dispatcherUser;
  const loggerIsDefault = loggerUser === defaults.identities.loggerUser;
  const dispatcher = helper("the dispatcher", dispatcherUser, dispatcherGroup, dispatcherIsDefault);
  const logger = helper("the log daemon", loggerUser, loggerGroup, loggerIsDefault);
  const front = tls.enabled
    ? helper("the TLS process", tls.user, tls.group, tls.user === defaults.tls.user)
    : { uid: 0, gid: 0 };
  while (!isFree(fromTop)) fromTop--;
  const http2 = tls.enabled ? take(fromTop, "the HTTP/2 gateway") : { uid: 0, gid: 0 };

  while (!isFree(fromTop)) fromTop--;
  const publisher = take(fromTop, "the template publisher");

  const plan = new Map<string, Identity | null>();
  for (const { name, service } of services) {
    if (service?.runAs != null && !identities.unsafe) plan.set(name, chosenIdentity(service, used, accounts));
  }
  let next = identities.serviceLowUid + 1;
  const choose = ({ name, service, module }: PlannedService): Identity | null => {
    if (identities.unsafe) return module === null ? null : ownerOf(module);
    if (service !== null && service.runAs !== null) return chosenIdentity(service, used, accounts);
    while (!isFree(next)) next++;
    if (next > identities.serviceHighUid) {
      throw new IdentityError(
        `no user id up to ${identities.serviceHighUid} is free for ${name}; raise ServiceHighUid`,
      );
    }
    return take(next, name);
  };
  const ofService = (service: PlannedService): Identity | null => {
    const known = plan.get(service.name);
    if (known !== undefined) return known;
    const chosen = choose(service);
    plan.set(service.name, chosen);
    return chosen;
  };
  for (const service of services) ofService(service);
  return { logger, dispatcher, tls: front, http2, publisher, ofService, notices };
}

function chosenIdentity(
  { runAs, uri, file, line }: ServiceSettings,
  used: Map<number, string>,
  accounts: Accounts,
): Identity {
  const where = `${file}:${line}: ${uri}`;
  const number = typeof runAs === "number" ? runAs : null;
  const identity = number === null ? accounts.user(String(runAs)) : { uid: number, gid: number };
  if (!identity) throw new IdentityError(`${where}: there is no user ${runAs}; create it: useradd --system ${runAs}`);
  const other = used.get(identity.uid);
  if (other !== undefined) {
    throw new IdentityError(
      `${where}: the user ${runAs} is already that of ${other}; each service needs one of its own`,
    );
  }
  used.set(identity.uid, uri);
  return identity;
}

function ownerOf(path: string): Identity | null {
  const { uid, gid } = statSync(path, { throwIfNoEntry: false }) ?? { uid: 0, gid: 0 };
  return uid === 0 ? null : { uid, gid };
}

/** The accounts of this machine. */
export function systemAccounts(): Accounts {
  const taken = new Set([...ids("/etc/passwd"), ...ids("/etc/group")]);
  return {
    user: (name) => {
      const [, , uid, gid] = lookUp("passwd", name);
      return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
    },
    group: (name) => {
      const [, , gid] = lookUp("group", name);
      return gid === undefined ? null : Number(gid);
    },
    isTaken: (id) => taken.has(id),
  };
}

/** One line of the user database, which need not be a file. */
function lookUp(database: "passwd" | "group", name: string): string[] {
  try {
    return execFileSync("getent", [database, "--", name], { encoding: "latin1", stdio: "pipe" }).trim().split(":");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return [];
    return lines(`/etc/${database}`).find(([first]) => first === name) ?? [];
  }
}

function ids(file: string): number[] {
  return lines(file).map((fields) => Number(fields[2]));
}

function lines(file: string): string[][] {
  try {
    return readFileSync(file, "latin1")
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    return [];
  }
}
