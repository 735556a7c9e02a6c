import { DotsIcon } from '../parts/icons.jsx';
import { MenuButton } from '../parts/MenuButton.jsx';
import { TextObject } from '../text/Mrkdwn.jsx';
import { isSafeUrl } from '../text/mrkdwn.js';

export function OverflowElement({ element, action }) {
  const items = element.options.map((option) => ({
    key: option.value,
    label: <TextObject object={option.text} />,
    detail: option.description && <TextObject object={option.description} />,
    run: () => {
      if (option.url && isSafeUrl(option.url)) {
        open(option.url, '_blank', 'noreferrer,noopener');
      }
      action.run(option.value);
    },
  }));
  return (
    <MenuButton className="button icon" label={element.accessibility_label ?? 'More options'} items={items} disabled={action.busy}>
      <DotsIcon />
    </MenuButton>
  );
}
