/**
 * XML-RPC values in JavaScript, and faults (server specification §4.11).
 *
 * | XML-RPC | JavaScript |
 * |---|---|
 * | int, i4 | number that is an integer of 32 bits |
 * | i8 (read only) | number when safe, else bigint |
 * | double | number with a fraction, or `XmlRpcDouble` |
 * | boolean, string | boolean, string |
 * | base64 | Uint8Array |
 * | array, struct | array, plain object |
 * | nil (read only) | null |
 */

/** A double that has no fraction. */
export class XmlRpcDouble {
  constructor(readonly value: number) {}
}

export type XmlRpcValue =
  | null
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | XmlRpcDouble
  | readonly XmlRpcValue[]
  | { readonly [member: string]: XmlRpcValue };

export interface XmlRpcCall {
  readonly method: string;
  readonly params: readonly XmlRpcValue[];
}

/** A call that cannot be answered. */
export class XmlRpcFault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = "XmlRpcFault";
  }
}

/** Codes of faults; those below 100 come from the XML parser. */
export const FaultCode = {
  notWellFormed: 1,
  badNesting: 101,
  unknownElement: 102,
  unexpectedText: 103,
  badValue: 106,
  badText: 107,
  noData: 201,
  noMethodCall: 202,
  noMethodName: 203,
  noMethod: 204,
  recursiveMulticall: 205,
  badParameters: 206,
  notAuthorized: 207,
} as const;

/** The struct that stands for a fault inside of a multicall's result. */
export function faultStruct({ code, message }: XmlRpcFault): XmlRpcValue {
  return { faultCode: code, faultString: message };
}
