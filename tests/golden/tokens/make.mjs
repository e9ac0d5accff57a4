// SPDX-License-Identifier: Apache-2.0
// Writes cases.json: tokens made with npm jose, each with what our verifier must say. Private keys are forgotten, so a
// new run makes new tokens; run it only when a case is added (npm ci && npm run tokens), and commit the result.
import { writeFileSync } from 'node:fs';
import './webcrypto.mjs';
import { CompactSign, SignJWT, CompactEncrypt, exportJWK, exportSPKI, generateKeyPair, UnsecuredJWT } from 'jose';
import { base64url, clientId, environment, expected, honest, leftHalfHash, now, text } from './claims.mjs';

const pair = async (alg, kid, options = {}) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg } };
};
const [rsa, other, rs512, ps256, es256] = await Promise.all([
  pair('RS256', 'snk_1'), pair('RS256', 'snk_2'), pair('RS512', 'snk_rs512'), pair('PS256', 'snk_ps256'), pair('ES256', 'snk_es256'),
]);
// The first key once more, for other algorithms of the same key type.
const { importJWK } = await import('jose');
const as = async (alg) => importJWK({ ...(await exportJWK(rsa.privateKey)), alg }, alg);
const pem = await exportSPKI(rsa.publicKey);

const sets = {
  one: { keys: [rsa.jwk] },
  two: { keys: [rsa.jwk, other.jwk] },
  mixed: { keys: [rsa.jwk, es256.jwk, ps256.jwk, rs512.jwk] },
  enc: { keys: [{ ...rsa.jwk, use: 'enc' }, other.jwk] },
  ambiguous: { keys: [rsa.jwk, { ...other.jwk, kid: 'snk_1' }, { ...es256.jwk, kid: 'snk_3' }] },
};

const goodHeader = { alg: 'RS256', kid: 'snk_1', typ: 'JWT' };
const sign = (claims, header = goodHeader, key = rsa.privateKey) => new SignJWT(claims).setProtectedHeader(header).sign(key);
const signText = (payload, header = goodHeader, key = rsa.privateKey) =>
  new CompactSign(payload instanceof Uint8Array ? payload : text(payload)).setProtectedHeader(header).sign(key);
const raw = (header, payload, signature) => [header, payload, signature].map((part) => base64url(part)).join('.');
/** RS256 over a header that jose would not write. */
const signRaw = async (header, payload) => {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', rsa.privateKey, new TextEncoder().encode(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
};
const hmac = (secret, header = { alg: 'HS256', kid: 'snk_1' }) =>
  new SignJWT(honest()).setProtectedHeader(header).sign(new TextEncoder().encode(secret));

const cases = [];
const add = async (name, row, expect, token, set = 'one', identity = undefined) =>
  cases.push({ name, row, expect, jwks: set, token: await token, ...(identity ? { identity } : {}) });
const accept = (name, row, token, set, identity) => add(name, row, 'none', token, set, identity);
const refuseClaims = (name, row, reason, changes) => add(name, row, reason, sign(honest(changes)));

const plain = await sign(honest());
const [header, payload, signature] = plain.split('.');
const flip = (part, at) => {
  const bytes = Buffer.from(part, 'base64url');
  bytes[at] ^= 1;
  return bytes.toString('base64url');
};

await accept('plain', 'OIDC Core 3.1.3.7', plain, 'one', { email: 'arjun.patel@example.com', name: 'Arjun Patel', connection: 'conn_1' });
await accept('aud_string', 'SEC-ID-04', sign(honest({ aud: clientId })));
await accept('no_kid_one_key', 'SEC-JW-02', sign(honest(), { alg: 'RS256' }));
await accept('no_typ', 'CONTRACT.md 3.7 (1)', sign(honest(), { alg: 'RS256', kid: 'snk_1' }));
await accept('second_key', 'CONTRACT.md 3.7 (2)', sign(honest(), { ...goodHeader, kid: 'snk_2' }, other.privateKey), 'two');
await accept('mixed_set', 'RFC 7517 5', plain, 'mixed');
await accept('unicode_names', 'OIDC Core 5.1', sign(honest({ name: 'Zo\u00eb M\u00fcller \u674e \u{1F600}' })), 'one', { name: 'Zo\u00eb M\u00fcller \u674e \u{1F600}' });
await accept('escaped_text', 'RFC 8259 7', signText(JSON.stringify(honest()).replace('"Arjun"', '"\\u0041rj\\u00fan \\ud83d\\ude00"')), 'one', { name: 'Arj\u00fan \u{1F600} Patel' });
await accept('spaced_payload', 'RFC 8259 2', signText(JSON.stringify(honest(), null, 4)));
await accept('nbf_past', 'RFC 7519 4.1.5', sign(honest({ nbf: now - 10 })));
await accept('clock_20s_behind', 'SEC-ID-11', sign(honest({ iat: now + 20 })));
await accept('no_hashes', 'OIDC Core 3.1.3.6', sign(honest({ at_hash: undefined, c_hash: undefined })));
await accept('custom_claims', 'SEC-ID-20', sign(honest({ department: { a: [1, 2.5, null, true] }, __proto__x: { is_admin: true }, roles: ['owner'] })));
await accept('groups', 'JIT.md row 22', sign(honest({ groups: [] })));

await add('alg_none', 'SEC-ID-21', 'alg', raw('{"alg":"none"}', JSON.stringify(honest()), 'x'));
await add('alg_none_unsecured', 'SEC-ID-21', 'malformed', new UnsecuredJWT(honest()).encode());
await add('alg_none_with_signature', 'SEC-ID-21', 'alg', [base64url('{"alg":"none","kid":"snk_1"}'), payload, signature].join('.'));
await add('alg_nOnE', 'SEC-ID-21', 'alg', raw('{"alg":"nOnE"}', JSON.stringify(honest()), 'x'));
await add('alg_missing', 'SEC-ID-21', 'alg', signRaw('{"kid":"snk_1"}', JSON.stringify(honest())));
await add('alg_array', 'SEC-ID-21', 'alg', signRaw('{"alg":["RS256"],"kid":"snk_1"}', JSON.stringify(honest())));
await add('hs256_pem', 'SEC-ID-22', 'alg', hmac(pem));
await add('hs256_modulus', 'SEC-ID-22', 'alg', hmac(rsa.jwk.n));
await add('hs256_client_secret', 'SEC-ID-23', 'alg', hmac('test_secret_0123456789012345678901'));
await add('rs384', 'SEC-ID-24', 'alg', sign(honest(), { alg: 'RS384', kid: 'snk_1' }, await as('RS384')));
await add('rs512', 'SEC-ID-24', 'alg', sign(honest(), { alg: 'RS512', kid: 'snk_rs512' }, rs512.privateKey), 'mixed');
await add('ps256', 'SEC-ID-24', 'alg', sign(honest(), { alg: 'PS256', kid: 'snk_ps256' }, ps256.privateKey), 'mixed');
await add('ps256_key_under_rs256', 'SEC-ID-24', 'kid', sign(honest(), { alg: 'RS256', kid: 'snk_ps256' }), 'mixed');
await add('es256', 'SEC-ID-24', 'alg', sign(honest(), { alg: 'ES256', kid: 'snk_es256' }, es256.privateKey), 'mixed');
await add('es256_zero', 'SEC-ID-26', 'alg', raw('{"alg":"ES256","kid":"snk_es256"}', JSON.stringify(honest()), Buffer.alloc(64)), 'mixed');
await add('wrong_key', 'SEC-ID-25', 'signature', sign(honest(), goodHeader, other.privateKey));
await add('flipped_signature', 'SEC-ID-25', 'signature', [header, payload, flip(signature, 10)].join('.'));
await add('flipped_payload', 'SEC-ID-25', 'signature', [header, flip(payload, 10), signature].join('.'));
await add('zero_signature', 'SEC-ID-25', 'signature', raw(JSON.stringify(goodHeader), JSON.stringify(honest()), Buffer.alloc(256)));
await add('empty_signature', 'SEC-ID-25', 'malformed', `${header}.${payload}.`);
await add('unknown_kid', 'SEC-JW-01', 'kid', sign(honest(), { ...goodHeader, kid: 'snk_9' }));
await add('no_kid_two_keys', 'SEC-JW-02', 'kid', sign(honest(), { alg: 'RS256' }), 'two');
await add('kid_number', 'SEC-JW-03', 'kid', signRaw('{"alg":"RS256","kid":7}', JSON.stringify(honest())));
await add('key_for_encryption', 'SEC-JW-07', 'kid', plain, 'enc');
await add('ambiguous_kid', 'SEC-JW-06', 'upstream', plain, 'ambiguous');
await add('jwk_in_header', 'SEC-ID-27', 'key', sign(honest(), { ...goodHeader, jwk: other.jwk }, other.privateKey));
await add('jku_in_header', 'SEC-ID-27', 'key', sign(honest(), { ...goodHeader, jku: 'https://evil.example/keys' }));
await add('x5c_in_header', 'SEC-ID-27', 'key', sign(honest(), { ...goodHeader, x5c: ['AAAA'] }));
await add('crit', 'CONTRACT.md 3.7 (1)', 'crit', signRaw('{"alg":"RS256","kid":"snk_1","crit":["exp"],"exp":1}', JSON.stringify(honest())));
await add('typ_access_token', 'RFC 8725 3.11', 'typ', sign(honest(), { ...goodHeader, typ: 'at+jwt' }));
await add('two_algs', 'SEC-ID-29', 'json_duplicate', signRaw('{"alg":"none","alg":"RS256","kid":"snk_1"}', JSON.stringify(honest())));
await add('two_subs', 'SEC-ID-29', 'json_duplicate', signText(JSON.stringify(honest()).replace('{', '{"sub":"conn_1;victim",')));
await add('jwe', 'SEC-ID-32', 'malformed', new CompactEncrypt(text(honest())).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', zip: undefined }).encrypt(new Uint8Array(32)));
await add('two_parts', 'SEC-ID-32', 'malformed', `${header}.${payload}`);
await add('padded', 'SEC-ID-32', 'malformed', `${plain}=`);
await add('line_break', 'SEC-ID-32', 'malformed', `${plain}\n`);
await add('payload_array', 'SEC-ID-16', 'malformed', signText('[]'));
await add('payload_trailing', 'SEC-ID-16', 'malformed', signText(`${JSON.stringify(honest())}x`));
await add('payload_nul_tail', 'SEC-ID-16', 'malformed', signText(`${JSON.stringify(honest())}\0`));
await add('payload_bom', 'SEC-ID-17', 'malformed', signText(`\uFEFF${JSON.stringify(honest())}`));
await add('payload_bad_utf8', 'SEC-ID-17', 'malformed', signText(Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc3, 0x28]), Buffer.from('",'), Buffer.from(JSON.stringify(honest()).slice(1))])));
await add('huge', 'SEC-ID-19', 'malformed', sign(honest({ x: 'x'.repeat(20000) })));
await refuseClaims('iss_wrong', 'SEC-ID-01', 'iss', { iss: 'https://evil.scalekit.com' });
await refuseClaims('iss_slash', 'SEC-ID-01', 'iss', { iss: `${environment}/` });
await refuseClaims('iss_missing', 'SEC-ID-01', 'iss', { iss: undefined });
await refuseClaims('iss_array', 'SEC-ID-01', 'iss', { iss: [environment] });
await refuseClaims('aud_wrong', 'SEC-ID-03', 'aud', { aud: ['skc_other'] });
await refuseClaims('aud_missing', 'SEC-ID-03', 'aud', { aud: undefined });
await refuseClaims('aud_prefix', 'SEC-ID-04', 'aud', { aud: clientId.slice(0, -1) });
await refuseClaims('aud_case', 'SEC-ID-04', 'aud', { aud: clientId.toUpperCase() });
await refuseClaims('aud_extra', 'SEC-ID-05', 'aud', { aud: [clientId, 'skc_other'], azp: undefined });
await refuseClaims('azp_wrong', 'SEC-ID-06', 'azp', { azp: 'skc_other' });
await refuseClaims('client_id_wrong', 'SEC-ID-06', 'azp', { client_id: 'skc_other' });
await refuseClaims('exp_past', 'SEC-ID-08', 'exp', { exp: now - 61 });
await refuseClaims('exp_missing', 'SEC-ID-08', 'exp', { exp: undefined });
await refuseClaims('exp_string', 'SEC-ID-08', 'exp', { exp: String(now + 60) });
await refuseClaims('iat_future', 'SEC-ID-10', 'iat', { iat: now + 3600 });
await refuseClaims('iat_week_ago', 'SEC-ID-10', 'iat', { iat: now - 7 * 86400 });
await refuseClaims('iat_missing', 'SEC-ID-10', 'iat', { iat: undefined });
await refuseClaims('nbf_future', 'SEC-ID-12', 'nbf', { nbf: now + 3600 });
await refuseClaims('nonce_wrong', 'SEC-ID-07', 'nonce', { nonce: 'another' });
await refuseClaims('nonce_missing', 'SEC-ID-07', 'nonce', { nonce: undefined });
await refuseClaims('nonce_array', 'SEC-ID-07', 'nonce', { nonce: [expected.nonce] });
await refuseClaims('at_hash_wrong', 'SEC-ID-13', 'at_hash', { at_hash: leftHalfHash('another') });
await refuseClaims('c_hash_wrong', 'SEC-ID-14', 'c_hash', { c_hash: leftHalfHash('another') });
await refuseClaims('sub_missing', 'SEC-MP-01', 'sub', { sub: undefined });
await refuseClaims('sub_nul', 'SEC-MP-02', 'sub', { sub: 'conn_1;victim\0x' });
await refuseClaims('sub_long', 'SEC-MP-02', 'sub', { sub: `conn_1;${'x'.repeat(300)}` });
await refuseClaims('sub_full_stack', 'CONTRACT.md 3.7 (8)', 'sub', { sub: 'usr_1' });
await refuseClaims('amr_other', 'SEC-MP-13', 'connection', { amr: ['conn_2'] });
await refuseClaims('sub_other_connection', 'SEC-MP-13', 'connection', { sub: 'conn_2;x', amr: ['conn_2'] });
await refuseClaims('oid_other', 'SEC-MP-12', 'organization', { oid: 'org_2' });
await refuseClaims('oid_missing', 'SEC-MP-12', 'organization', { oid: undefined });
await refuseClaims('email_array', 'SEC-MP-09', 'email', { email: ['a@example.com'] });
await refuseClaims('email_verified_string', 'SEC-MP-08', 'email', { email_verified: 'false' });

const file = new URL('./cases.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ now, environment, client_id: clientId, expected, jwks: sets, cases }, null, 1)}\n`);
console.log(`${cases.length} cases, ${cases.filter((c) => c.expect === 'none').length} of them accepted`);
