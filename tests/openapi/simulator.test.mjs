// SPDX-License-Identifier: Apache-2.0
// Every call of the typed client at the local Scalekit: each request and each answer is as the public document says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { Client } from '../e2e/support/http_client.mjs';
import { Program, freePort, program } from '../e2e/support/processes.mjs';
import { answerProblems, operationOf, requestProblems } from './contract.mjs';
import { operations } from './operations.mjs';
import { clientCalls } from './programs.mjs';

const id = 'skc_70000000000000000';
const callback = 'http://localhost:8080/sso/callback';

/** One login of somebody that the seed keeps as a user, so that there is a session and a line in the log. */
async function signInOnce(url) {
  const browser = new Client();
  const query = new URLSearchParams({ response_type: 'code', client_id: id, redirect_uri: callback, scope: 'openid', organization_id: 'org_59615193906282635' });
  const page = await browser.get(`${url}/oauth/authorize?${query}`);
  const authRequestID = new URL(page.headers.location, url).searchParams.get('authRequestID');
  const answer = await browser.post(`${url}/login`, { authRequestID, person: 'ada.lovelace@example.com' });
  assert.match(answer.headers.location, /[?&]code=/);
}

describe('the typed client at the local Scalekit', () => {
  let simulator;
  let calls = [];
  before(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    simulator = new Program('simulator', program('simulator/scalekit-simulator'), ['--listen', `127.0.0.1:${port}`]);
    await simulator.ready(`${url}/.well-known/openid-configuration`);
    await signInOnce(url);
    calls = await clientCalls({ url, id, secret: 'test_local_simulator_secret' });
  });
  after(async () => {
    await simulator?.stop();
    simulator?.requireNoSanitizerReport();
  });
  const exchanges = () => calls.flatMap((call) => call.exchanges.map((exchange) => ({ call: call.call, ...exchange })));
  const problemsOf = (judge) => exchanges().flatMap((one) => judge(one).map((problem) => `${one.call}: ${one.method} ${one.target}: ${problem}`));

  test('each call ends as it should', () => {
    const wrong = calls.filter((call) => call.outcome !== call.expected).map((call) => `${call.call}: ${call.outcome}: ${call.what}`);
    assert.deepEqual(wrong, []);
  });
  test('each request is as the document says', () => assert.deepEqual([...new Set(problemsOf(requestProblems))], []));
  test('each answer is as the document says', () => assert.deepEqual([...new Set(problemsOf(answerProblems))], []));
  test('every operation of every call was sent, and answered with success', () => {
    const sent = {};
    for (const one of exchanges().filter(({ status }) => status < 300)) {
      (sent[one.call] ??= new Set()).add(operationOf(one.method, one.target).key);
    }
    const seen = Object.fromEntries(Object.entries(sent).map(([call, keys]) => [call, [...keys].sort()]));
    assert.deepEqual(seen, Object.fromEntries(Object.entries(operations).map(([call, keys]) => [call, [...keys].sort()])));
  });
  test('pages follow each other', () => {
    for (const call of ['directories.users', 'domains.list']) {
      assert.ok(calls.some((one) => one.call === call && one.exchanges.length > 1), `${call} fetched one page only`);
    }
  });
});
