// SPDX-License-Identifier: Apache-2.0
// The list that the other tests go by is complete: it names every call that the client's headers declare, every operation
// that its sources name in errors, and what docs/MANAGEMENT.md promises. A new call fails here until it is covered.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { sourceDir } from '../e2e/support/processes.mjs';
import { requestProblems, answerProblems } from './contract.mjs';
import { operations } from './operations.mjs';

const read = (...path) => readFileSync(join(sourceDir, ...path), 'utf8');
const sorted = (names) => [...new Set(names)].sort();
const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);

/** "organizations.create", ... of every class in the headers that sends calls. */
function declaredCalls() {
  const calls = [];
  for (const file of readdirSync(join(sourceDir, 'sso/include/sso/scalekit')).filter((name) => name.endsWith('.h'))) {
    const text = read('sso/include/sso/scalekit', file).replace(/\/\/.*$/gm, '');
    for (const [, name, body] of text.matchAll(/\nclass (\w+) \{\n([\s\S]*?)\n\};/g)) {
      if (!body.includes('detail::RestApi> api_;')) continue;
      const methods = body.split(' private:')[0].replaceAll('= {}', '');
      for (const [, method] of methods.matchAll(/\b(\w+)\([^;{}]*\)\s*const;/g)) calls.push(`${lowerFirst(name)}.${method}`);
    }
  }
  return calls;
}

test('every call of the headers is in the list, and none is there that they lack', () => {
  assert.ok(declaredCalls().length > 60, 'the headers were not understood');
  assert.deepEqual(sorted(declaredCalls()), sorted(Object.keys(operations)));
});

test('the sources name the same operations in errors', () => {
  const groups = new Set(Object.keys(operations).map((call) => call.split('.')[0]));
  const names = [];
  for (const file of readdirSync(join(sourceDir, 'sso/scalekit')).filter((name) => name.endsWith('.cpp'))) {
    for (const [, group, call] of read('sso/scalekit', file).matchAll(/"(\w+)\.(\w+)"/g)) if (groups.has(group)) names.push(`${group}.${call}`);
  }
  assert.deepEqual(sorted(names), sorted(Object.keys(operations)));
});

test('docs/MANAGEMENT.md promises the same calls and their REST operations', () => {
  const promised = {};
  let group, before = '';
  for (const line of read('docs/MANAGEMENT.md').split('\n')) {
    group = /^### /.test(line) ? undefined : (/Ours `client->(\w+)\(\)`/.exec(line)?.[1] ?? group);
    const row = /^\| `(\w+)` \| (\w+) (?:`([^`]+)`|of the same) \|/.exec(line);
    if (!group || !row) continue;
    before = row[3] ?? before;
    promised[`${group}.${row[1]}`] = `${row[2]} ${before}`;
  }
  assert.deepEqual(sorted(Object.keys(promised)), sorted(Object.keys(operations)));
  for (const [call, text] of Object.entries(promised)) {
    const [method, path] = text.split(' ');
    // Parameters have names of their own in the document and here.
    const plain = (one) => one.replace(/\{\w+\}/g, '{}');
    const tail = plain(path.replace('…', ''));
    const fits = operations[call].some((key) => key.startsWith(`${method} `) && (path.startsWith('…') ? plain(key).endsWith(tail) : plain(key) === `${method} /api/v1${tail}`));
    assert.ok(fits, `${call} is ${text} in docs/MANAGEMENT.md, and ${operations[call]} here`);
  }
});

// What judges the exchanges finds what it is there for.
const json = { content_type: 'application/json', answer_type: 'application/json' };
const organization = { id: 'org_1', display_name: 'Acme', create_time: '2024-01-01T00:00:00Z' };
const created = (body, answer = { organization }, status = 201) =>
  ({ ...json, method: 'POST', target: '/api/v1/organizations', status, body: JSON.stringify(body), answer: JSON.stringify(answer) });
const read1 = (target) => ({ method: 'GET', target, body: '' });

for (const [what, exchange] of Object.entries({
  'an operation that there is not': { method: 'POST', target: '/api/v1/organizations/org_1', body: '' },
  'an unknown parameter': read1('/api/v1/organizations?size=10'),
  'a parameter twice': read1('/api/v1/organizations?page_size=10&page_size=20'),
  'a number that is none': read1('/api/v1/organizations?page_size=ten'),
  'a word outside an enumeration': read1('/api/v1/logs/authentication/requests?status=WON'),
  'a time that is none': read1('/api/v1/logs/authentication/requests?start_time=today'),
  'a body where there is none': { ...json, ...read1('/api/v1/organizations/org_1'), body: '{}' },
  'no body': created(undefined),
  'a body of another type': { ...created({ display_name: 'Acme' }), content_type: 'text/plain' },
  'an unknown member': created({ display_name: 'Acme', displayName: 'Acme' }),
  'a member that only Scalekit sets': { ...json, method: 'PATCH', target: '/api/v1/organizations/org_1/connections/conn_1', body: '{}' },
  'a required member that is missing': created({ slug: 'acme' }),
  'a value of another type': created({ display_name: 7 }),
  'a text against its pattern': created({ display_name: 'Acme', logo_url: 'http://acme.example/logo.png' }),
})) test(`a request with ${what} is refused`, () => assert.notDeepEqual(requestProblems(exchange), []));

for (const [what, exchange] of Object.entries({
  'another status': created({}, { organization }, 202),
  'another type': { ...created({}), answer_type: 'text/html' },
  'an unknown member': created({}, { organization: { ...organization, owner: 'x' } }),
  'a member without which it is none': created({}, { organization: { id: 'org_1' } }),
  'a time that is none': created({}, { organization: { ...organization, create_time: '1.1.2024' } }),
  'an error in another form': created({}, { error: 'invalid_request' }, 400),
  'an unknown member in an error': created({}, { code: 3, message: 'x', details: [{ '@type': 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo', error_code: 'x', more: 1 }] }, 400),
})) test(`an answer with ${what} is refused`, () => assert.notDeepEqual(answerProblems(exchange), []));

test('what is as it should be passes', () => {
  assert.deepEqual([...requestProblems(created({ display_name: 'Acme' })), ...answerProblems(created({}))], []);
});
