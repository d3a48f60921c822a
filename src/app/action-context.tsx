/** The action registry as the shell's parts use it: buttons made of an action by its id. */
import { createContext, type ReactNode, useContext } from "react";
import type { ActionContext } from "./action.ts";
import { findAction } from "./actions.ts";

const Context = createContext<ActionContext | null>(null);

export function ActionProvider({
  context,
  children,
}: {
  readonly context: ActionContext;
  readonly children: ReactNode;
}) {
  return <Context value={context}>{children}</Context>;
}

export function useActionContext(): ActionContext {
  const context = useContext(Context);
  if (!context) throw new Error("useActionContext needs an ActionProvider above it");
  return context;
}

interface ActionButtonProps {
  readonly action: string;
  readonly className?: string | undefined;
  /** Said and shown instead of the action's own name. */
  readonly label?: string;
  /** Shown instead of the action's own icon. */
  readonly children?: ReactNode;
  readonly disabled?: boolean;
  /** Nothing comes of it now; it keeps the focus. */
  readonly idle?: boolean;
}

/** A button with an action's icon, named by it, with its key in the tooltip. */
export function ActionButton({
  action: id,
  className,
  label,
  children,
  disabled = false,
  idle = false,
}: ActionButtonProps) {
  const context = useActionContext();
  const action = findAction(id);
  const name = label ?? action.words.name;
  const Icon = action.icon;
  return (
    <button
      type="button"
      className={className}
      disabled={disabled}
      aria-disabled={idle || undefined}
      aria-label={name}
      aria-keyshortcuts={action.shortcut?.replace("Ctrl", "Control")}
      title={action.shortcut ? `${name} (${action.shortcut})` : name}
      onClick={() => {
        if (action.enabled(context)) action.perform(context);
      }}
    >
      {children ?? <Icon aria-hidden />}
    </button>
  );
}
