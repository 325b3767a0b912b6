/**
 * Which names are found in calls that publish pages.
 */
import { expect, test } from "vitest";
import { namesInCalls } from "./published-names.js";

test.each([
  ["names and values", 'response.page("/a.html",{title:"x, y",n:f(1,{deep:2})});', ["n", "title"]],
  ["short forms, quoted names, methods", 'r.publish(p,{user,"two":1,three(){return{x:1}}})', ["three", "two", "user"]],
  ["what is spread is not known", 'r.publish("/a.html",{...rest,last:1})', ["last"]],
  ["paths that are computed", `r.publish(\`/\${kind({a:1})}/x,y.html\`,{one:1})`, ["one"]],
  ["other calls", 'r.send("/a.html",{title:1});page("x",{no:1})', []],
  ["no literal", 'r.page("/a.html",data);r.page("/b.html")', []],
  ["nothing", 'r.page("/a.html",{})', []],
  ["an unfinished text", 'r.page("/a.html",{a:"', ["a"]],
])("%s", (_, text, expected) => {
  expect([...namesInCalls(text)].sort()).toEqual(expected);
});
