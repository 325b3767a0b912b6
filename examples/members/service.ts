// What okd runs, bundled into `dist/`: the members area with the servers that the environment names, or those that
// `npm start` has started in `data/`.
import { fileURLToPath } from "node:url";
import { members } from "./members.js";

const inData = (name: string) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

export default members((environment) => ({
  database: environment.DATABASE
    ? { uri: environment.DATABASE }
    : { socketPath: inData("sockets/mariadb.sock"), user: "members", database: "members" },
  redis: environment.REDIS
    ? { url: environment.REDIS }
    : { socket: { path: inData("sockets/redis.sock"), tls: false } },
  avatars: inData("avatars"),
}));
