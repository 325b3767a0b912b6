/**
 * XML-RPC: services, and documents for clients.
 */
export { readCall, readResponse } from "./read.js";
export { defineXmlRpcService, type XmlRpcDefinition, type XmlRpcMethod } from "./service.js";
export { type XmlRpcCall, XmlRpcDouble, XmlRpcFault, type XmlRpcValue } from "./values.js";
export { writeCall, writeFault, writeResponse } from "./write.js";
