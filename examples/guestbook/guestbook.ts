// The guest book: entries in pages, a form, one page an entry, JSON for other programs, new entries as events.
import { backend, defineService, type EventStream, HttpError, type Service } from "pub-runtime/service";
import * as v from "valibot";
import type { Store } from "./entries.js";
import { library } from "./library.js";

const PAGE_SIZE = 10;

/** A number in the query or the path. */
const positive = v.pipe(v.string(), v.digits(), v.transform(Number), v.minValue(1));

const line = (what: string, longest: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(`Please tell ${what}.`),
    v.maxLength(longest, `At most ${longest} characters.`),
  );

const Entry = v.object({ name: line("your name", 60), text: line("something", 2000) });

/** What a browser sends; `website` is filled by programs only: people do not see the field. */
const Form = v.object({ name: v.string(), text: v.string(), website: v.optional(v.string(), "") });

/** What is wrong with the fields of a form that was not sent yet. */
const NO_PROBLEMS = { name: [], text: [] };

/** Makes the service; `openStore` opens where the entries are kept. */
export function guestbook(openStore: () => Store): Service {
  return defineService({
    name: "guestbook",
    uris: ["/guestbook"],
    libraries: [library],
    // The templates escape what they print.
    filterCgi: 0,
    bodyLimit: 16 * 1024,
    backends: {
      store: backend<Store>({ connect: openStore, close: (store) => store.close() }),
    },
    /** The pages that are open and want to hear of new entries. */
    setup: () => ({ listeners: new Set<EventStream>() }),
    routes: (route) => [
      route({ path: "/", handle: (_input, response) => response.redirect("/guestbook", 302) }),

      route({
        path: "/guestbook",
        params: { query: v.object({ page: v.optional(positive, "1") }) },
        handle({ query: { page } }, response, { backends }) {
          const store = backends.store.get();
          const pages = Math.max(1, Math.ceil(store.count() / PAGE_SIZE));
          if (page > pages) throw new HttpError(404, "There are not so many pages.");
          response.noStore();
          const entries = store.list((page - 1) * PAGE_SIZE, PAGE_SIZE);
          return response.page("/index.html", { entries, page, pages, listing: true, form: {}, problems: NO_PROBLEMS });
        },
      }),

      route({
        method: "POST",
        path: "/guestbook",
        params: { body: Form },
        async handle({ request, body }, response, { backends, state }) {
          if (isFromElsewhere(request.header("sec-fetch-site")))
            throw new HttpError(403, "The form is on another site.");
          if (body.website !== "") throw new HttpError(400, "This looks like a program.");
          const result = v.safeParse(Entry, body);
          if (!result.success) {
            const problems = { ...NO_PROBLEMS, ...v.flatten<typeof Entry>(result.issues).nested };
            response.status = 422;
            return response.page("/index.html", {
              entries: [],
              page: 1,
              pages: 1,
              listing: false,
              form: body,
              problems,
            });
          }
          const { name, text } = result.output;
          const id = backends.store.get().add(name, text);
          for (const events of state.listeners) void events.send({ event: "entry", id: String(id), data: name });
          // The page that follows may be loaded again without writing twice.
          return response.redirect(`/guestbook/${id}`, 303);
        },
      }),

      route({
        path: "/guestbook/entries.json",
        handle: (_input, response, { backends }) => response.json(backends.store.get().list(0, PAGE_SIZE)),
      }),

      route({
        path: "/guestbook/events",
        async handle(_input, response, { state }) {
          const events = response.events();
          state.listeners.add(events);
          await events.closed;
          state.listeners.delete(events);
        },
      }),

      route({
        path: "/guestbook/:id",
        handle({ path }, response, { backends }) {
          const id = v.safeParse(positive, path.id);
          const entry = id.success ? backends.store.get().find(id.output) : undefined;
          if (entry === undefined) throw new HttpError(404, "There is no such entry.");
          // Entries do not change.
          response.etag(String(entry.id));
          response.cacheFor(3600);
          return response.page("/entry.html", { entry });
        },
      }),
    ],
  });
}

/** Browsers tell where a form stands; old ones do not. */
function isFromElsewhere(site: string | undefined): boolean {
  return site !== undefined && site !== "same-origin" && site !== "none";
}
