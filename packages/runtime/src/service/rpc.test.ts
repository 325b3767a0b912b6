/**
 * XML-RPC (§4.11) and JSON-RPC services, and their documents.
 */
import * as v from "valibot";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Service } from "./define-service.js";
import { defineJsonRpcService, JsonRpcError } from "./json-rpc.js";
import { createTestService } from "./test-service.js";
import { formatG } from "./xml-rpc/format-double.js";
import {
  defineXmlRpcService,
  readCall,
  readResponse,
  writeCall,
  writeResponse,
  XmlRpcDouble,
  XmlRpcFault,
  type XmlRpcValue,
} from "./xml-rpc/index.js";

async function running(service: Service) {
  const test = await createTestService(service);
  onTestFinished(() => test.close());
  return test;
}

describe("XML-RPC documents", () => {
  test("calls look as in the reference", () => {
    expect(writeCall({ method: "a.b", params: [1, "x<&>y", { m: [true, 0.5] }] })).toBe(`<?xml version="1.0"?>
<methodCall>
 <methodName>a.b</methodName>
 <params>
  <param>
   <value>
    <int>1</int>
   </value>
  </param>
  <param>
   <value>
    <string>x&lt;&amp;>y</string>
   </value>
  </param>
  <param>
   <value>
    <struct>
     <member>
      <name>m</name>
      <value>
       <array>
        <data>
         <value>
          <boolean>1</boolean>
         </value>
         <value>
          <double>0.5</double>
         </value>
        </data>
       </array>
      </value>
     </member>
    </struct>
   </value>
  </param>
 </params>
</methodCall>
`);
  });

  test.each<[XmlRpcValue, unknown]>([
    [-5, -5],
    ["é\n", "é\n"],
    [Buffer.from([0, 255]), Buffer.from([0, 255])],
    [[], []],
    [{}, {}],
    [{ a: [1, { b: "" }] }, { a: [1, { b: "" }] }],
    [new XmlRpcDouble(3), 3],
    [false, false],
    [null, ""],
  ])("%j survives", (value, expected) => {
    expect(readResponse(writeResponse(value))).toEqual(expected);
  });

  test("integers have 32 bits", () => {
    expect(() => writeResponse(2 ** 31)).toThrow(TypeError);
  });

  const value = (xml: string) =>
    readResponse(`<methodResponse><params><param><value>${xml}</value></param></params></methodResponse>`);
  test.each<[string, unknown]>([
    ["<i4> 7 </i4>", 7],
    ["<i8>9223372036854775807</i8>", 9223372036854775807n],
    ["<boolean>TRUE</boolean>", true],
    ["<boolean>2</boolean>", true],
    ["<double>-1e3</double>", -1000],
    ["<string><![CDATA[a<b]]></string>", "a<b"],
    ["<base64> QQ\n== </base64>", Buffer.from("A")],
    ["<base64/>", Buffer.alloc(0)],
    ["<nil/>", null],
    ["plain", "plain"],
    ["<array><data> <value><int>1</int></value> </data></array>", [1]],
  ])("%s is read", (xml, expected) => {
    expect(value(xml)).toEqual(expected);
  });

  test.each<[string, number]>([
    ["", 201],
    ["<methodResponse/>", 202],
    ["<methodCall/>", 203],
    ["<methodCall><methodName/></methodCall>", 203],
    ["<methodCall><methodName>a", 1],
    ["<methodCall><b/></methodCall>", 102],
    ["<methodCall><data/></methodCall>", 101],
    ["<methodCall>text</methodCall>", 103],
    [
      "<methodCall><methodName>a</methodName><params><param><value><int>x</int></value></param></params></methodCall>",
      107,
    ],
    ["<methodCall><methodName>a</methodName><params><param/></params></methodCall>", 106],
  ])("%s is fault %i", (xml, code) => {
    expect(() => readCall(xml)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test.each<[number, string]>([
    [0.1, "0.1"],
    [1 / 3, "0.333333"],
    [1e6, "1e+06"],
    [123456, "123456"],
    [1234567.8, "1.23457e+06"],
    [1e-5, "1e-05"],
    [0.0001, "0.0001"],
    [-0, "-0"],
    [Number.POSITIVE_INFINITY, "inf"],
  ])("%d is printed as %s", (number, text) => {
    expect(formatG(number)).toBe(text);
  });
});

describe("XML-RPC services", () => {
  const service = defineXmlRpcService({
    name: "rpc",
    methods: {
      add: (params) => params.reduce<number>((sum, value) => sum + Number(value), 0),
      fail: () => {
        throw new Error("broken");
      },
      fault: () => {
        throw new XmlRpcFault(42, "own fault");
      },
    },
    authorize: ({ method }) => method !== "secret",
  });
  const call = async (method: string, ...params: XmlRpcValue[]) => {
    const { fetch } = await running(service);
    const answer = await fetch("/", { method: "POST", body: writeCall({ method, params }) });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml"]);
    try {
      return readResponse(await answer.text());
    } catch (error) {
      return (error as XmlRpcFault).code;
    }
  };

  test.each<[string, XmlRpcValue[], unknown]>([
    ["add", [1, 2], 3],
    ["none", [], 204],
    ["fail", [], 1],
    ["fault", [], 42],
    ["system.setDebugLevel", [0], 0],
    ["system.multicall", [1], 206],
    [
      "system.multicall",
      [
        [
          { methodName: "add", params: [1, 2] },
          { methodName: "none", params: [] },
          { methodName: "system.multicall", params: [] },
          { methodName: 1 },
        ],
      ],
      [
        [3],
        { faultCode: 204, faultString: "Method not found: none" },
        { faultCode: 205, faultString: "Recursive system.multicall" },
        { faultCode: 206, faultString: "a call has a methodName and params" },
      ],
    ],
    ["okws.pub3", [{ filename: 1 }], [{ error: { code: 401, desc: "filename is missing" } }]],
    ["okws.pub3", ["x"], [{ error: { code: 401, desc: "a struct is expected" } }]],
    ["okws.pub3", [{ filename: "/x", options: "fast" }], [{ error: { code: 401, desc: "unknown option: fast" } }]],
    ["okws.pub3", [[{ filename: "/x" }]], [{ error: { code: 3, desc: "/x: file not found" } }]],
  ])("%s %j", async (method, params, expected) => {
    expect(await call(method, ...params)).toEqual(expected);
  });

  test("calls can be refused, and are posted", async () => {
    const guarded = defineXmlRpcService({ name: "rpc", methods: { secret: () => 1 }, authorize: () => false });
    const { fetch } = await running(guarded);
    const answer = await fetch("/", { method: "POST", body: writeCall({ method: "secret", params: [] }) });
    expect(await answer.text()).toContain("<int>207</int>");
    expect((await fetch("/")).status).toBe(406);
    expect(await (await fetch("/", { method: "POST", body: "<x" })).text()).toContain("faultCode");
  });
});

describe("JSON-RPC services", () => {
  const service = defineJsonRpcService({
    name: "json",
    batchLimit: 3,
    methods: (method) => ({
      add: method(v.tuple([v.number(), v.number()]), ([a, b]) => a + b),
      echo: (params) => params,
      fail: () => {
        throw new Error("secret");
      },
      own: () => {
        throw new JsonRpcError(7, "own", { why: 1 });
      },
    }),
  });
  const call = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: "2.0", method, params, id });
  const error = (code: number, id: unknown = 1) => ({ jsonrpc: "2.0", id, error: expect.objectContaining({ code }) });
  const result = (value: unknown, id: unknown = 1) => ({ jsonrpc: "2.0", id, result: value });

  test.each<[string, unknown, unknown]>([
    ["a call", call("add", [1, 2]), result(3)],
    ["no result", call("echo"), result(null)],
    ["wrong parameters", call("add", [1]), error(-32602)],
    ["no such method", call("none"), error(-32601)],
    [
      "a fault is not shown",
      call("fail"),
      { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "Internal error" } },
    ],
    ["an own error", call("own"), { jsonrpc: "2.0", id: 1, error: { code: 7, message: "own", data: { why: 1 } } }],
    ["no call", { id: 1 }, error(-32600, null)],
    [
      "a batch",
      [call("add", [1, 2], "a"), { jsonrpc: "2.0", method: "echo" }, 1],
      [result(3, "a"), error(-32600, null)],
    ],
    ["an empty batch", [], error(-32600, null)],
    ["too large a batch", [1, 2, 3, 4], error(-32600, null)],
    ["a notification", { jsonrpc: "2.0", method: "echo" }, null],
  ])("%s", async (_name, message, expected) => {
    const { fetch } = await running(service);
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/", { method: "POST", body: JSON.stringify(message), headers });
    const text = await answer.text();
    expect(text === "" ? null : JSON.parse(text)).toEqual(expected);
    expect(answer.status).toBe(expected === null ? 204 : 200);
  });

  test("what is no JSON, no POST or of another type", async () => {
    const { fetch } = await running(service);
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/", { method: "POST", body: "{", headers });
    expect(await answer.json()).toEqual(error(-32700, null));
    expect((await fetch("/")).status).toBe(405);
    expect((await fetch("/", { method: "POST", body: "{}" })).status).toBe(415);
  });
});
