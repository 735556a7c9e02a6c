import { ButtonElement } from './ButtonElement.jsx';
import { ChoiceElement } from './ChoiceElement.jsx';
import { ConfirmDialog } from './ConfirmDialog.jsx';
import { LibraryBlock } from './LibraryBlock.jsx';
import { MultiSelectElement } from './MultiSelectElement.jsx';
import { OverflowElement } from './OverflowElement.jsx';
import { SelectElement } from './SelectElement.jsx';
import { TextElement } from './TextElement.jsx';
import { useAction } from './useAction.js';

const KINDS = {
  button: ButtonElement, workflow_button: ButtonElement, overflow: OverflowElement,
  static_select: SelectElement, external_select: SelectElement, users_select: SelectElement,
  conversations_select: SelectElement, channels_select: SelectElement,
  multi_static_select: MultiSelectElement, multi_external_select: MultiSelectElement, multi_users_select: MultiSelectElement,
  multi_conversations_select: MultiSelectElement, multi_channels_select: MultiSelectElement,
  checkboxes: ChoiceElement, radio_buttons: ChoiceElement,
  plain_text_input: TextElement, email_text_input: TextElement, url_text_input: TextElement, number_input: TextElement,
  datepicker: TextElement, timepicker: TextElement, datetimepicker: TextElement,
};

/** One interactive element with its question ("are you sure?") and its problem ("the app did not answer"). */
export function Element({ block, element, label }) {
  const action = useAction(element, block);
  if (element.type === 'image') {
    return <img className="element-image" src={element.image_url ?? element.slack_file?.url} alt={element.alt_text ?? ''} />;
  }
  const Kind = KINDS[element.type];
  if (!Kind) {
    return <LibraryBlock block={{ type: 'actions', elements: [element] }} />;
  }
  return (
    <span className={`element element-${element.type}`}>
      <Kind block={block} element={element} label={label} action={action} />
      {action.problem && <span className="element-problem" role="alert">{action.problem}</span>}
      {action.question && <ConfirmDialog {...action.question} />}
    </span>
  );
}
