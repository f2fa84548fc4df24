// SPDX-License-Identifier: Apache-2.0
//
// Can a program in another language watch with no more than the protos? It writes facts, follows
// the changes, breaks its stream off, and goes on behind the last cursor.
//
// usage: node watch.js PROTO_FOLDER HOST:PORT

'use strict';

const assert = require('assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, address] = process.argv.slice(2);
const definition = loader.loadSync(
    ['kizuna/v1/watch_service.proto', 'kizuna/v1/fact_service.proto',
     'kizuna/v1/readiness_service.proto'],
    {includeDirs: [protos], keepCase: true, longs: String, enums: String, oneofs: true});
const kizuna = grpc.loadPackageDefinition(definition).kizuna.v1;
const plain = grpc.credentials.createInsecure();
const facts = new kizuna.FactService(address, plain);
const watch = new kizuna.WatchService(address, plain);
const readiness = new kizuna.ReadinessService(address, plain);

function record(account, id, content) {
  return new Promise((resolve, reject) => {
    const fact = Object.assign({account: `accounts/${account}`, source: 'node', fact_id: id},
                               content);
    facts.RecordFacts({facts: [fact]}, (error, answer) => {
      if (error) return reject(error);
      const result = answer.results[0];
      if (result.result === 'error') return reject(Object.assign(new Error(), result.error));
      resolve(result.accepted.revision);
    });
  });
}

// The first `count` events behind `cursor`; then breaks the stream off.
function follow(cursor, count) {
  return new Promise((resolve, reject) => {
    const messages = [];
    const stream = watch.WatchAccounts(
        {cursor, from_start: !cursor, kinds: ['CHANGE_KIND_CREATED', 'CHANGE_KIND_FACTS']});
    stream.on('data', (message) => {
      if (message.message !== 'event') return;
      messages.push(message);
      if (messages.length === count) stream.cancel();
    });
    stream.on('error', (error) => {
      if (error.code === grpc.status.CANCELLED && messages.length >= count) {
        resolve(messages.slice(0, count));
      } else {
        reject(error);
      }
    });
    stream.on('end', () => reject(new Error('the watch ended by itself')));
  });
}

function blocked() {
  return new Promise((resolve, reject) => {
    const names = [];
    const stream = readiness.ListBlocked({});
    stream.on('data', (row) => names.push(row.account));
    stream.on('error', reject);
    stream.on('end', () => resolve(names));
  });
}

// Whether the error is what a call meets of a server that stops: UNAVAILABLE, or CANCELLED when the
// call had reached it and was not taken up any more.
function restarting(error) {
  return [grpc.status.UNAVAILABLE, grpc.status.CANCELLED].includes(error.code);
}

// Asks until the server is there; a fact that came through the first time is a duplicate then.
async function insist(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!restarting(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// Follows an account through every restart, going on behind the last cursor, until `want` revisions
// were seen.
async function followThroughRestarts(account, want) {
  const revisions = [];
  let cursor = '', ends = 0;
  while (revisions.length < want) {
    await new Promise((resolve, reject) => {
      const stream = watch.WatchAccounts({
        cursor, from_start: !cursor, accounts: [`accounts/${account}`],
        kinds: ['CHANGE_KIND_FACTS']});
      stream.on('data', (message) => {
        cursor = message.cursor;
        if (message.message === 'event') revisions.push(message.event.revision);
        if (revisions.length >= want) stream.cancel();
      });
      stream.on('error', (error) => {
        if (!restarting(error)) return reject(error);
        ends++;
        setTimeout(resolve, 50);
      });
      stream.on('end', () => setTimeout(resolve, 50));
    });
  }
  return {revisions, ends};
}

// Whoever reads the output restarts the server at each "restart me".
async function acrossRestarts() {
  const facts = 300;
  await insist(() => record('lasting', 'profile', {profile: {display_name: 'Lasting'}}));
  const followed = followThroughRestarts('lasting', facts + 1);
  for (let i = 0; i < facts; ++i) {
    if (i % 100 === 50) console.log('restart me');
    await insist(() => record('lasting', `h${i}`, {hearing: {need_found: true}}));
  }
  const {revisions, ends} = await followed;
  const stored = await insist(() => storedRevisions('lasting'));
  assert.deepStrictEqual(revisions, stored);
  console.log(`${revisions.length} events across ${ends - 1} breaks, each once and in order`);
}

// The revisions at which the account's facts were accepted, in their order.
async function storedRevisions(account) {
  const revisions = [];
  let token = '';
  do {
    const page = await new Promise((resolve, reject) => facts.ListFacts(
        {parent: `accounts/${account}`, page_size: 1000, page_token: token},
        (error, answer) => error ? reject(error) : resolve(answer)));
    revisions.push(...page.facts.map((each) => each.revision));
    token = page.next_page_token;
  } while (token);
  return revisions.sort((a, b) => Number(BigInt(a) - BigInt(b)));
}

async function main() {
  const revisions = [await record('node', 'profile', {profile: {display_name: 'Node'}})];
  const [created] = await follow('', 1);
  assert.strictEqual(created.event.account, 'accounts/node');
  assert.strictEqual(created.event.changes[0].kind, 'CHANGE_KIND_CREATED');
  for (let i = 0; i < 20; ++i) {
    revisions.push(await record('node', `h${i}`, {hearing: {need_found: true}}));
  }
  const first = await follow('', 11);
  const rest = await follow(first[10].cursor, 10);
  assert.deepStrictEqual(first.concat(rest).map((each) => each.event.revision), revisions);
  assert.deepStrictEqual(await blocked(), ['accounts/node']);
  await assert.rejects(follow('garbage', 1), {code: grpc.status.INVALID_ARGUMENT});
  console.log(`${revisions.length} events, each once`);
  await acrossRestarts();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
