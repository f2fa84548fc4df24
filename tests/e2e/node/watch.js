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
      assert.strictEqual(answer.results[0].result, 'accepted');
      resolve(answer.results[0].accepted.revision);
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
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
