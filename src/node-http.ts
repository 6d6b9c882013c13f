/**
 * node:http without the cost of an import. An import reads each of its exports, and one of them loads a whole HTTP client
 * with fetch: a third of a bot's start.
 */
export const { createServer, request } = process.getBuiltinModule('node:http');
