// SPDX-License-Identifier: Apache-2.0
// An environment made of scalekit.json alone: each operation is answered as its schema says, with nothing of the local
// Scalekit in between, and with whatever trouble a test asks for.
import http from 'node:http';

import { operationOf, schemas } from './contract.mjs';

const time = '2024-02-03T04:05:06.789Z';
/** What objects hang on; kept when everything that may be left out is. */
const essential = new Set(['id', 'session_id', 'auth_request_id', 'client_id', 'name', 'key', 'plain_secret', 'location']);

/**
 * A value of this schema. How: 'full' has every member, 'sparse' leaves out what may be absent, 'null' says null for it,
 * 'newer' has words and members that the document does not know yet.
 */
function sample(schema, how, told, depth = 0) {
  if (schema.$ref) return sample(schemas[schema.$ref.split('/').at(-1)], how, told, depth);
  if (schema.enum) return how === 'newer' ? 'A_NEWER_WORD' : schema.enum.at(-1);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer') return 3;
  if (schema.type === 'array') return depth > 6 ? [] : [sample(schema.items, how, {}, depth + 1)];
  if (schema.type === 'object') return objectOf(schema, how, told, depth);
  if (schema.format === 'date-time') return time;
  if (schema.format === 'int64') return '600';
  if (schema.format === 'uri') return 'https://acme.example/x';
  return schema.pattern ? 'https://acme.example'.match(schema.pattern) ? 'https://acme.example' : 'acme' : 'some-text';
}

function objectOf(schema, how, told, depth) {
  const out = how === 'newer' ? { a_newer_member: { of: ['any', 1, null] } } : {};
  if (typeof schema.additionalProperties === 'object') out.some_key = sample(schema.additionalProperties, how, {}, depth + 1);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const needed = essential.has(name) || schema.required?.includes(name) || name in told || (depth === 0 && (inner.$ref || inner.type === 'array'));
    if (how === 'sparse' && !needed) continue;
    if (how === 'null' && !needed) out[name] = null;
    else out[name] = depth <= 1 && name in told && inner.type === 'string' ? told[name] : sample(inner, how, depth === 0 && inner.$ref ? told : {}, depth + 1);
  }
  return out;
}

/** The body with which the document would answer; it is about what was asked for. */
function answerTo({ key, operation, path }, query, how, url) {
  const [status, schema] = Object.entries(operation.responses)[0];
  const told = { location: `${url}/magicLink/8930509d`, next_page_token: query.get('page_token') || query.has('page_number') ? '' : 'page-2' };
  for (const [name, value] of Object.entries(path)) told[name] = value;
  if (!('id' in told) && Object.keys(path).length > 0) told.id = Object.values(path).at(-1);
  if (how === 'newer' && key.includes('session-policy')) how = 'full';  // the one place where a newer word is refused
  const body = sample(schema.type || schema.$ref ? schema : { type: 'object' }, how, told);
  // Domains have numbers instead of tokens: a page that is full, then one that is not.
  if (query.has('page_number') && query.get('page_number') === '0') body.domains = Array.from({ length: Number(query.get('page_size')) }, () => body.domains[0]);
  return { status: Number(status), body };
}

export class Environment {
  /** trouble(request): nothing, or what happens instead: {status, headers, body}, 'cut' or 'hang'. */
  constructor({ how = 'full', trouble = () => undefined } = {}) {
    this.how = how;
    this.trouble = trouble;
    this.requests = [];  // {method, target, at, again: how often this very request came before}
    this.tokens = 0;
    this.server = http.createServer((request, response) => {
      request.resume().on('end', () => this.serve(request, response));
    });
  }
  async start() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
  credentials() { return { url: this.url, id: 'skc_1', secret: 'a-secret-of-the-environment' }; }

  serve(request, response) {
    const { url } = this;
    if (request.url === '/.well-known/openid-configuration') {
      return this.json(response, 200, { issuer: url, authorization_endpoint: `${url}/oauth/authorize`, token_endpoint: `${url}/oauth/token`, jwks_uri: `${url}/keys` });
    }
    if (request.url === '/oauth/token') {
      this.tokens += 1;
      return this.json(response, 200, { access_token: `machine-${this.tokens}`, token_type: 'Bearer', expires_in: 86399 });
    }
    return this.serveApi(request, response);
  }
  serveApi(request, response) {
    const found = operationOf(request.method, request.url);
    const seen = { method: request.method, target: request.url, at: Date.now() };
    seen.again = this.requests.filter((one) => one.method === seen.method && one.target === seen.target).length;
    seen.token = request.headers.authorization;
    this.requests.push(seen);
    const trouble = this.trouble(seen, this);
    if (trouble === 'hang') return undefined;
    if (trouble && trouble !== 'cut') return this.json(response, trouble.status, trouble.body, trouble.headers);
    const { status, body } = answerTo(found, new URL(request.url, this.url).searchParams, this.how, this.url);
    return trouble === 'cut' ? this.cut(response, body) : this.json(response, status, body);
  }
  json(response, status, body, headers = {}) {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }).end(text);
  }
  /** Promises all of it, sends half, and closes. */
  cut(response, body) {
    const text = JSON.stringify(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}

/** Scalekit's error body, as CONTRACT.md 4.2 has it. */
export const errorBody = (code, word) => ({ code, message: word, details: [{ '@type': 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo', error_code: word }] });
