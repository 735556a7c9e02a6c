/**
 * What stays the same while a message is edited, so that a press that has begun, an open question and a choice outlive the edit. A block that
 * came without an id gets another one with each edit: it is known by its place among those of its type. What is filled in belongs to its id.
 */
export function blockKeys(blocks) {
  const seen = {};
  return blocks.map((block) => {
    seen[block.type] = (seen[block.type] ?? 0) + 1;
    return block.type === 'input' ? `input ${block.block_id}` : `${block.type} ${seen[block.type]}`;
  });
}

/** An element is another one as soon as it would do another thing: a press that has begun never does what it did not begin on. */
export const elementKey = (element) => `${element.action_id} ${element.value ?? ''}`;
