// Directives of starting, restarting, overload and stopping (okws-server.md §2.5, §1.6 to §1.10).
import { type DirectiveGroup, quoteWord } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import { flag, integer, parseInteger, seconds } from "../values.js";

export const lifecycleDirectives: DirectiveGroup = {
  title: "Life cycle",
  directives: [
    {
      name: "CrashSamplingInterval",
      value: seconds("lifecycle.crashWindow", 1, 60),
      see: "1.7",
      text: "Window in which the exits of a service are counted.",
    },
    {
      name: "MaxCrashedProcesses",
      synonyms: ["MaxCrahsedProcesses"],
      value: integer("lifecycle.maxCrashes", 1, 200),
      see: "1.7",
      text: "Exits within the window after which a service is given up.",
    },
    {
      name: "SafeStartup",
      value: flag("lifecycle.safeStartup"),
      see: "1.7",
      text: "Does not relaunch a service that crashes within 10 seconds of its first launch.",
    },
    {
      name: "LazyStartup",
      value: flag("lifecycle.lazyStartup"),
      see: "1.9",
      text: "Starts services without direct ports at their first request.",
    },
    {
      name: "StartupBatchSize",
      value: integer("lifecycle.startupBatchSize", 0, 128),
      see: "1.2",
      text: "Services launched in one go; 0 launches all at once.",
    },
    {
      name: "StartupBatchWait",
      value: seconds("lifecycle.startupBatchWait", 0, 128),
      see: "1.2",
      text: "Pause between two batches; 0 for none.",
    },
    {
      name: "BindReattemptSchedule",
      usage: "SECONDS[,SECONDS...] | none",
      fixed: 1,
      standard: "1,1,2,4,8",
      see: "1.6, 2.5",
      text: "Waits between attempts to bind direct ports, each 1 to 1000 seconds; the last one repeats for ever. `none` or `0`: one attempt only.",
      read: readBindSchedule,
      write: ({ lifecycle: { bindRetrySchedule } }) => [
        bindRetrySchedule.length > 0 ? quoteWord(bindRetrySchedule.map((wait) => wait / 1000).join(",")) : "none",
      ],
    },
    {
      name: "ServiceLifeRequests",
      value: integer("serviceDefaults.lifeRequests", 0),
      see: "1.10",
      text: "Requests after which a service process retires and is replaced; 0 is never. Per service: `-r`.",
    },
    {
      name: "ServiceLifeTime",
      value: seconds("serviceDefaults.lifeTime", 0),
      see: "1.10",
      text: "Time after which a service process retires and is replaced; 0 is never. Per service: `-t`.",
    },
    {
      name: "AggressiveServiceRestart",
      value: flag("lifecycle.aggressiveRestart"),
      see: "1.10",
      text: "A service process that ends drops its channel at once, so that the next one starts before its last request is answered. No effect: a successor always takes over before the last request is answered.",
    },
    {
      name: "DieOnLogdCrash",
      value: flag("lifecycle.dieWithLogger"),
      see: "1.7",
      text: "Stops the server when the log daemon dies; otherwise it continues without logging.",
    },
    {
      name: "ShutdownTimeout",
      value: seconds("lifecycle.shutdownTimeout", 1, 200),
      see: "1.10",
      text: "Time for the services to finish their requests at shutdown; the same again before the rest is killed.",
    },
    {
      name: "EmergencyKillEnabled",
      value: flag("lifecycle.emergencyKill"),
      see: "1.8",
      text: "Kills a service process that stays busy.",
    },
    {
      name: "EmergencyKillWaitTime",
      value: seconds("lifecycle.emergencyKillWait", 1, 1000),
      see: "1.8",
      text: "Time it may stay busy.",
    },
    {
      name: "EmergencyKillSignal",
      value: integer("lifecycle.emergencyKillSignal", 0, 255),
      see: "1.8",
      text: "Number of the signal it gets.",
    },
    {
      name: "SendConnectionTimeBudget",
      value: seconds("limits.handOverTimeBudget", 0, 1000),
      see: "1.8",
      text: "A process whose oldest unacknowledged connection is older counts as busy; 0 is unlimited.",
    },
    {
      name: "ServiceFDQuota",
      value: integer("limits.handOverQuota", 0, 1_048_576),
      see: "1.8",
      text: "A process with more unacknowledged connections counts as busy; 0 is unlimited. At most `OkdFDLowWat`.",
    },
    {
      name: "OkdFDHighWat",
      value: integer("limits.dispatcherHighWater", 0, 1_048_576),
      see: "1.8",
      text: "The dispatcher stops accepting when more connections are in transit.",
    },
    {
      name: "OkdFDLowWat",
      value: integer("limits.dispatcherLowWater", 0, 1_048_576),
      see: "1.8",
      text: "It accepts again below this number. At most `OkdFDHighWat`.",
    },
    {
      name: "ServiceFDHighWat",
      value: integer("serviceDefaults.highWater", 0, 102_400),
      see: "1.8",
      text: "A service process takes no more connections when this many are open. Per service: `-h`.",
    },
    {
      name: "ServiceFDLowWat",
      value: integer("serviceDefaults.lowWater", 0, 100_000),
      see: "1.8",
      text: "It takes connections again below this number. Less than `ServiceFDHighWat`. Per service: `-l`.",
    },
    {
      name: "ServiceAcceptMessages",
      value: flag("limits.logServiceAccept"),
      see: "1.8",
      text: "Logs when a service stops and resumes accepting.",
    },
    {
      name: "OkdAcceptMessages",
      value: flag("limits.logDispatcherAccept"),
      see: "1.8",
      text: "Logs when the dispatcher stops and resumes accepting.",
    },
  ],
};

function readBindSchedule(line: Line, draft: Draft): void {
  const [schedule] = line.words;
  if (line.words.length !== 1) {
    line.wrong(line.words[1]);
    return;
  }
  if (schedule.text === "none" || schedule.text === "0") {
    draft.settings.lifecycle.bindRetrySchedule = [];
    return;
  }
  const waits = schedule.text.split(",").map(parseInteger);
  if (waits.includes(undefined)) {
    line.wrong(schedule);
  } else if (waits.some((wait) => wait! < 1 || wait! > 1000)) {
    const message = `${line.name} out of range: each wait is 1 to 1000 seconds`;
    line.report({ code: "config-range", message }, schedule);
  } else {
    draft.settings.lifecycle.bindRetrySchedule = waits.map((wait) => wait! * 1000);
  }
}
