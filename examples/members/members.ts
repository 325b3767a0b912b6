// The members area: registration, login, profile, pictures, logout. Accounts are in MariaDB, sessions in Redis.
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PoolOptions } from "mysql2";
import {
  defineService,
  HttpError,
  type RequestContext,
  type Service,
  type ServiceRequest,
  type ServiceResponse,
} from "pub-runtime/service";
import type { RedisClientOptions } from "redis";
import * as v from "valibot";
import { accountsBackend, type Member } from "./accounts.js";
import { pictureEnding, pictureType } from "./avatars.js";
import { hashPassword, isPassword } from "./passwords.js";
import { hasToken, type Session, sessionsBackend } from "./sessions.js";

export interface MembersOptions {
  database: PoolOptions;
  redis: RedisClientOptions;
  /** Directory of the pictures. */
  avatars: string;
}

const PAGE_SIZE = 20;
const PICTURE_SIZE = 512 * 1024;

const Mail = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.email("This is no mail address."),
  v.maxLength(190, "At most 190 characters."),
);
const Name = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty("Please tell your name."),
  v.maxLength(60, "At most 60 characters."),
);
const Password = v.pipe(
  v.string(),
  v.minLength(10, "At least 10 characters."),
  v.maxLength(200, "At most 200 characters."),
);

const Registration = v.object({ mail: Mail, name: Name, password: Password });
const Profile = v.object({
  name: Name,
  about: v.pipe(v.string(), v.trim(), v.maxLength(1000, "At most 1000 characters.")),
});

/** What browsers send; whether it is right is said beside the fields. */
const texts = <const Names extends readonly string[]>(...names: Names) =>
  v.object(
    Object.fromEntries([...names, "token"].map((name) => [name, v.string()])) as {
      [Name in Names[number] | "token"]: ReturnType<typeof v.string>;
    },
  );

/** Makes the service; `options` says by the environment of the process where its servers are. */
export function members(options: (environment: NodeJS.ProcessEnv) => MembersOptions): Service {
  const { database, redis, avatars } = options(process.env);
  const backends = { accounts: accountsBackend(database), sessions: sessionsBackend(redis) };
  type Context = RequestContext<typeof backends, undefined>;

  /** The session of a request, and the member who is logged in. */
  async function visitorOf(
    request: ServiceRequest,
    { backends }: Context,
  ): Promise<{ session: Session; me: Member | undefined }> {
    const session = await backends.sessions.get().open(request.cookies.get(cookieName(request)));
    const me = session.member === 0 ? undefined : await backends.accounts.get().find(session.member);
    return { session, me };
  }

  /** Checks that a form was sent from a page of ours. */
  async function visitorOfForm(request: ServiceRequest, token: string, context: Context) {
    const visitor = await visitorOf(request, context);
    if (!hasToken(visitor.session, token))
      throw new HttpError(403, "This form is too old, or it is another site's. Please load the page again.");
    return visitor;
  }

  /** Publishes a page with the form's token, and with the notice, which is shown once. */
  async function page(
    {
      request,
      response,
      context,
      session,
      me,
    }: {
      request: ServiceRequest;
      response: ServiceResponse;
      context: Context;
      session: Session;
      me: Member | undefined;
    },
    content: string,
    title: string,
    bindings: Record<string, unknown> = {},
  ): Promise<void> {
    const { notice } = session;
    const kept = { ...session, notice: "" };
    await context.backends.sessions.get().keep(kept);
    sendCookie(request, response, kept);
    response.noStore();
    const frame = { title, content, notice, me: me ?? null, token: session.token };
    return response.page("/layout.html", { ...frame, bindings: { me: me ?? null, token: session.token, ...bindings } });
  }

  return defineService({
    name: "members",
    uris: ["/members"],
    // The templates escape what they print.
    filterCgi: 0,
    bodyLimit: 64 * 1024,
    backends,
    setup: async () => {
      await mkdir(avatars, { recursive: true });
      return undefined;
    },
    routes: (route) => [
      route({ path: "/", handle: (_input, response) => response.redirect("/members", 302) }),

      route({
        path: "/members",
        params: {
          query: v.object({ page: v.optional(v.pipe(v.string(), v.digits(), v.toNumber(), v.minValue(1)), "1") }),
        },
        async handle({ request, query }, response, context) {
          const visitor = await visitorOf(request, context);
          if (visitor.me === undefined) return response.redirect("/members/login", 303);
          const found = await context.backends.accounts.get().list((query.page - 1) * PAGE_SIZE, PAGE_SIZE + 1);
          const bindings = { members: found.slice(0, PAGE_SIZE), page: query.page, isLast: found.length <= PAGE_SIZE };
          return page({ request, response, context, ...visitor }, "/parts/list.html", "Members", bindings);
        },
      }),

      route({
        path: "/members/register",
        async handle({ request }, response, context) {
          const visitor = await visitorOf(request, context);
          return page(
            { request, response, context, ...visitor },
            "/parts/register.html",
            "Register",
            emptyForm(["mail", "name"]),
          );
        },
      }),

      route({
        method: "POST",
        path: "/members/register",
        params: { body: texts("mail", "name", "password") },
        async handle({ request, body }, response, context) {
          const visitor = await visitorOfForm(request, body.token, context);
          const refuse = (problems: Record<string, unknown>) => {
            response.status = 422;
            const form = { mail: body.mail, name: body.name };
            return page({ request, response, context, ...visitor }, "/parts/register.html", "Register", {
              form,
              problems,
            });
          };
          const result = v.safeParse(Registration, body);
          if (!result.success) return refuse(v.flatten<typeof Registration>(result.issues).nested ?? {});
          const { mail, name, password } = result.output;
          const id = await context.backends.accounts.get().add(mail, await hashPassword(password), name);
          if (id === undefined) return refuse({ mail: ["There is an account with this address."] });
          const notice = `Welcome, ${name}!`;
          sendCookie(request, response, await context.backends.sessions.get().replace(visitor.session, id, notice));
          return response.redirect("/members/profile", 303);
        },
      }),

      route({
        path: "/members/login",
        async handle({ request }, response, context) {
          const visitor = await visitorOf(request, context);
          if (visitor.me !== undefined) return response.redirect("/members", 303);
          return page({ request, response, context, ...visitor }, "/parts/login.html", "Log in", emptyForm(["mail"]));
        },
      }),

      route({
        method: "POST",
        path: "/members/login",
        params: { body: texts("mail", "password") },
        async handle({ request, body }, response, context) {
          const visitor = await visitorOfForm(request, body.token, context);
          const sessions = context.backends.sessions.get();
          const mail = body.mail.trim().toLowerCase().slice(0, 190);
          const who = [`mail:${mail}`, `client:${request.clientAddress}`];
          for (const one of who)
            if (!(await sessions.mayTry(one)))
              throw new HttpError(429, "Too many attempts. Please wait a quarter of an hour.");
          const found = await context.backends.accounts.get().credentials(mail);
          if (!(await isPassword(body.password.slice(0, 200), found?.password)) || found === undefined) {
            for (const one of who) await sessions.failed(one);
            response.status = 422;
            const bindings = {
              form: { mail: body.mail },
              problems: { password: ["Address and password do not belong together."] },
            };
            return page({ request, response, context, ...visitor }, "/parts/login.html", "Log in", bindings);
          }
          response.userId = BigInt(found.id);
          sendCookie(request, response, await sessions.replace(visitor.session, found.id, "You are logged in."));
          return response.redirect("/members", 303);
        },
      }),

      route({
        method: "POST",
        path: "/members/logout",
        params: { body: texts() },
        async handle({ request, body }, response, context) {
          const { session } = await visitorOfForm(request, body.token, context);
          sendCookie(
            request,
            response,
            await context.backends.sessions.get().replace(session, 0, "You are logged out."),
          );
          return response.redirect("/members/login", 303);
        },
      }),

      route({
        path: "/members/profile",
        async handle({ request }, response, context) {
          const visitor = await visitorOf(request, context);
          const { me } = visitor;
          if (me === undefined) return response.redirect("/members/login", 303);
          const form = { name: me.name, about: me.about };
          return page({ request, response, context, ...visitor }, "/parts/profile.html", "Your profile", {
            form,
            problems: {},
          });
        },
      }),

      route({
        method: "POST",
        path: "/members/profile",
        params: { body: texts("name", "about") },
        async handle({ request, body }, response, context) {
          const { me, session } = await visitorOfForm(request, body.token, context);
          if (me === undefined) return response.redirect("/members/login", 303);
          const result = v.safeParse(Profile, body);
          if (!result.success) {
            response.status = 422;
            const problems = v.flatten<typeof Profile>(result.issues).nested ?? {};
            const bindings = { form: { name: body.name, about: body.about }, problems };
            return page({ request, response, context, me, session }, "/parts/profile.html", "Your profile", bindings);
          }
          await context.backends.accounts.get().change(me.id, result.output);
          await context.backends.sessions.get().keep({ ...session, notice: "Your profile is saved." });
          return response.redirect("/members/profile", 303);
        },
      }),

      route({
        method: "POST",
        path: "/members/picture",
        params: { body: texts() },
        bodyLimit: PICTURE_SIZE + 16 * 1024,
        uploads: { files: 1, fileSize: PICTURE_SIZE, fields: 5, store: { directory: avatars } },
        async handle({ request, body, files: [file] }, response, context) {
          const { me, session } = await visitorOfForm(request, body.token, context);
          if (me === undefined) return response.redirect("/members/login", 303);
          const ending = file === undefined ? undefined : pictureEnding(await file.bytes());
          if (file === undefined || ending === undefined) {
            response.status = 422;
            const bindings = { form: me, problems: { picture: ["Please choose a PNG, JPEG, GIF or WebP picture."] } };
            return page({ request, response, context, me, session }, "/parts/profile.html", "Your profile", bindings);
          }
          // A new name each time: browsers may keep a picture for ever.
          const name = `${me.id}-${randomUUID()}.${ending}`;
          await file.moveTo(join(avatars, name));
          await context.backends.accounts.get().change(me.id, { avatar: name });
          if (me.avatar !== "") await rm(join(avatars, me.avatar), { force: true });
          await context.backends.sessions.get().keep({ ...session, notice: "Your picture is saved." });
          return response.redirect("/members/profile", 303);
        },
      }),

      route({
        path: "/members/picture/:name",
        async handle({ request, path }, response, context) {
          if ((await visitorOf(request, context)).me === undefined)
            throw new HttpError(403, "Only members see pictures.");
          response.header("X-Content-Type-Options", "nosniff");
          response.cacheFor(365 * 24 * 3600, { immutable: true });
          return response.file(path.name, { root: avatars, type: pictureType(path.name) });
        },
      }),
    ],
  });
}

function emptyForm(names: string[]) {
  return { form: Object.fromEntries(names.map((name) => [name, ""])), problems: {} };
}

/** Over TLS browsers let nobody else set a cookie of this name. */
function cookieName(request: ServiceRequest): string {
  return request.isSecure ? "__Host-session" : "session";
}

function sendCookie(request: ServiceRequest, response: ServiceResponse, { id, member }: Session): void {
  const lasting = member === 0 ? {} : { expires: { days: 14 } };
  const values = { [cookieName(request)]: id };
  response.cookie({ values, httpOnly: true, sameSite: "Lax", secure: request.isSecure, ...lasting });
}
