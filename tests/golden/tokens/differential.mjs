// SPDX-License-Identifier: Apache-2.0
// node differential.mjs PROGRAM [COUNT]: jose makes tokens, honest ones and bent ones; PROGRAM (verify_lines) and jose
// judge each. Whatever we accept, jose must accept; and what is honest, both must accept.
import { spawnSync } from 'node:child_process';
import './webcrypto.mjs';
import { CompactSign, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { base64url, clientId, environment, expected, honest, leftHalfHash, now, text } from './claims.mjs';

const [program, count = '2000'] = process.argv.slice(2);
let seed = 20240815;
/** mulberry32, so that a failure can be made again (the keys are new each time). */
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const keys = [];
for (const kid of ['snk_1', 'snk_2']) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  keys.push({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } });
}
const jwks = { keys: keys.map((key) => key.jwk) };

const unicode = ['Ann', 'Zo\u00eb', '\u674e\u96f7', '\u{1F600}', 'a"b\\c', 'tab\tbed', '', 'x'.repeat(300)];
/** Claims that change nothing about whether the token is good. */
const harmless = () => ({
  name: pick(unicode), given_name: pick(unicode), family_name: pick([undefined, ...unicode]), aud: pick([clientId, [clientId]]),
  azp: pick([clientId, undefined]), client_id: pick([clientId, undefined]), amr: pick([['conn_1'], ['conn_1', 'x'], undefined]),
  sub: `conn_1;${pick(['a', 'a|b', 'a@b.c', ';;x', '\u00e9', 'x'.repeat(200)])}`, sid: pick(['ses_1', undefined]),
  iat: now - below(600) + below(60), exp: now + 1 + below(100000), nbf: pick([undefined, now - below(1000), now + below(60)]),
  at_hash: pick([leftHalfHash(expected.access_token), undefined]), c_hash: pick([leftHalfHash(expected.code), undefined]),
  email: pick(['a@example.com', 'A.B@Example.org', 'not an address', undefined]), email_verified: pick([true, false, undefined]),
  groups: pick([undefined, [], ['a', '\u00fc']]), department: pick([undefined, 'x', { a: [1, 2.5e3, null, { b: '\u2028' }] }, [[[]]]]),
});
const odd = [undefined, null, '', 'x', 0, -1, 1.5, 1e300, true, [], {}, ['x'], now, String(now), 'conn_1;\0', environment, [clientId, 'x'], clientId];
/** One or two claims of any type. */
const bentClaims = () => {
  const claims = honest(harmless());
  for (let i = 1 + below(2); i > 0; --i) claims[pick(['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'sub', 'amr', 'oid', 'at_hash', 'c_hash', 'email', 'email_verified', 'sid', 'groups', 'client_id'])] = pick(odd);
  return JSON.stringify(claims);
};
const bentText = () => {
  let json = JSON.stringify(honest(harmless()));
  const at = below(json.length);
  json = pick([() => json.slice(0, at) + json.slice(at + 1), () => `${json}${pick(['\0', ' ', 'x', '{}'])}`, () => `${pick(['\uFEFF', ' ', ' [', '//'])}${json}`,
    () => json.slice(0, at) + pick(['"', ',', '{', '}', '\\', '\n', '\u0000', '0']) + json.slice(at), () => json.replace('"nonce"', '"\\u006eonce"')])();
  return json;
};
const headers = [{}, { typ: 'JWT' }, { typ: 'at+jwt' }, { kid: 'snk_9' }, { kid: undefined }, { jku: 'https://evil.example' }, { cty: 'JWT' }, { x: 1 }];
const goodHeader = { alg: 'RS256', kid: 'snk_1', typ: 'JWT' };
const sign = (json, header = goodHeader, key = keys[0]) => new CompactSign(text(json)).setProtectedHeader(header).sign(key.privateKey);
const bentToken = (token) => {
  const at = below(token.length);
  const [header, payload, signature] = token.split('.');
  return pick([() => token.slice(0, at) + pick([...'AZaz09-_.=+/ ']) + token.slice(at + 1), () => token.slice(0, at) + token.slice(at + 1), () => `${token}${pick(['=', '.', 'A'])}`,
    () => `${header}.${payload}.${signature.slice(0, -1)}${pick([...'ABCDwxyz'])}`, () => `${base64url('{"alg":"none"}')}.${payload}.`,
    () => `${base64url('{"alg":"HS256","kid":"snk_1"}')}.${payload}.${signature}`])();
};

const samples = [];
for (let i = 0; i < Number(count); ++i) {
  const kind = i % 5;
  if (kind < 2) samples.push({ kind: 'honest', token: await sign(JSON.stringify(honest(harmless()), null, pick([0, 2])), pick([goodHeader, { alg: 'RS256', kid: 'snk_1' }])) });
  if (kind === 2) samples.push({ kind: 'claims', token: await sign(bentClaims()) });
  if (kind === 3) samples.push({ kind: 'text', token: await sign(bentText(), { ...goodHeader, ...pick(headers) }, pick(keys)) });
  if (kind === 4) samples.push({ kind: 'token', token: bentToken(await sign(JSON.stringify(honest(harmless())))) });
}

const input = [JSON.stringify({ now, environment, client_id: clientId, expected, jwks }), ...samples.map((s) => base64url(s.token))].join('\n');
const run = spawnSync(program, { input: `${input}\n`, encoding: 'utf8', maxBuffer: 1 << 26 });
const verdicts = run.stdout.trim().split('\n');
if (run.status !== 0 || verdicts.length !== samples.length) throw new Error(`verify_lines: status ${run.status}, ${verdicts.length} lines: ${run.stderr}`);

const keySet = createLocalJWKSet(jwks);
const options = { issuer: environment, audience: clientId, algorithms: ['RS256'], clockTolerance: 60, currentDate: new Date(now * 1000) };
const seen = { both: 0, neither: 0, onlyJose: 0 };
const failures = [];
for (const [i, { kind, token }] of samples.entries()) {
  const ours = verdicts[i] === 'none';
  const theirs = await jwtVerify(token, keySet, options).then(() => true, () => false);
  if (ours && !theirs) failures.push(`we accept what jose refuses (${kind}): ${token}`);
  if (kind === 'honest' && !(ours && theirs)) failures.push(`honest token refused (we: ${verdicts[i]}, jose: ${theirs}): ${token}`);
  seen[ours && theirs ? 'both' : theirs ? 'onlyJose' : 'neither'] += 1;
}
console.log(`${samples.length} tokens: both accept ${seen.both}, both refuse ${seen.neither}, only jose accepts ${seen.onlyJose}`);
if (seen.both < samples.length / 4 || seen.neither < samples.length / 10) failures.push('too one-sided to show anything');
if (failures.length > 0) {
  console.error(failures.slice(0, 10).join('\n'));
  process.exit(1);
}
