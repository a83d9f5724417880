import type { BodyItem, Box, ListItem, TableItem, TextItem } from '../../../model/document.ts';
import { type PlaceFinder, unionBox } from './find-places.ts';

/** Items with the boxes of their words, as far as these stand on the page. */
export function placeItems(items: readonly BodyItem[], places: PlaceFinder): BodyItem[] {
  return items.map((item): BodyItem => {
    switch (item.type) {
      case 'text':
      case 'heading':
      case 'code':
        return { ...item, boxes: listed(places.find(item.value)) };
      case 'list':
        return placeList(item, places);
      case 'table':
        return placeTable(item, places);
      case 'image':
        return { ...item, boxes: listed(places.find(item.caption)) };
      case 'link':
        return item;
    }
  });
}

function placeList(list: ListItem, places: PlaceFinder): ListItem {
  const items = list.items.map((entry): TextItem | ListItem =>
    entry.type === 'list' ? placeList(entry, places) : { ...entry, boxes: listed(places.find(entry.value)) },
  );
  return { ...list, items, boxes: listed(unionBox(items.flatMap((entry) => entry.boxes))) };
}

function placeTable(table: TableItem, places: PlaceFinder): TableItem {
  const cellBoxes = table.rows.map((row) =>
    row.map((cell) => (cell === null ? undefined : places.find(String(cell)))),
  );
  const found = cellBoxes.flatMap((row) => row.flatMap((box) => box ?? []));
  return found.length === 0 ? table : { ...table, boxes: listed(unionBox(found)), cellBoxes };
}

function listed(box: Box | undefined): readonly Box[] {
  return box ? [box] : [];
}
