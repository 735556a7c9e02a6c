import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockKeys, elementKey } from '../src/blocks/keys.js';

test('blocks that are named anew with each edit stay the same blocks', () => {
  const shown = (first, second) => [{ type: 'section', block_id: first }, { type: 'actions', block_id: second }];
  assert.deepEqual(blockKeys(shown('a1', 'b1')), blockKeys(shown('a2', 'b2')));
});

test('a block that comes in above leaves those of other types the same', () => {
  const [, actions] = blockKeys([{ type: 'section' }, { type: 'actions' }]);
  assert.equal(blockKeys([{ type: 'section' }, { type: 'context' }, { type: 'section' }, { type: 'actions' }])[3], actions);
});

test('no two blocks of a message have the same key', () => {
  const keys = blockKeys([{ type: 'section' }, { type: 'input', block_id: 'a' }, { type: 'section' }, { type: 'input', block_id: 'b' }]);
  assert.equal(new Set(keys).size, keys.length);
});

test('a button with another value is another button', () => {
  assert.notEqual(elementKey({ action_id: 'done', value: '1' }), elementKey({ action_id: 'done', value: '2' }));
});
