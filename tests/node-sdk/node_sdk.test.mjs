// SPDX-License-Identifier: Apache-2.0
// The local Scalekit against a client that is not ours: Scalekit's own SDK for Node, unchanged, with only the URL changed.
// Its HTTP calls; its gRPC calls are a later matter.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import sdk from '@scalekit-sdk/node';

import { Client } from '../e2e/support/http_client.mjs';
import { Program, freePort, program } from '../e2e/support/processes.mjs';

const id = 'skc_70000000000000000';
const secret = 'test_local_simulator_secret';
const callback = 'http://localhost:8080/sso/callback';
const organizationId = 'org_59615193906282635';
const connectionId = 'conn_59615193906282636';
const ada = 'ada.lovelace@example.com';
const scopes = ['openid', 'profile', 'email', 'offline_access'];

let simulator, url, scalekit;
before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  simulator = new Program('simulator', program('simulator/scalekit-simulator'), ['--listen', `127.0.0.1:${port}`]);
  await simulator.ready(`${url}/.well-known/openid-configuration`);
  scalekit = new sdk.ScalekitClient(url, id, secret);
});
after(async () => {
  await simulator?.stop();
  simulator?.requireNoSanitizerReport();
});

async function control(name, body) {
  const answer = await fetch(`${url}/simulator/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}

/** The callback's parameters after somebody has signed in at this authorization URL. */
async function signInAt(location, person = ada) {
  const browser = new Client();
  const page = await browser.get(location);
  assert.equal(page.status, 302, page.text);
  const authRequestID = new URL(page.headers.location, url).searchParams.get('authRequestID');
  assert.ok(authRequestID, `no login page: ${page.headers.location}`);
  const answer = await browser.post(`${url}/login`, { authRequestID, person });
  assert.ok(answer.headers.location?.startsWith(`${callback}?`), answer.text);
  return Object.fromEntries(new URL(answer.headers.location).searchParams);
}

async function codeFor(options = {}) {
  const { code } = await signInAt(scalekit.getAuthorizationUrl(callback, { organizationId, scopes, ...options }));
  return code;
}

const signIn = async () => scalekit.authenticateWithCode(await codeFor(), callback);
const pkce = () => {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, challenge: { codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'), codeChallengeMethod: 'S256' } };
};
/** What the token endpoint answered when the SDK's call failed. */
async function tokenError(action) {
  try {
    await action();
  } catch (error) {
    return { status: error.response?.status, error: error.response?.data?.error };
  }
  return assert.fail('the SDK was given tokens');
}
/** One letter of the middle part of a JWT is another. */
const tampered = (token) => {
  const [head, claims, signature] = token.split('.');
  return [head, claims.slice(0, 20) + (claims[20] === 'A' ? 'B' : 'A') + claims.slice(21), signature].join('.');
};

describe('authorization URL', () => {
  for (const [name, options] of Object.entries({
    connection: { connectionId }, organization: { organizationId }, 'domain hint': { domainHint: 'example.com' }, 'login hint': { loginHint: ada },
    'all of them': { connectionId, organizationId, domainHint: 'example.com', loginHint: ada },
    'prompt=login': { organizationId, prompt: 'login' },
  })) {
    test(`by ${name} leads to a code, and state comes back`, async () => {
      const answer = await signInAt(scalekit.getAuthorizationUrl(callback, { state: 'of this browser', nonce: 'n-1', ...options }));
      assert.equal(answer.state, 'of this browser');
      const result = await scalekit.authenticateWithCode(answer.code, callback);
      const claims = await scalekit.validateToken(result.idToken, { issuer: url, audience: [id] });
      assert.equal(claims.nonce, 'n-1');
      assert.equal(claims.oid, organizationId);
      assert.deepEqual(claims.amr, [connectionId]);
    });
  }
  test('by a social provider, which the local Scalekit does not have, comes back with an error', async () => {
    const answer = await new Client().get(scalekit.getAuthorizationUrl(callback, { provider: 'google', state: 's' }));
    const back = new URL(answer.headers.location);
    assert.equal(back.origin + back.pathname, callback);
    assert.ok(back.searchParams.get('error'));
    assert.equal(back.searchParams.get('state'), 's');
  });
  test('without a selector comes back with invalid_connection_selector', async () => {
    const answer = await new Client().get(scalekit.getAuthorizationUrl(callback));
    assert.equal(new URL(answer.headers.location).searchParams.get('error'), 'invalid_connection_selector');
  });
  test('with a callback that is not registered leads nowhere', async () => {
    const answer = await new Client().get(scalekit.getAuthorizationUrl('http://localhost:9/elsewhere', { organizationId }));
    assert.equal(answer.headers.location, undefined);
    assert.equal(answer.status, 400);
  });
});

describe('code exchange', () => {
  test('tells who signed in', async () => {
    const { user, idToken, accessToken, expiresIn, refreshToken } = await signIn();
    assert.equal(user.email, ada);
    assert.equal(user.givenName, 'Ada');
    assert.equal(user.familyName, 'Lovelace');
    assert.ok(user.id.startsWith(`${connectionId};`));
    assert.ok(idToken && accessToken && refreshToken);
    assert.equal(typeof expiresIn, 'number');
  });
  test('with PKCE', async () => {
    const { codeVerifier, challenge } = pkce();
    const code = await codeFor(challenge);
    assert.equal((await scalekit.authenticateWithCode(code, callback, { codeVerifier })).user.email, ada);
  });
  for (const [name, options] of Object.entries({ another: { codeVerifier: pkce().codeVerifier }, no: undefined })) {
    test(`with ${name} verifier is refused`, async () => {
      const code = await codeFor(pkce().challenge);
      assert.deepEqual(await tokenError(() => scalekit.authenticateWithCode(code, callback, options)), { status: 400, error: 'invalid_grant' });
    });
  }
  test('a second time is refused', async () => {
    const code = await codeFor();
    await scalekit.authenticateWithCode(code, callback);
    assert.deepEqual(await tokenError(() => scalekit.authenticateWithCode(code, callback)), { status: 400, error: 'invalid_grant' });
  });
  test('for another callback is refused', async () => {
    const code = await codeFor();
    assert.deepEqual(await tokenError(() => scalekit.authenticateWithCode(code, 'http://127.0.0.1:8080/sso/callback')), { status: 400, error: 'invalid_grant' });
  });
  test('with a wrong secret is refused', async () => {
    const code = await codeFor();
    const wrong = new sdk.ScalekitClient(url, id, 'not-the-secret');
    assert.deepEqual(await tokenError(() => wrong.authenticateWithCode(code, callback)), { status: 401, error: 'invalid_client' });
  });
});

describe('refresh', () => {
  test('gives new tokens, and the old one is used up', async () => {
    const first = await signIn();
    const second = await scalekit.refreshAccessToken(first.refreshToken);
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.ok(await scalekit.validateAccessToken(second.accessToken, { issuer: url, audience: [id] }));
    await assert.rejects(() => scalekit.refreshAccessToken(first.refreshToken), /Failed to refresh token/);
  });
  test('with something else is refused', () => assert.rejects(() => scalekit.refreshAccessToken('rt_unknown'), /Failed to refresh token/));
});

describe('token validation', () => {
  test('accepts what the local Scalekit issued, and nothing that was changed', async () => {
    const { accessToken, idToken } = await signIn();
    const options = { issuer: url, audience: [id] };
    for (const token of [accessToken, idToken]) {
      assert.equal(await scalekit.validateAccessToken(token, options), true);
      assert.equal(await scalekit.validateAccessToken(tampered(token), options), false);
      await assert.rejects(() => scalekit.validateToken(tampered(token), options));
    }
    assert.equal(await scalekit.validateAccessToken(accessToken, { ...options, issuer: 'https://elsewhere.example' }), false);
    assert.equal(await scalekit.validateAccessToken(accessToken, { ...options, audience: ['skc_1'] }), false);
  });
  test('accepts a token of the client itself', async () => {
    const token = await scalekit.getClientAccessToken();
    assert.equal((await scalekit.validateToken(token, { issuer: url })).sub, id);
  });
  test('refuses a key that nobody published', async () => {
    await control('faults', { fault: 'wrong_key', endpoint: 'token', count: 1 });
    const { idToken } = await signIn();
    assert.equal(await scalekit.validateAccessToken(idToken), false);
  });
});

test('an app tile: the token says who wants in, and a tampered one nothing', async () => {
  const started = await new Client().post(`${url}/login`, { client_id: id, connection_id: connectionId, scenario: 'idp_initiated', person: ada, relay_state: '/reports' });
  const token = new URL(started.headers.location).searchParams.get('idp_initiated_login');
  const claims = await scalekit.getIdpInitiatedLoginClaims(token, { issuer: url });
  assert.equal(claims.connection_id, connectionId);
  assert.equal(claims.organization_id, organizationId);
  assert.equal(claims.login_hint, ada);
  assert.equal(claims.relay_state, '/reports');
  await assert.rejects(() => scalekit.getIdpInitiatedLoginClaims(tampered(token)));
  const { code } = await signInAt(scalekit.getAuthorizationUrl(callback, { connectionId: claims.connection_id, loginHint: claims.login_hint }));
  assert.equal((await scalekit.authenticateWithCode(code, callback)).user.email, ada);
});

test('logout leads back to the application', async () => {
  const { idToken } = await signIn();
  const back = 'http://localhost:8080/login';
  const answer = await new Client().get(scalekit.getLogoutUrl({ idTokenHint: idToken, postLogoutRedirectUri: back, state: 'bye' }));
  assert.equal(answer.headers.location, `${back}?state=bye`);
  const elsewhere = await new Client().get(scalekit.getLogoutUrl({ idTokenHint: idToken, postLogoutRedirectUri: 'https://elsewhere.example/' }));
  assert.equal(elsewhere.headers.location, undefined);
});

describe('webhooks', () => {
  const webhookSecret = 'whsec_bG9jYWwtc2ltdWxhdG9yLXdlYmhvb2sta2V5';  // simulator/README.md
  let receiver, target;
  const received = [];
  before(async () => {
    receiver = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text) => { body += text; }).on('end', () => {
        received.push({ method: request.method, headers: request.headers, body });
        response.writeHead(201).end();
      });
    });
    await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
    target = `http://127.0.0.1:${receiver.address().port}/webhooks/scalekit`;
  });
  after(() => new Promise((done) => { receiver.closeAllConnections(); receiver.close(done); }));
  const delivered = async (event) => {
    const answer = await control('webhooks', { url: target, ...event });
    assert.equal(answer.status, 201);
    return { id: answer.id, ...received.at(-1) };
  };

  test('what the local Scalekit signs, the SDK verifies', async () => {
    const { id: eventId, method, headers, body } = await delivered({ type: 'organization.sso_enabled', object: 'Connection', organization_id: organizationId, data: { id: connectionId, name: 'Zoë' } });
    assert.equal(scalekit.verifyWebhookPayload(webhookSecret, headers, body), true);
    assert.equal(method, 'POST');
    assert.equal(headers['webhook-id'], eventId);
    assert.equal(headers['content-type'], 'application/json');
    const event = JSON.parse(body);
    assert.deepEqual({ ...event, occurred_at: '', environment_id: '' }, { spec_version: '1', id: eventId, type: 'organization.sso_enabled', object: 'Connection',
      occurred_at: '', environment_id: '', organization_id: organizationId, data: { id: connectionId, name: 'Zoë' }, display_name: 'organization.sso_enabled' });
    assert.match(event.environment_id, /^env_/);
    assert.ok(Math.abs(Date.parse(event.occurred_at) - Date.now()) < 60_000);
  });
  test('with a secret of ones own, and only with that', async () => {
    const own = `whsec_${randomBytes(24).toString('base64')}`;
    const { headers, body } = await delivered({ secret: own });
    assert.equal(scalekit.verifyWebhookPayload(own, headers, body), true);
    assert.throws(() => scalekit.verifyWebhookPayload(webhookSecret, headers, body));
  });
  test('a changed body, id or time is refused by the SDK', async () => {
    const { headers, body } = await delivered({});
    assert.throws(() => scalekit.verifyWebhookPayload(webhookSecret, headers, body.replace('Organization', 'organization')));
    assert.throws(() => scalekit.verifyWebhookPayload(webhookSecret, { ...headers, 'webhook-id': 'evt_1' }, body));
    assert.throws(() => scalekit.verifyWebhookPayload(webhookSecret, { ...headers, 'webhook-timestamp': `${Number(headers['webhook-timestamp']) + 1}` }, body));
  });
  test('an old one is refused by the SDK', async () => {
    await control('clock', { offset_seconds: -3600 });
    const { headers, body } = await delivered({});
    await control('clock', { offset_seconds: 0 });
    assert.throws(() => scalekit.verifyWebhookPayload(webhookSecret, headers, body), /too old/);
  });
  test('another machine is never sent one, and a secret that is none signs nothing', async () => {
    const before = received.length;
    for (const bad of [{ url: 'http://example.com/' }, { url: 'https://127.0.0.1/' }, { url: 'http://user@127.0.0.1/' }, { url: 'none' }, { url: target, secret: 'whsec_' },
      { url: target, secret: 'plain' }, { url: target, data: [] }]) {
      const answer = await fetch(`${url}/simulator/webhooks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(bad) });
      assert.equal(answer.status, 400, JSON.stringify(bad));
    }
    assert.equal(received.length, before);
  });
  test('nobody listening is status 0', async () => {
    assert.equal((await control('webhooks', { url: `http://127.0.0.1:${await freePort()}/` })).status, 0);
  });
});
