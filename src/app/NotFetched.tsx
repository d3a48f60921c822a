/** What stands where code did not come, with the way to ask for it again. */
interface NotFetchedProps {
  readonly text: string;
  readonly again: string;
  onAgain(): void;
}

export function NotFetched({ text, again, onAgain }: NotFetchedProps) {
  return (
    <p role="status">
      {text}{" "}
      <button type="button" onClick={onAgain}>
        {again}
      </button>
    </p>
  );
}
