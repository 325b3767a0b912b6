/**
 * Services that are bundled again whenever a file changes that they are made of.
 */
import { watch } from "chokidar";
import { bundleService, type ServiceEntry, type ServiceMistake } from "../services/bundle-services.js";

export interface ServiceWatch {
  /** Bundles everything; resolves to the mistakes. */
  start(): Promise<readonly ServiceMistake[]>;
  close(): Promise<void>;
}

/** Changes that arrive within this time, in milliseconds, are bundled together. */
const QUIET_TIME = 30;

/** `rebuilt` is called after each later build, with the mistakes that there are now. */
export function watchServices(
  entries: readonly ServiceEntry[],
  rebuilt: (mistakes: readonly ServiceMistake[]) => Promise<void>,
): ServiceWatch {
  const inputs = new Map<ServiceEntry, ReadonlySet<string>>();
  const mistakes = new Map<ServiceEntry, readonly ServiceMistake[]>();
  const changed = new Set<string>();
  const watcher = watch([], { ignoreInitial: true });
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();

  const bundle = async (entry: ServiceEntry): Promise<void> => {
    const result = await bundleService(entry);
    mistakes.set(entry, result.mistakes);
    // A failed build says nothing about its files: those of the build before are still looked at.
    if (result.inputs.length === 0) watcher.add([entry.source, ...new Set(result.mistakes.map(({ file }) => file))]);
    else {
      inputs.set(entry, new Set(result.inputs));
      watcher.add([...result.inputs]);
    }
  };
  const all = (): ServiceMistake[] => [...mistakes.values()].flat();
  const rebuild = async (): Promise<void> => {
    const paths = [...changed];
    changed.clear();
    const concerned = entries.filter(
      (entry) => (mistakes.get(entry)?.length ?? 0) > 0 || paths.some((path) => inputs.get(entry)?.has(path)),
    );
    if (concerned.length === 0) return;
    await Promise.all(concerned.map(bundle));
    await rebuilt(all());
  };
  watcher.on("all", (_event, path) => {
    changed.add(path);
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(rebuild);
    }, QUIET_TIME);
  });
  return {
    async start() {
      await Promise.all(entries.map(bundle));
      return all();
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      await watcher.close();
      await working;
    },
  };
}
