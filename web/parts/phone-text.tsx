import { Text } from '@mantine/core';

/** A phone number as the API shows it: masked for a key without `phones:read`. Never broken over lines. */
export function PhoneText({ phone }: { phone: string }) {
  return (
    <Text span size="sm" style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
      {phone}
    </Text>
  );
}
