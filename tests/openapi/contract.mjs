// SPDX-License-Identifier: Apache-2.0
// Judges one exchange - a request and its answer - by scalekit.json. Stricter than the document: a member that it does not
// name is a mistake, on either side.
import { readFileSync } from 'node:fs';

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { discrepancies } from './discrepancies.mjs';
import { unpublished } from './operations.mjs';

export const document = JSON.parse(readFileSync(new URL('scalekit.json', import.meta.url), 'utf8'));
Object.assign(document.operations, unpublished);

/** A schema that admits no member but its own. In a request what only Scalekit may set is none of them. */
function closed(schema, forRequest) {
  const { readOnly, ...out } = schema;
  if (out.$ref) return { $ref: out.$ref };  // what stands beside a reference repeats it
  if (out.properties) {
    const own = Object.entries(out.properties).filter(([, inner]) => !(forRequest && inner.readOnly));
    out.properties = Object.fromEntries(own.map(([name, inner]) => [name, closed(inner, forRequest)]));
    out.additionalProperties = false;
  } else if (out.type === 'object' && typeof out.additionalProperties === 'object') {
    out.additionalProperties = closed(out.additionalProperties, forRequest);
  }
  if (out.items) out.items = closed(out.items, forRequest);
  if (out.type === 'string' && out.format === 'int64') { delete out.format; out.pattern = '^-?[0-9]{1,19}$'; }
  return out;
}

/** A schema with what the document forgot, and CONTRACT.md knows. */
function corrected(name, schema) {
  const members = discrepancies.members[name], words = discrepancies.words[name];
  return { ...schema, ...(members && { properties: { ...schema.properties, ...members } }), ...(words && { enum: [...schema.enum, ...words] }) };
}

/** The schemas by which both sides are judged. */
export const schemas = Object.fromEntries(Object.entries(document.schemas).map(([name, schema]) => [name, corrected(name, schema)]));

function checkerOf(forRequest) {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  addFormats(ajv);
  const all = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema, forRequest)]));
  ajv.addSchema(JSON.parse(JSON.stringify({ $id: 'scalekit', $defs: all }).replaceAll('#/schemas/', '#/$defs/')));
  const compiled = new Map();
  return (schema, value) => {
    const key = JSON.stringify(schema);
    if (!compiled.has(key)) compiled.set(key, ajv.compile(JSON.parse(JSON.stringify(closed(schema, forRequest)).replaceAll('#/schemas/', 'scalekit#/$defs/'))));
    const validate = compiled.get(key);
    return validate(value) ? [] : validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`);
  };
}
const checkRequestValue = checkerOf(true);
const checkAnswerValue = checkerOf(false);

const segments = (path) => path.split('/').map((part) => part.split(/(\{[^}]*\})/));
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const templates = Object.keys(document.operations).map((key) => {
  const [method, path] = key.split(' ');
  const names = [];
  const pattern = segments(path).map((parts) => parts.map((part) => {
    if (!part.startsWith('{')) return literal(part);
    names.push(part.slice(1, -1));
    return '([^/:]+)';
  }).join('')).join('/');
  return { key, method, names, pattern: new RegExp(`^${pattern}$`), literals: path.replace(/\{[^}]*\}/g, '').length };
}).sort((a, b) => b.literals - a.literals);

/** {key, operation, path parameters} of a request; undefined where Scalekit has no such operation. */
export function operationOf(method, target) {
  const path = target.split('?')[0];
  for (const template of templates) {
    const found = template.method === method && template.pattern.exec(path);
    if (found) return { key: template.key, operation: document.operations[template.key], path: Object.fromEntries(template.names.map((name, i) => [name, decodeURIComponent(found[i + 1])])) };
  }
  return undefined;
}

/** What a query says, by the types of the document: "10" where it wants a number stays text, and is refused. */
function valueOf(text, type) {
  if (type === 'integer' && /^-?[0-9]{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function queryProblems(operation, target) {
  const sent = new URLSearchParams(target.split('?')[1] ?? '');
  const problems = [];
  for (const name of new Set(sent.keys())) {
    const parameter = operation.parameters.find((one) => one.in === 'query' && one.name === name);
    if (!parameter) { problems.push(`query ${name}: there is no such parameter`); continue; }
    const list = parameter.schema.type === 'array';
    const values = sent.getAll(name).map((text) => valueOf(text, list ? parameter.schema.items.type : parameter.schema.type));
    if (!list && values.length > 1) problems.push(`query ${name}: more than once`);
    problems.push(...checkRequestValue(parameter.schema, list ? values : values[0]).map((problem) => `query ${name}: ${problem}`));
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === 'query' && parameter.required && !sent.has(parameter.name)) problems.push(`query ${parameter.name}: missing`);
  }
  return problems;
}

function bodyProblems(key, operation, { body, content_type: type }) {
  if (!operation.body) return body ? ['a body where the operation has none'] : [];
  if (!body) return discrepancies.withoutBody[key] ? [] : ['no body'];
  if (type !== 'application/json') return [`a body of the type ${type}`];
  return checkRequestValue(discrepancies.body[key]?.schema ?? operation.body, JSON.parse(body)).map((problem) => `body ${problem}`);
}

/** Everything that is wrong with a request as the client sent it. */
export function requestProblems(exchange) {
  const found = operationOf(exchange.method, exchange.target);
  if (!found) return [`${exchange.method} ${exchange.target}: Scalekit has no such operation`];
  return [...queryProblems(found.operation, exchange.target), ...bodyProblems(found.key, found.operation, exchange)];
}

const errorSchema = {
  type: 'object', required: ['code', 'message', 'details'],
  properties: { code: { type: 'integer' }, message: { type: 'string' }, details: { type: 'array' } },
};

function errorProblems(answer) {
  const problems = checkAnswerValue(errorSchema, answer);
  for (const { '@type': type, ...detail } of answer.details ?? []) {
    if (type !== 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo') problems.push(`a detail of the type ${type}`);
    problems.push(...checkAnswerValue({ $ref: '#/schemas/errdetailsErrorInfo' }, detail).map((problem) => `detail ${problem}`));
  }
  return problems;
}

/** Everything that is wrong with the answer. */
export function answerProblems(exchange) {
  const found = operationOf(exchange.method, exchange.target);
  if (!/^application\/json\b/.test(exchange.answer_type ?? '')) return [`an answer of the type ${exchange.answer_type}`];
  const answer = JSON.parse(exchange.answer);
  if (exchange.status >= 400) return errorProblems(answer);
  const schema = found.operation.responses[exchange.status];
  if (!schema) return [`status ${exchange.status}; the document has ${Object.keys(found.operation.responses)}`];
  if (Object.keys(schema).length === 0) return Object.keys(answer).length ? ['an answer where the document has an empty one'] : [];
  return checkAnswerValue(schema, answer);
}
