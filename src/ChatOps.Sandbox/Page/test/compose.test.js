import assert from 'node:assert/strict';
import test from 'node:test';
import { splitCommand, suggestions } from '../src/text/compose.js';

const people = {
  users: [{ id: 'U1', handle: 'ana', name: 'Ana Silva' }],
  groups: [{ id: 'S1', handle: 'sre', name: 'SRE' }],
  channels: [{ id: 'C1', name: 'incidents', kind: 'channel', topic: '' }],
  commands: [{ command: '/incident', hint: 'start [title]', description: 'Incidents' }],
};

test('a draft that begins with a slash is a command', () => {
  assert.deepEqual(splitCommand('/incident start  Shop is down '), { command: '/incident', text: 'start  Shop is down' });
  assert.deepEqual(splitCommand('/incident'), { command: '/incident', text: '' });
  assert.equal(splitCommand('see /incident'), null);
});

test('commands are offered at the start, people after @', () => {
  assert.deepEqual(suggestions('/inc', people).items.map((item) => item.insert), ['/incident ']);
  const offer = suggestions('ask @a', people);
  assert.deepEqual([offer.from, offer.items[0].title], [4, 'Ana Silva']);
  assert.deepEqual([offer.exact, suggestions('ask @ana', people).exact, suggestions('/incident', people).exact], [false, true, true]);
  assert.equal(suggestions('plain text', people).items.length, 0);
});
