interface Properties<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (chosen: T) => void;
}

/** A few alternatives side by side, one of them in force. */
export function Choice<T extends string>({ label, value, options, onChange }: Properties<T>) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([option, text]) => (
        <button type="button" key={option} aria-pressed={option === value} data-choice={option} onClick={() => onChange(option)}>
          {text}
        </button>
      ))}
    </div>
  );
}
