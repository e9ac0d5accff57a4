// SPDX-License-Identifier: Apache-2.0
// Cuts scalekit.json out of the public OpenAPI document of Scalekit: the operations that the typed client calls and the
// schemas that they need, without titles, descriptions, examples and code samples.
//
//     node cut.mjs PATH/TO/scalekit.scalar.json
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { operations, unpublished } from './operations.mjs';

const kept = new Set(['$ref', 'type', 'format', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'readOnly', 'required']);

/** What constrains a value, and nothing for people. */
function structure(schema) {
  const out = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name === '$ref') out.$ref = value.replace('#/components/schemas/', '#/schemas/');
    else if (name === 'properties') out.properties = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, structure(inner)]));
    else if (name === 'items' || name === 'additionalProperties') out[name] = typeof value === 'object' ? structure(value) : value;
    else if (kept.has(name)) out[name] = value;
    else if (['allOf', 'anyOf', 'oneOf', 'not'].includes(name)) throw new Error(`${name} is not handled`);
  }
  return out;
}

const bodyOf = (content) => structure(content?.['application/json']?.schema ?? {});

function operationOf(document, key) {
  const [method, path] = key.split(' ');
  const found = document.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`the document has no ${key}`);
  const success = Object.entries(found.responses).filter(([status]) => status.startsWith('2'));
  return {
    parameters: (found.parameters ?? []).map(({ name, in: where, required, schema }) => ({ name, in: where, ...(required && { required }), schema: structure(schema) })),
    ...(found.requestBody && { body: bodyOf(found.requestBody.content) }),
    responses: Object.fromEntries(success.map(([status, response]) => [status, bodyOf(response.content)])),
  };
}

/** Every schema that one of these reaches. */
function reached(document, roots) {
  const schemas = {};
  const visit = (value) => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== 'object') return undefined;
    if (typeof value.$ref === 'string') {
      const name = value.$ref.split('/').at(-1);
      if (!(name in schemas)) visit(schemas[name] = structure(document.components.schemas[name]));
    }
    return Object.values(value).forEach(visit);
  };
  visit(roots);
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const keys = [...new Set(Object.values(operations).flat())].filter((key) => !(key in unpublished)).sort();
const cut = Object.fromEntries(keys.map((key) => [key, operationOf(document, key)]));
const schemas = reached(document, [cut, unpublished, { $ref: '#/schemas/errdetailsErrorInfo' }]);

/** A line for each operation and schema, so that a newer document shows in a diff what changed. */
const lines = (object) => Object.entries(object).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n');
const text = `{\n  "origin": "cut from the public API reference of Scalekit; see README.md",\n  "operations": {\n${lines(cut)}\n  },\n  "schemas": {\n${lines(schemas)}\n  }\n}\n`;
writeFileSync(fileURLToPath(new URL('scalekit.json', import.meta.url)), text);
