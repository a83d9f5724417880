import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly items: readonly {
    readonly label: string;
    readonly told?: string;
    readonly onSelect: () => void;
  }[];
}

/** A menu below a button. Not modal: a modal one would write style sheets, which the page's policy forbids. */
export function Menu({ trigger, items }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          {items.map(({ label, told, onSelect }) => (
            <DropdownMenu.Item key={label} className="menu-item" onSelect={onSelect}>
              <span>{label}</span>
              {told !== undefined && <span className="muted small">{told}</span>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
