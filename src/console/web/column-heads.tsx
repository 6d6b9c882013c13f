type ColumnHeadsProps<Column extends string> = {
  readonly columns: readonly Column[];
  readonly label: (column: Column) => string;
};

/** The heads of the columns of a table. */
export function ColumnHeads<Column extends string>({ columns, label }: ColumnHeadsProps<Column>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {label(column)}
          </th>
        ))}
      </tr>
    </thead>
  );
}
