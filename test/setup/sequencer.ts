import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of a whole system first: they wait more than they work, so that the others fill their pauses. */
export class SystemFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification) => moduleId.includes('/test/system/');
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}
