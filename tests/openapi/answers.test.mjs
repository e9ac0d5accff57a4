// SPDX-License-Identifier: Apache-2.0
// Every call of the typed client against answers made of the public document alone, and against every kind of trouble:
// what it reads, what it repeats, what it gives up, and when.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { answerProblems, document, operationOf, requestProblems } from './contract.mjs';
import { Environment, errorBody } from './environment.mjs';
import { operations } from './operations.mjs';
import { clientCalls } from './programs.mjs';

async function callsAt(options, args) {
  const environment = await new Environment(options).start();
  try {
    return { calls: await clientCalls(environment.credentials(), args), environment };
  } finally {
    await environment.stop();
  }
}

const only = (...calls) => calls.flatMap((call) => ['--only', call]);
/** One call for each way of sending. */
const oneOfEach = ['organizations.get', 'organizations.update', 'roles.update', 'organizations.create', 'portalLinks.create', 'users.remove'];

/** docs/MANAGEMENT.md, "Repetition". */
const sentOnce = (call) => operations[call].some((key) => /^(POST|DELETE) /.test(key)) ||
  ['portalLinks.create', 'memberships.resendInvitation', 'connections.enable', 'connections.disable', 'directories.enable', 'directories.disable'].includes(call);

/** Calls whose outcome or number of requests is another, as "call: what it was". */
function unlike(calls, expected) {
  return calls.filter((one) => !expected(one)).map((one) => `${one.call}: ${one.outcome} ${one.status ?? one.error ?? ''} after ${one.exchanges.length}: ${one.what ?? ''}`);
}
const answered = (one) => one.outcome === 'answered';

describe('answers as the document shows them', () => {
  test('with every member: all are read, and each list is walked to its end', async () => {
    const { calls } = await callsAt();
    assert.deepEqual(unlike(calls, answered), []);
    assert.deepEqual(new Set(calls.map((one) => one.call)), new Set(Object.keys(operations)));
    const exchanges = calls.flatMap((one) => one.exchanges);
    assert.deepEqual(exchanges.flatMap(requestProblems), []);
    assert.deepEqual(exchanges.flatMap((one) => answerProblems(one).map((problem) => `${one.target}: ${problem}`)), [], 'the samples themselves');
    const paged = ({ operation }) => operation.parameters.some(({ name }) => name === 'page_token' || name === 'page_number');
    for (const { call, exchanges: sent } of calls.filter((one) => one.exchanges.every((e) => paged(operationOf(e.method, e.target))))) {
      if (sent.length === 1 && /page_token=no%20token/.test(sent[0].target)) continue;  // one page by its token
      assert.equal(sent.length, 2, `${call} did not walk over two pages`);
      assert.match(sent[1].target, /[?&](page_token=page-2|page_number=1)(&|$)/);
      assert.equal(sent[1].target.replace(/&page_token=page-2|(?<=page_number=)1/g, ''), sent[0].target.replace(/(?<=page_number=)0/, ''), 'the rest of the query stays');
    }
  });
  for (const how of ['sparse', 'null']) {
    test(`with ${how === 'null' ? 'null for' : 'nothing of'} what may be absent`, async () => {
      const { calls } = await callsAt({ how });
      assert.deepEqual(unlike(calls, answered), []);
    });
  }
  test('with words and members of a newer Scalekit', async () => {
    const { calls } = await callsAt({ how: 'newer' });
    assert.deepEqual(unlike(calls, answered), []);
    assert.ok(calls.flatMap((one) => one.exchanges).filter((one) => one.answer.includes('A_NEWER_WORD')).length > 20);
  });
  test('a newer kind of session policy is refused, not guessed', async () => {
    for (const policy of [{ policy_source: 'A_NEWER_WORD' }, { policy_source: 'CUSTOM', absolute_session_timeout: 3, absolute_session_timeout_unit: 'A_NEWER_WORD' }]) {
      const { calls } = await callsAt({ trouble: () => ({ status: 200, body: { policy } }) }, only('organizations.sessionPolicy'));
      assert.deepEqual(unlike(calls, (one) => one.outcome === 'failed' && one.error === 'rejected'), []);
    }
  });
});

describe('a token that is refused', () => {
  test('is renewed once by every call, and the call succeeds', async () => {
    // Each call meets a token that was revoked after the call before.
    const dead = new Set();
    const trouble = ({ token, method, target }, { requests }) => {
      if (dead.has(token)) return { status: 401, body: errorBody(16, 'UNAUTHENTICATED') };
      if (requests.some((one) => one !== requests.at(-1) && one.token === token && (one.method !== method || one.target !== target))) {
        dead.add(token);
        return { status: 401, body: errorBody(16, 'UNAUTHENTICATED') };
      }
      return undefined;
    };
    const { calls, environment } = await callsAt({ trouble });
    assert.deepEqual(unlike(calls, answered), []);
    const refusals = new Set(calls.filter((one) => one.exchanges.some((e) => e.status === 401)).map((one) => one.call));
    assert.deepEqual([...Object.keys(operations)].filter((call) => !refusals.has(call) && call !== 'organizations.create'), []);
    assert.equal(environment.tokens, dead.size + 1, 'one renewal for each refusal');
  });
  test('twice is the answer', async () => {
    const { calls, environment } = await callsAt({ trouble: () => ({ status: 401, body: errorBody(16, 'UNAUTHENTICATED') }) }, only(...oneOfEach));
    assert.deepEqual(unlike(calls, (one) => one.outcome === 'refused' && one.status === 401 && one.error_code === 'UNAUTHENTICATED' && one.exchanges.length === 2), []);
    assert.equal(environment.tokens, calls.length + 1);
  });
});

// They spend their time in pauses, so several run at once.
describe('trouble at Scalekit', { concurrency: 4 }, () => {
  /** Every call, when the first try of each request ends in this. */
  const atFirst = (what) => ({ trouble: ({ again }) => (again === 0 ? what : undefined) });
  const tooMany = { status: 429, headers: { 'retry-after': '0' }, body: errorBody(8, 'RATE_LIMITED') };

  test('429: what may be repeated is, the rest says so', async () => {
    const { calls } = await callsAt(atFirst(tooMany));
    const fresh = calls.filter((one) => one.exchanges.some((e) => e.status === 429));
    assert.deepEqual(new Set(fresh.map((one) => one.call)), new Set(Object.keys(operations)));
    assert.deepEqual(unlike(fresh, (one) => (sentOnce(one.call)
      ? one.outcome === 'refused' && one.status === 429 && one.retry_after === 0 && one.error_code === 'RATE_LIMITED' && one.exchanges.length === 1
      : one.outcome === 'answered')), []);
  });
  test('429 with Retry-After: no sooner than it says', async () => {
    const { calls, environment } = await callsAt(atFirst({ ...tooMany, headers: { 'retry-after': '1' } }), only('organizations.setMaxAllowedUsers'));
    assert.deepEqual(unlike(calls, answered), []);
    assert.ok(environment.requests[1].at - environment.requests[0].at >= 990);
  });
  test('429 with a Retry-After beyond the time of the call: at once, and the caller is told', async () => {
    const { calls, environment } = await callsAt({ trouble: () => ({ ...tooMany, headers: { 'retry-after': '3600' } }) }, only(...oneOfEach));
    assert.deepEqual(unlike(calls, (one) => one.outcome === 'refused' && one.status === 429 && one.retry_after === 3600 && one.exchanges.length === 1), []);
    assert.ok(environment.requests.at(-1).at - environment.requests[0].at < 4000);
  });
  test('5xx: three times or once', async () => {
    for (const status of [500, 502, 503]) {
      const { calls } = await callsAt({ trouble: () => ({ status, body: errorBody(14, 'UNAVAILABLE') }) }, only(...oneOfEach));
      assert.deepEqual(unlike(calls, (one) => one.outcome === 'refused' && one.status === status && one.exchanges.length === (sentOnce(one.call) ? 1 : 3)), []);
    }
  });
  test('a body that is cut off is no answer, and is asked for again where that changes nothing', async () => {
    const { calls } = await callsAt(atFirst('cut'));
    const cut = calls.filter((one) => one.exchanges.some((e) => e.status === 0));
    assert.deepEqual(new Set(cut.map((one) => one.call)), new Set(Object.keys(operations)));
    assert.deepEqual(unlike(cut, (one) => (sentOnce(one.call) ? one.outcome === 'failed' && one.error === 'unavailable' && one.exchanges.length === 1 : answered(one))), []);
  });
  test('a body that is cut off each time is an error after three tries, or one', async () => {
    const { calls } = await callsAt({ trouble: () => 'cut' }, only(...oneOfEach));
    assert.deepEqual(unlike(calls, (one) => one.outcome === 'failed' && one.error === 'unavailable' && one.exchanges.length === (sentOnce(one.call) ? 1 : 3)), []);
  });
  test('no answer: an error when the time of the call is over', async () => {
    const { calls, environment } = await callsAt({ trouble: () => 'hang' }, ['--timeout-ms', '400', ...only(...oneOfEach)]);
    assert.deepEqual(unlike(calls, (one) => one.outcome === 'failed' && one.error === 'unavailable'), []);
    const times = environment.requests.map((one) => one.at);
    assert.ok(times.at(-1) - times[0] >= 390 * (calls.length - 1), 'none gave up early');
    assert.ok(times.at(-1) - times[0] < 4000 * calls.length, 'none waited long');
  });
});

test('every operation of the document that is cut out is one that the client calls', () => {
  assert.deepEqual(Object.keys(document.operations).sort(), [...new Set(Object.values(operations).flat())].sort());
});
