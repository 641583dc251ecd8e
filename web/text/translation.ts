/** The same keys as English, in plural forms with those of Russian: a missing one is a type error. */
export type Russian<English> = {
  [Key in keyof English as Plural<Key>]: English[Key] extends string ? string : Russian<English[Key]>;
};

/** English has `key_one` and `key_other`, Russian `key_few` and `key_many` besides. */
type Plural<Key> = Key extends `${infer Word}_one`
  ? `${Word}_one` | `${Word}_few` | `${Word}_many` | `${Word}_other`
  : Key;
