import { Table } from '@mantine/core';
import { type ColumnDef, flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';

export interface DataTableProps<Row> {
  /** For screen readers: what the rows are. */
  label: string;
  columns: ColumnDef<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** In pixels: on a narrower screen the table moves in a frame of its own. */
  minWidth?: number;
}

/** Rows as the API gave them: it filters, orders and pages. */
export function DataTable<Row>({ label, columns, rows, rowId, minWidth = 640 }: DataTableProps<Row>) {
  const table = useReactTable({ data: rows, columns, getRowId: rowId, getCoreRowModel: getCoreRowModel() });
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}
    >
      <Table highlightOnHover horizontalSpacing={7} aria-label={label}>
        <Table.Thead>
          {table.getHeaderGroups().map(({ id, headers }) => (
            <Table.Tr key={id}>
              {headers.map(({ id, column, getContext }) => (
                <Table.Th key={id} scope="col">
                  {flexRender(column.columnDef.header, getContext())}
                </Table.Th>
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {row.getVisibleCells().map(({ id, column, getContext }) => (
                <Table.Td key={id}>{flexRender(column.columnDef.cell, getContext())}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
