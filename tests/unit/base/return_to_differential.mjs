// SPDX-License-Identifier: Apache-2.0
// Resolves what our C++ rule accepts with the URL parser that browsers use (WHATWG URL) and fails when one of them
// leaves our origin. usage: node return_to_differential.mjs CANDIDATES_PROGRAM GOLDEN_LIST
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const RANDOM_STRINGS = 1_000_000;
const BASES = ['https://app.example.com/sso/callback?code=x', 'http://localhost:8080/login'];
const [program, goldenList] = process.argv.slice(2);

function staysHome(value) {
  return BASES.every((base) => {
    try {
      return new URL(value, base).origin === new URL(base).origin;
    } catch {
      return true; // no URL: a browser goes nowhere
    }
  });
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

const run = spawnSync(program, [goldenList, String(RANDOM_STRINGS)], { maxBuffer: 1 << 30 });
if (run.status !== 0) fail(`${program} failed: ${run.stderr}`);
const accepted = run.stdout.toString('latin1').split('\n').slice(0, -1);
const strays = accepted.filter((value) => !staysHome(value));

// The lists must be able to find something: many golden values do lead away, and many random ones are accepted.
const golden = readFileSync(goldenList, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.replace(/\{([0-9a-f]{2})\}/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))));
const hostile = golden.filter((value) => !staysHome(value));

console.log(`${golden.length} golden values, ${hostile.length} lead away in a browser; ` +
  `${accepted.length} values accepted (${new Set(accepted).size} distinct), ${strays.length} off origin`);
if (golden.length < 300) fail('the golden list has shrunk');
if (hostile.length < 150) fail('the golden list is toothless');
if (accepted.length < 20_000) fail('the random strings hardly reach the rule');
if (strays.length > 0) fail(`off origin: ${strays.slice(0, 10).map((s) => JSON.stringify(s)).join(' ')}`);
