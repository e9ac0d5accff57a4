// SPDX-License-Identifier: Apache-2.0
// Behind a proxy: whose address counts for limits and shows up in the list of sessions (SEC-HT-16).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, signIn } from './steps.mjs';

const email = 'pat@harbour-cafe.example';
/** A browser whose requests arrive as the proxy hands them on. */
class Behind extends Browser {
  constructor(world, forwardedFor, fields = { 'x-forwarded-for': forwardedFor }) {
    super(world);
    this.fields = fields;
  }
  request(method, url, { headers = {}, ...rest } = {}) {
    return super.request(method, url, { headers: { ...headers, ...this.fields }, ...rest });
  }
  async tryPassword(password = 'wrong wrong wrong') {
    const fields = formFields((await this.get('/login?method=password')).text, '/login');
    return (await this.post('/login', { ...fields, email, password })).status;
  }
  async useUpLimit() {
    for (let i = 0; i < 8; i++) assert.equal(await this.tryPassword(), 401);
    assert.equal(await this.tryPassword(), 429);
  }
}

describe('behind a trusted proxy', () => {
  let world;
  before(async () => { world = await World.start({ env: { APP_TRUSTED_PROXIES: '127.0.0.1 10.0.0.0/8' } }); });
  after(() => world?.stop());

  test('SEC-HT-16 each client has a limit of its own, and cannot write itself another address', async () => {
    await new Behind(world, '203.0.113.1').useUpLimit();
    assert.equal(await new Behind(world, '203.0.113.2').tryPassword('seven tidy marbles'), 303, 'somebody else');
    assert.equal(await new Behind(world, '198.51.100.9, 203.0.113.1').tryPassword(), 429, 'an address of its own making');
    assert.equal(await new Behind(world, '203.0.113.1, 10.9.9.9').tryPassword(), 429, 'two proxies');
  });

  test('SEC-HT-16 Forwarded counts as well, and cannot contradict what the proxy wrote', async () => {
    const forwarded = (value, more = {}) => new Behind(world, '', { forwarded: value, ...more });
    await forwarded('for=198.51.100.1, for="[2001:db8::1]:4711";proto=https').useUpLimit();
    assert.equal(await forwarded('for=198.51.100.2, for="[2001:db8::1]:4712"').tryPassword(), 429, 'an address of its own making');
    assert.equal(await forwarded('for="[2001:db8:0:1::1]"').tryPassword('seven tidy marbles'), 303, 'somebody else');
    for (let i = 0; i < 8; i++) assert.equal(await forwarded(`for=198.51.100.${i}`, { 'x-forwarded-for': '203.0.113.9' }).tryPassword(), 401);
    assert.equal(await forwarded('for=198.51.100.99', { 'x-forwarded-for': '203.0.113.9' }).tryPassword(), 429, 'one limit for whoever contradicts');
  });

  test('a company sign-in is listed with the address of the client', async () => {
    const browser = new Behind(world, '203.0.113.77');
    assert.equal((await signIn(browser, { email: 'proxied@globex.example', given_name: 'Pro', family_name: 'Xy' })).status, 303);
    const page = (await browser.get('/account')).text;
    assert.match(page, /203\.0\.113\.77 · company sign-in/);
    assert.doesNotMatch(page, /127\.0\.0\.1/);
  });
});

test('SEC-HT-16 nobody is believed by default', async () => {
  const world = await World.start();
  try {
    await new Behind(world, '203.0.113.1').useUpLimit();
    assert.equal(await new Behind(world, '203.0.113.2').tryPassword(), 429);
  } finally {
    await world.stop();
  }
});
