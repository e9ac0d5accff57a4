// SPDX-License-Identifier: Apache-2.0
// What an honest ID token says (CONTRACT.md 3.1), for the fixed cases and for the differential test.
import { createHash } from 'node:crypto';

export const environment = 'https://acme.scalekit.com';
export const clientId = 'skc_32080745455485442';
export const now = 1700000000;
export const expected = {
  nonce: 'nonce-of-this-login',
  access_token: 'the access token',
  code: 'the code',
  organization_id: 'org_1',
  connection_id: 'conn_1',
};

/** OIDC Core 3.1.3.6: base64url of the left half of the SHA-256. */
export const leftHalfHash = (value) => createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');

export const honest = (changes = {}) => {
  const claims = {
    iss: environment, aud: [clientId], azp: clientId, client_id: clientId, amr: ['conn_1'],
    sub: 'conn_1;82d3b065-0cc8-4c91-8144-542adda279a8', oid: 'org_1', sid: 'ses_1', iat: now - 5, exp: now + 3600,
    nonce: expected.nonce, at_hash: leftHalfHash(expected.access_token), c_hash: leftHalfHash(expected.code),
    email: 'arjun.patel@example.com', email_verified: true, given_name: 'Arjun', family_name: 'Patel', ...changes,
  };
  for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
  return claims;
};

export const text = (value) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
