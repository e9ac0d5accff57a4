// SPDX-License-Identifier: Apache-2.0
// Mail of the reference application, set up as in production, handed to a mail server that others wrote (smtp-server)
// over real TLS, and read with a parser that others wrote (mailparser).
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

import { program } from '../e2e/support/processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mail-interop-'));
after(() => rmSync(folder, { recursive: true }));

const keyFile = join(folder, 'key.pem'), certificateFile = join(folder, 'certificate.pem');
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=test',
  '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certificateFile], { stdio: 'ignore' });

const password = 'p@ss:w/örd%';

/** A server for the length of the action: what it was given, as it is parsed. */
async function withServer(options, action) {
  const received = [];
  const server = new SMTPServer({
    key: readFileSync(keyFile), cert: readFileSync(certificateFile),
    onAuth: (auth, session, done) => (auth.username === 'mailer@fieldnote.example' && auth.password === password
      ? done(null, { user: auth.username }) : done(new Error('Invalid username or password'))),
    onRcptTo: (address, session, done) => (address.address.startsWith('nobody@') ? done(Object.assign(new Error('no such person'), { responseCode: 550 })) : done()),
    onData: (stream, session, done) => simpleParser(stream).then((mail) => {
      received.push({ mail, secure: session.secure, recipients: session.envelope.rcptTo.map((to) => to.address) });
      done();
    }, done),
    ...options,
  });
  server.on('error', () => {}); // a client that refuses our certificate
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await action(server.server.address().port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  return received;
}

/** The program's exit code and what it says. */
function send({ url, to = 'alice@acme.example', subject = 'Hello', text = 'Hello\n', from = 'Fieldnote <no-reply@fieldnote.example>', ca = certificateFile }) {
  const child = spawn(program('tests/mail-interop/send_mail'), [to, subject], {
    cwd: folder,
    env: {
      PATH: process.env.PATH, APP_ENV: 'production', APP_BASE_URL: 'https://app.acme-corp.com', APP_SECRET_KEYS: randomBytes(32).toString('base64'),
      DATABASE_URL: `sqlite://${join(folder, 'app.db')}`, SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
      SCALEKIT_CLIENT_ID: 'skc_70087756327420046', SCALEKIT_CLIENT_SECRET: 'live_0123456789',
      APP_SMTP_URL: url, APP_MAIL_FROM: from, ...(ca && { APP_SMTP_CA_FILE: ca }),
    },
  });
  let said = '';
  child.stderr.on('data', (bytes) => { said += bytes; });
  child.stdin.end(text);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}
const credentials = `mailer%40fieldnote.example:${encodeURIComponent(password)}`;

describe('mail in a server of others', () => {
  for (const [name, options, scheme] of [['TLS', { secure: true }, 'smtps'], ['STARTTLS', { secure: false, allowInsecureAuth: false }, 'smtp'],
    ['AUTH LOGIN', { secure: true, authMethods: ['LOGIN'] }, 'smtps']]) {
    test(`arrives as it was written, by ${name}`, async () => {
      const subject = 'Deine Einladung zu „Donaudampfschifffahrtsgesellschaft“ — グループ招待状 für alle, die mögen';
      const text = `Grüß dich,\n\n.\n..\n.a\nhttps://app.example/invitations?a=1&b=2#${'T'.repeat(300)}\nFrom here\n  two blanks  \ttab\t\n=3D\n${'ü'.repeat(2000)}\n`;
      const received = await withServer(options, async (port) => {
        const { code, said } = await send({ url: `${scheme}://${credentials}@localhost:${port}`, subject, text, from: 'Bücher & "Co" <no-reply@fieldnote.example>' });
        assert.equal(code, 0, said);
        assert.match(said, /event=mail\.sent/);
      });
      assert.equal(received.length, 1);
      const { mail, secure, recipients } = received[0];
      assert.equal(mail.subject, subject);
      assert.equal(mail.text, text);
      assert.deepEqual(mail.from.value, [{ address: 'no-reply@fieldnote.example', name: 'Bücher & "Co"' }]);
      assert.deepEqual(mail.to.value.map((to) => to.address), ['alice@acme.example']);
      assert.equal(mail.cc ?? mail.bcc, undefined);
      assert.match(mail.messageId, /^<[0-9a-f]{32}@fieldnote\.example>$/);
      assert.ok(Math.abs(mail.date - Date.now()) < 60_000);
      assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
      assert.deepEqual(recipients, ['alice@acme.example']);
      assert.ok(secure);
    });
  }

  test('a wrong password and a person that is not there are told without either', async () => {
    const received = await withServer({ secure: true }, async (port) => {
      const wrong = await send({ url: `smtps://mailer:CANARY@localhost:${port}` });
      assert.equal(wrong.code, 1);
      assert.match(wrong.said, /event=mail\.failed stage=auth code=535/);
      const nobody = await send({ url: `smtps://${credentials}@localhost:${port}`, to: 'nobody@acme.example' });
      assert.equal(nobody.code, 1);
      assert.match(nobody.said, /event=mail\.failed stage=rcpt code=550/);
      assert.doesNotMatch(wrong.said + nobody.said, /CANARY|nobody|no such person/);
    });
    assert.equal(received.length, 0);
  });

  test('a server that nobody vouches for, and one without TLS, get nothing', async () => {
    const received = await withServer({ secure: true }, async (port) => {
      const { code, said } = await send({ url: `smtps://${credentials}@localhost:${port}`, ca: null });
      assert.equal(code, 1);
      assert.match(said, /stage=tls reason="certificate refused/);
    });
    const plain = await withServer({ secure: false, hideSTARTTLS: true, allowInsecureAuth: true }, async (port) => {
      const { code, said } = await send({ url: `smtp://${credentials}@localhost:${port}` });
      assert.equal(code, 1);
      assert.match(said, /stage=starttls/);
    });
    assert.equal(received.length + plain.length, 0);
  });
});
