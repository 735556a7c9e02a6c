import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRoute } from '../src/state/useRoute.js';
import { ackProblem, channelsOf, clockOffset, formErrors, toChannels, toMessages, toShop } from '../src/state/wire.js';

test('an acknowledgement is good when it is a 2xx within three seconds', () => {
  assert.equal(ackProblem({ status: 200, ms: 40 }), '');
  assert.equal(ackProblem({ status: 200, ms: 3100 }), 'operation_timeout');
  assert.equal(ackProblem({ status: 500, ms: 10 }), 'dispatch_failed');
  assert.equal(ackProblem({ status: 0, ms: 3000, error: 'operation_timeout' }), 'operation_timeout');
  assert.equal(ackProblem(undefined), '');
});

test('a refused form names its blocks', () => {
  assert.deepEqual(formErrors({ ack: { body: { response_action: 'errors', errors: { title: 'Too long' } } } }), { title: 'Too long' });
  assert.deepEqual(formErrors({ ack: { body: '{"response_action":"errors","errors":{"a":"b"}}' } }), { a: 'b' });
  assert.equal(formErrors({ ack: { body: '' } }), null);
});

test('private channels are for their members', () => {
  const channels = toChannels({ channels: [{ id: 'C1', name: 'a' }, { id: 'C2', name: 'b', is_private: true, members: ['U1'] }] });
  assert.deepEqual(channelsOf(channels, 'U1').map((one) => one.id), ['C1', 'C2']);
  assert.deepEqual(channelsOf(channels, 'U2').map((one) => one.id), ['C1']);
});

test('messages come in the order of their ts', () => {
  assert.deepEqual(toMessages([{ ts: '2.1' }, { ts: '1.9' }]).map((one) => one.ts), ['1.9', '2.1']);
});

test('the clock may be seconds or a date', () => {
  assert.equal(clockOffset({ now: 1700000060 }, 1700000000_000), 60_000);
  assert.equal(clockOffset({ now: '2025-01-01T00:01:00Z' }, Date.parse('2025-01-01T00:00:00Z')), 60_000);
});

test('an address names channel and thread', () => {
  assert.deepEqual(parseRoute('#/C1/thread/17.2'), { place: 'C1', thread: '17.2', message: '' });
});

test('the shop tells its services in one line each', () => {
  const shop = toShop({ services: [{ name: 'web', status: 'Crashed', version: null, detail: 'OOM killed', restarts: 2, memory_mb: 61.6, memory_limit_mb: 64 }], faults: [] });
  assert.deepEqual(shop.services, [{ name: 'web', status: 'crashed', version: '', note: 'OOM killed · 62 of 64 MB · restarted 2 times' }]);
  assert.equal(shop.failingSince, null);
});

test('a service of another environment says so, and what is tried beside a version stands first', () => {
  const { services } = toShop({ services: [{ name: 'shop', environment: 'staging', status: 'running' },
    { name: 'shop', environment: 'production', status: 'running', candidate: 'v43 with 5 %', detail: '1 of 1 replicas ready.' }], faults: [] });
  assert.deepEqual(services.map((one) => one.name), ['shop in staging', 'shop']);
  assert.equal(services[1].note, 'beside it v43 with 5 % of the traffic · 1 of 1 replicas ready.');
});
