// The page of 1 kB from a handler that listens itself. Usage: node text-http.mjs
import { listen } from "./listen.mjs";
import { page } from "./text.mjs";

const parameter = /[?&]name=([^&]*)/;
listen((request) => page(parameter.exec(request.url)?.[1] ?? "text"));
